"""Text files with separators, from a drop folder; worklists of sinks."""

from bus.connect.spec import SourceSpec
from connectors.csv.config import CsvConfig
from connectors.csv.source import open_source

SPEC = SourceSpec(
    kind="csv",
    summary="Reads CSV files put into a folder, each content once.",
    guarantee="exactly-once",
    config=CsvConfig,
    open=open_source,
    columns=lambda config: config.scope,
    examples={
        "nightly export with decimal comma": {
            "folder": "${OPDBUS_ANGGARAN_FOLDER}",
            "pattern": "anggaran_*.csv",
        }
    },
)

__all__ = ["SPEC", "CsvConfig"]
