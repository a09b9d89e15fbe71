"""The only module that reads the environment and configuration files."""

import os
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from bus.config.settings import Settings
from bus.config.tenant import Tenant
from bus.config.yaml_loader import SafeLoader
from bus.errors import ConfigError

PREFIX = "OPDBUS_"

ModelT = TypeVar("ModelT", bound=BaseModel)


def load_settings(
    environ: Mapping[str, str] | None = None, **overrides: Any
) -> Settings:
    """Settings from `OPDBUS_*`; keyword arguments that are not None win.

    Raises:
        ConfigError: a value is not valid; all of them are listed.
    """
    found: dict[str, Any] = {}
    source = os.environ if environ is None else environ
    for name in Settings.model_fields:
        if (text := source.get(PREFIX + name.upper())) not in (None, ""):
            found[name] = text
    found.update(
        {name: value for name, value in overrides.items() if value is not None}
    )
    try:
        return Settings(**found)
    except ValidationError as error:
        raise ConfigError(*problems_of(error, "environment", PREFIX)) from None


def unknown_settings(known: Collection[str] = ()) -> list[str]:
    """Variables that begin like a setting and are none: mostly typing errors.

    Args:
        known: of those that other programs of the bus read.
    """
    names = {PREFIX + name.upper() for name in Settings.model_fields} | {*known}
    return sorted(n for n in os.environ if n.startswith(PREFIX) and n not in names)


def variable(name: str) -> str | None:
    """One environment variable, for `${NAME}` in configuration files."""
    return os.environ.get(name)


def load_tenant(path: Path) -> Tenant:
    """The tenant file.

    Raises:
        ConfigError: file missing, not YAML, or values not valid.
    """
    if not path.is_file():
        raise ConfigError(
            f"{path}: there is no tenant file; go into the project's folder, or name "
            "the file by OPDBUS_TENANT_FILE"
        )
    return load_yaml(path, Tenant)


def load_yaml(path: Path, model: type[ModelT]) -> ModelT:
    """A YAML file validated by a model.

    Raises:
        ConfigError: file missing, not YAML, or values not valid.
    """
    try:
        text = path.read_text(encoding="utf-8")
        data = yaml.load(text, SafeLoader)  # noqa: S506 - safe
    except OSError as error:
        raise ConfigError(f"{path}: {error.strerror}") from None
    except yaml.YAMLError as error:
        raise ConfigError(f"{path}: not valid YAML: {error}") from None
    try:
        return model.model_validate(data)
    except ValidationError as error:
        raise ConfigError(*problems_of(error, str(path))) from None


def load_secret(settings: Settings) -> bytes:
    """The tenant secret.

    Raises:
        ConfigError: no secret is configured, or its file cannot be read.
    """
    if settings.secret is not None:
        return settings.secret.get_secret_value().encode()
    if settings.secret_file is None:
        raise ConfigError(
            "tenant secret: neither OPDBUS_SECRET_FILE nor OPDBUS_SECRET is set; "
            "create one with: opdbus secret new FILE"
        )
    try:
        return settings.secret_file.read_bytes().strip()
    except OSError as error:
        raise ConfigError(
            f"{settings.secret_file}: {error.strerror}; OPDBUS_SECRET_FILE names it; "
            f"the first one is made by `opdbus secret new {settings.secret_file}`"
        ) from None


def problems_of(error: ValidationError, where: str, prefix: str = "") -> list[str]:
    """One line per problem of a validation, with the place and the value's kind."""
    lines = []
    for item in error.errors(include_input=False, include_url=False):
        place = ".".join(str(part) for part in item["loc"]) or "(whole)"
        name = prefix + place.upper() if prefix else place
        lines.append(f"{where}: {name}: {item['msg']}")
    return lines
