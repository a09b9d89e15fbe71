"""The one place that names the technologies and puts connectors together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pkgutil import resolve_name
from typing import TYPE_CHECKING, Any, TypeVar

from bus.connect.mapping.rule_book import RuleBook
from bus.contracts.reference import Reference
from bus.errors import ConfigError
from bus.normalise.villages import VillageIndex
from bus.privacy.subject import SubjectIds

if TYPE_CHECKING:
    from bus.config.tenant import Tenant
    from bus.connect.sink import SinkSpec
    from bus.connect.spec import SourceSpec

Spec = TypeVar("Spec")


class Technologies(Mapping[str, Spec]):
    """What each kind of connector is, its code loaded when it is asked for.

    A worker that reads CSV files starts without the code of databases.

    Args:
        places: where each kind is declared, `module:NAME`.
    """

    def __init__(self, places: Mapping[str, str]) -> None:
        self._places = places

    def __getitem__(self, kind: str) -> Spec:
        spec: Spec = resolve_name(self._places[kind])
        return spec

    def __contains__(self, kind: object) -> bool:
        return kind in self._places

    def __iter__(self) -> Iterator[str]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._places)


SOURCES: Mapping[str, SourceSpec] = Technologies(
    {
        "rest": "connectors.rest:SPEC",
        "sql": "connectors.sql:SPEC",
        "csv": "connectors.csv:SPEC",
        "excel": "connectors.excel:SPEC",
        "debezium": "connectors.debezium:SPEC",
        "webhook": "connectors.webhook:SPEC",
    }
)
SINKS: Mapping[str, SinkSpec] = Technologies(
    {
        "sql-inbox": "connectors.sql.sink:SINK_SPEC",
        "csv-worklist": "connectors.csv.sink:SINK_SPEC",
        "sftp-worklist": "connectors.csv.sftp:SINK_SPEC",
        "webhook-out": "connectors.webhook.receiver:SINK_SPEC",
        "message": "connectors.webhook.message:SINK_SPEC",
    }
)


def spec_for(address: str) -> SourceSpec:
    """The technology that can look at an address.

    Args:
        address: database URL, file or folder.

    Raises:
        ConfigError: none can.
    """
    for spec in SOURCES.values():
        if spec.surveys(address):
            return spec
    raise ConfigError(
        f"{address}: nothing here that can be read; give a database URL "
        "(mysql://user:password@host/database), a file (.csv, .xls, .xlsx), a folder "
        "of such files, or a body that the app posts (.json)"
    )


_NO_SECRET = b"only for checking files, never for events"


def rule_book(tenant: Tenant, secret: bytes | None) -> RuleBook:
    """The rules mappings may name, with what the tenant decides put in.

    Args:
        tenant: its zone and its villages become defaults of the rules.
        secret: tenant secret; None only where nothing is sent.
    """
    defaults: dict[str, Any] = {"zona": tenant.zona_waktu}
    try:
        regions = Reference.load().regions(tenant.id)
    except ConfigError:
        regions = []  # a Pemda without reference data writes its villages as codes
    villages = {row.kode: row.nama for row in regions}
    defaults["daftar"] = VillageIndex(villages)
    return RuleBook(SubjectIds(secret or _NO_SECRET), defaults)
