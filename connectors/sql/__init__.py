"""Tables and queries of MySQL/MariaDB, PostgreSQL and SQLite."""

from bus.connect.spec import SourceSpec
from connectors.sql.config import SqlConfig
from connectors.sql.examination import examine
from connectors.sql.opening import open_source
from connectors.sql.source import SqlSource
from connectors.sql.survey import SqlSurveyor, is_database

SPEC = SourceSpec(
    kind="sql",
    summary="Reads a table, view or query of a database, with SELECT only.",
    guarantee="exactly-once",
    config=SqlConfig,
    open=open_source,
    object_name=lambda config: config.table,
    columns=SqlConfig.columns,
    remembers_all=SqlConfig.remembers_all,
    surveys=is_database,
    survey=SqlSurveyor,
    examine=examine,
    examples={
        "snapshot, the whole table once": {
            "url": "${DESA_URL}",
            "table": "tweb_penduduk",
            "mode": "snapshot",
            "key": ["id"],
        },
        "incremental by a time column": {
            "url": "${ESAKTI_URL}",
            "table": "log_penduduk",
            "mode": "incremental",
            "cursor": "updated_at",
            "key": ["id"],
        },
        "snapshot-diff where nothing tells what changed": {
            "url": "${ESAKTI_URL}",
            "table": "tb_santunan",
            "mode": "snapshot-diff",
            "key": ["id_santunan"],
        },
        "cdc, every change as it is committed": {
            "url": "${ESAKTI_URL}",
            "table": "tb_santunan",
            "mode": "cdc",
            "key": ["id_santunan"],
        },
    },
)

__all__ = ["SPEC", "SqlConfig", "SqlSource"]
