"""Files of the simulated apps: written aside, then put in place whole."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol


class RowWriter(Protocol):
    """What `csv.writer` makes."""

    def writerow(self, row: Sequence[Any], /) -> Any: ...

    def writerows(self, rows: Iterable[Sequence[Any]], /) -> Any: ...


@contextmanager
def csv_file(path: Path, header: Sequence[str], delimiter: str) -> Iterator[RowWriter]:
    """A CSV file that appears under its name only when it is complete."""
    aside = path.with_name(f".{path.name}.sebagian")
    path.parent.mkdir(parents=True, exist_ok=True)
    with aside.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter=delimiter, lineterminator="\r\n")
        writer.writerow(header)
        yield writer
    aside.replace(path)


def dmy(day: object) -> str:
    """dd-mm-yyyy from a date, as offices write it."""
    return f"{day:%d-%m-%Y}"
