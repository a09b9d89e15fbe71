"""A source file loaded for the verbs that try it; sinks are told apart."""

from pathlib import Path

from bus.config.load import load_secret, load_settings
from bus.config.tenant import Tenant
from bus.connect.connector import Connector, load_connector
from bus.connect.document import read_document
from bus.contracts import Catalog
from bus.errors import ConfigError
from ops.cli.tenancy import own_tenant
from ops.wiring import SINKS, SOURCES, rule_book


def is_sink(path: Path) -> bool:
    """Whether the file's kind is a sink's.

    Raises:
        ConfigError: it cannot be read.
    """
    return read_document(path).data.get("kind") in SINKS


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
