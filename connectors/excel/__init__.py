"""Workbooks of Excel (.xls and .xlsx), from a drop folder."""

from bus.connect.spec import SourceSpec
from connectors.excel.config import ExcelConfig
from connectors.excel.source import open_source

SPEC = SourceSpec(
    kind="excel",
    summary="Reads Excel workbooks put into a folder, each content once.",
    guarantee="exactly-once",
    config=ExcelConfig,
    open=open_source,
    columns=lambda config: config.scope,
    examples={
        "quarterly poverty list": {
            "folder": "${OPDBUS_DTSEN_FOLDER}",
            "pattern": "DTSEN_*.xlsx",
            "mode": "snapshot-diff",
            "scope": ["PERIODE"],
        }
    },
)

__all__ = ["SPEC", "ExcelConfig"]
