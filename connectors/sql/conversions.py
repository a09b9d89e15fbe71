"""How mysqlclient's texts become dates: as PyMySQL does it, and in C.

mysqlclient makes None of `0000-00-00`, so that nobody can tell it from an empty cell;
here what is no date stays the text it is (`domain.md` Q6), as with PyMySQL.
"""

from collections.abc import Callable
from datetime import date, datetime
from importlib import import_module
from typing import Any


def conversions() -> dict[int, Any]:
    """The driver's table of conversions with ours put in."""
    known = import_module("MySQLdb.converters").conversions
    kinds = import_module("MySQLdb.constants.FIELD_TYPE")
    ours = {kinds.DATETIME: moment, kinds.TIMESTAMP: moment, kinds.DATE: day}
    return {**known, **ours}


def _or_text(read: Callable[[str], Any]) -> Callable[[str], Any]:
    def convert(text: str) -> Any:
        try:
            return read(text)
        except ValueError:
            return text

    return convert


moment = _or_text(datetime.fromisoformat)
day = _or_text(date.fromisoformat)
