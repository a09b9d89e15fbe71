"""The `source:` block of a CSV connector."""

from typing import Literal

from connectors._tabular.config import FolderConfig


class CsvConfig(FolderConfig):
    """A folder of CSV files.

    Attributes:
        pemisah: separator; by default the one that finds the columns.
        kutip: quote character.
        encoding: by default UTF-8 if the bytes are valid UTF-8, else cp1252.
    """

    pattern: str = "*.csv"
    pemisah: Literal["auto", ";", ",", "\t", "|"] = "auto"
    kutip: Literal['"', "'"] = '"'
    encoding: Literal["auto", "utf-8", "cp1252", "latin-1", "utf-16"] = "auto"
