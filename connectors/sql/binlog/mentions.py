"""Statements in a binary log that change a table without telling its rows."""

import re

_CHANGES = frozenset(
    (
        *("ALTER", "TRUNCATE", "DROP", "RENAME", "CREATE"),
        *("INSERT", "UPDATE", "DELETE", "REPLACE", "LOAD"),
    )
)
_OTHERS = re.compile(
    r"CREATE\s+(?:\w+\s+)*(?:VIEW|INDEX|TRIGGER|USER)\b", re.IGNORECASE
)
_COMMENT = re.compile(r"/\*.*?\*/|--[^\n]*|#[^\n]*", re.DOTALL)
_WORD = re.compile(r"\w*")


class Mentions:
    """Looks for one table in statements; rather too often than not.

    Args:
        table: its name, without database.
    """

    def __init__(self, table: str) -> None:
        name = re.escape(table)
        self._name = re.compile(rf"(?<![\w$]){name}(?![\w$])", re.IGNORECASE)

    def look(self, statement: str) -> tuple[str, bool]:
        """The first word, and whether the statement may change the table.

        A ROLLBACK to a savepoint ends no transaction and comes back without word.
        """
        said = _COMMENT.sub(" ", statement).strip()
        found = _WORD.match(said)
        word = found[0].upper() if found else ""
        if word == "ROLLBACK" and " TO " in said.upper():
            return "", False
        changes = word in _CHANGES and not _OTHERS.match(said)
        return word, changes and bool(self._name.search(said))
