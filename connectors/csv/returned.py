"""A CSV file with the reasons beside its rejected rows."""

import csv
from pathlib import Path

from bus.connect.returned import TITLE, Returned
from connectors.csv.source import rows_of


def give_back(returned: Returned, separator: str) -> Path:
    """Write the copy, with `;` where the separator was found by itself.

    Raises:
        UnreadableFileError: it is no text.
        OSError: the folder cannot be written.
    """
    reasons = {line: text for (_, line), text in returned.reasons.items()}
    reasons[max(1, returned.heads.get("", 1))] = TITLE
    target = returned.target(".csv")
    width = max(map(len, rows_of(returned.path)), default=0)
    with target.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, delimiter=separator)
        for line, cells in enumerate(rows_of(returned.path), 1):
            blanks = [""] * (width - len(cells))
            writer.writerow([*cells, *blanks, reasons.get(line, "")])
    return target
