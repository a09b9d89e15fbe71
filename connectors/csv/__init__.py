"""Text files with separators, from a drop folder; worklists of sinks."""

from pathlib import Path

from bus.connect.returned import Returned
from bus.connect.spec import SourceSpec
from connectors._tabular.examination import examine_folder
from connectors._tabular.survey import FileSurveyor, is_file_of
from connectors.csv.config import CsvConfig
from connectors.csv.returned import give_back
from connectors.csv.source import CsvReader, open_source, peek


def _give_back(config: CsvConfig, wanted: tuple[str, ...], back: Returned) -> Path:
    del wanted
    return give_back(back, ";" if config.pemisah == "auto" else config.pemisah)


SUFFIXES = (".csv", ".txt")

SPEC = SourceSpec(
    kind="csv",
    summary="Reads CSV files put into a folder, each content once.",
    guarantee="exactly-once",
    config=CsvConfig,
    open=open_source,
    columns=lambda config: config.scope,
    surveys=lambda address: is_file_of(address, SUFFIXES),
    survey=lambda address, name: FileSurveyor(address, name, SUFFIXES, peek),
    examine=lambda config, opening, _: examine_folder(
        config, opening, CsvReader(config)
    ),
    give_back=_give_back,
    examples={
        "nightly export with decimal comma": {
            "folder": "${OPDBUS_ANGGARAN_FOLDER}",
            "pattern": "anggaran_*.csv",
        }
    },
)

__all__ = ["SPEC", "CsvConfig"]
