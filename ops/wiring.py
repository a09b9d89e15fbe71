"""The one place that names the technologies and puts connectors together."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import connectors.csv
import connectors.csv.sftp
import connectors.csv.sink
import connectors.debezium
import connectors.excel
import connectors.rest
import connectors.sql
import connectors.sql.sink
import connectors.webhook
import connectors.webhook.message
import connectors.webhook.receiver
from bus.connect.mapping.rule_book import RuleBook
from bus.contracts.reference import Reference
from bus.errors import ConfigError
from bus.normalise.villages import VillageIndex
from bus.privacy.subject import SubjectIds

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bus.config.tenant import Tenant
    from bus.connect.sink import SinkSpec
    from bus.connect.spec import SourceSpec

SOURCE_SPECS: tuple[SourceSpec, ...] = (
    connectors.rest.SPEC,
    connectors.sql.SPEC,
    connectors.csv.SPEC,
    connectors.excel.SPEC,
    connectors.debezium.SPEC,
    connectors.webhook.SPEC,
)
SOURCES: Mapping[str, SourceSpec] = {spec.kind: spec for spec in SOURCE_SPECS}

SINK_SPECS: tuple[SinkSpec, ...] = (
    connectors.sql.sink.SINK_SPEC,
    connectors.csv.sink.SINK_SPEC,
    connectors.csv.sftp.SINK_SPEC,
    connectors.webhook.receiver.SINK_SPEC,
    connectors.webhook.message.SINK_SPEC,
)
SINKS: dict[str, SinkSpec] = {spec.kind: spec for spec in SINK_SPECS}


def spec_for(address: str) -> SourceSpec:
    """The technology that can look at an address.

    Args:
        address: database URL, file or folder.

    Raises:
        ConfigError: none can.
    """
    for spec in SOURCE_SPECS:
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
