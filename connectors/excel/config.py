"""The `source:` block of an Excel connector."""

from connectors._tabular.config import FolderConfig


class ExcelConfig(FolderConfig):
    """A folder of workbooks.

    Attributes:
        lembar: name of the sheet, `Desa *` for all of that pattern; by default the
            one with most of the columns.
    """

    pattern: str = "*.xls*"
    lembar: str = ""
