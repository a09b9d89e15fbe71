"""A source file loaded for the verbs that try it; sinks are told apart."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from bus.config.load import load_secret, load_settings
from bus.config.tenant import Tenant
from bus.connect.files.connector import Connector, load_connector
from bus.connect.files.document import read_document
from bus.connect.proposal.rule import CHANGE
from bus.contracts import Catalog
from bus.errors import ConfigError
from ops.cli.tenancy import own_tenant
from ops.wiring import SINKS, SOURCES, rule_book

SUFFIXES = (".yaml", ".yml")


def is_sink(path: Path) -> bool:
    """Whether the file is a sink's: by its kind, or else by what only sinks have.

    Raises:
        ConfigError: it cannot be read.
    """
    data = read_document(path).data
    kind = data.get("kind")
    return kind in SINKS or (kind not in SOURCES and "topics" in data)


def named(paths: Iterable[Path]) -> Iterator[Path]:
    """Files, and of folders the YAML files in them.

    Raises:
        ConfigError: a folder without any.
    """
    for path in paths:
        if not path.is_dir():
            yield path
            continue
        inside = sorted(each for each in path.iterdir() if each.suffix in SUFFIXES)
        if not inside:
            raise ConfigError(f"{path}: no YAML file in this folder")
        yield from inside


def undecided(path: Path) -> Iterator[str]:
    """Places of a proposal, `file:line`, that still say that they are a guess."""
    for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
        if line.lstrip().startswith("#") and f" {CHANGE}:" in line:
            yield f"{path}:{number}"


def load(file: Path) -> tuple[Connector, Catalog, Tenant]:
    """The connector with catalogue and tenant; without the secret if there is none.

    Raises:
        ConfigError: every problem of the file, or it is a sink.
    """
    if is_sink(file):
        raise ConfigError(
            f"{file}: this is a sink; test rows, trial and generated code are for "
            "sources. Of `opdbus connector` only `lint` applies to it; it runs with "
            "`opdbus connect run`"
        )
    tenant, catalog = own_tenant(), Catalog.load()
    settings = load_settings()
    has_secret = settings.secret is not None or settings.secret_file is not None
    secret = load_secret(settings) if has_secret else None
    rules = rule_book(tenant, secret)
    return load_connector(file, SOURCES, catalog, rules), catalog, tenant
