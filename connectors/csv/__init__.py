"""Text files with separators, from a drop folder; worklists of sinks."""

from bus.connect.spec import SourceSpec
from connectors._tabular.examination import examine_folder
from connectors._tabular.survey import FileSurveyor, is_file_of
from connectors.csv.config import CsvConfig
from connectors.csv.source import CsvReader, open_source, peek

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
    examples={
        "nightly export with decimal comma": {
            "folder": "${OPDBUS_ANGGARAN_FOLDER}",
            "pattern": "anggaran_*.csv",
        }
    },
)

__all__ = ["SPEC", "CsvConfig"]
