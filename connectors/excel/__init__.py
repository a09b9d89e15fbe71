"""Workbooks of Excel (.xls and .xlsx), from a drop folder."""

from pathlib import Path

from bus.connect.returned import Returned
from bus.connect.spec import SourceSpec
from connectors._tabular.examination import examine_folder
from connectors._tabular.survey import FileSurveyor, is_file_of
from connectors.excel.config import ExcelConfig
from connectors.excel.source import ExcelReader, open_source, peek


def _give_back(config: ExcelConfig, wanted: tuple[str, ...], back: Returned) -> Path:
    from connectors.excel.returned import give_back  # noqa: PLC0415 - 6 MB, rare

    only = ExcelReader(config).sheets(back.path, wanted)[0]
    return give_back(back, only)


SUFFIXES = (".xls", ".xlsx", ".xlsm", ".ods")

SPEC = SourceSpec(
    kind="excel",
    summary="Reads Excel workbooks put into a folder, each content once.",
    guarantee="exactly-once",
    config=ExcelConfig,
    open=open_source,
    columns=lambda config: config.scope,
    surveys=lambda address: is_file_of(address, SUFFIXES),
    survey=lambda address, name: FileSurveyor(address, name, SUFFIXES, peek),
    examine=lambda config, opening, _: examine_folder(
        config, opening, ExcelReader(config)
    ),
    give_back=_give_back,
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
