"""CSV worklist: one file a day for an office that has no database.

Each row is one line that ends with the event's id. A line counts when it is whole,
so a torn tail left by a crash or a full disk is cut off before the next write, and
what has already been written is known from the files themselves.
"""

import csv
import errno
import fcntl
import io
import os
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO, Literal

from pydantic import BaseModel, ConfigDict, Field

from bus.connect.sink import Delivery, Outcome, SinkContext, SinkSpec, Written
from bus.errors import RetriableError

FIXED = ("Jenis", "Tanggal Kejadian", "Diterima", "ID Peristiwa")
LOCK = ".kunci"
_IDENT = re.compile(r"[0-9a-f]{32}")
_FORMULA = ("=", "+", "-", "@", "\t")


class WorklistConfig(BaseModel):
    """The `sink:` part of a `csv-worklist`.

    Attributes:
        folder: where the files go; made if missing.
        berkas: start of the file names; the day follows: `mutu-2026-03-02.csv`.
        pemisah: separator; `;` is what spreadsheet programs expect here.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    folder: Path
    berkas: str = Field(default="daftar-kerja", pattern=r"^[\w.-]+$")
    pemisah: Literal[";", ",", "\t"] = ";"


class CsvWorklist:
    """Appends deliveries to today's file; today is the day of delivery."""

    def __init__(self, config: WorklistConfig, context: SinkContext) -> None:
        self._config = config
        self._context = context
        self._header = [*context.columns, *FIXED]
        self._sizes: dict[Path, int] = {}
        self._known: set[str] = set()

    def check(self) -> None:
        """Make the folder and see that files can be written there.

        Raises:
            RetriableError: they cannot.
        """
        with self._errors():
            self._config.folder.mkdir(parents=True, exist_ok=True)
            with self._alone():
                self._learn()

    def write(self, batch: Sequence[Delivery]) -> Sequence[Outcome]:
        """Append what is new in one write, flushed to the disk.

        Raises:
            RetriableError: folder away, file locked by a program, disk full.
        """
        with self._errors(), self._alone():
            self._learn()
            now = datetime.fromtimestamp(
                self._context.clock.now_ms() / 1000, UTC
            ).astimezone(self._context.zone)
            outcomes: list[Outcome] = []
            rows, fresh = [], set[str]()
            for delivery in batch:
                ident = delivery.event_id
                new = ident not in self._known and ident not in fresh
                outcomes.append(Written.NEW if new else Written.DUPLICATE)
                if new:
                    fresh.add(ident)
                    rows.append(self._row(delivery, now))
            if rows:
                self._append(self._today(now), rows)
            return outcomes

    def close(self) -> None:
        """Nothing is held between writes."""

    def _row(self, delivery: Delivery, now: datetime) -> list[str]:
        happened = datetime.fromtimestamp(delivery.time_ms / 1000, UTC)
        day = happened.astimezone(self._context.zone).date().isoformat()
        values = [delivery.fields.get(name) for name in self._context.columns]
        fixed = [delivery.kind, day, now.strftime("%Y-%m-%d %H:%M:%S")]
        return [*map(cell, values), *fixed, delivery.event_id]

    def _today(self, now: datetime) -> Path:
        """Today's file; a new one beside it when the columns have changed."""
        stem = f"{self._config.berkas}-{now.date().isoformat()}"
        path, number = self._config.folder / f"{stem}.csv", 1
        first = self._line(self._header)
        while path.exists() and path.stat().st_size:
            with path.open("rb") as file:
                if file.readline().removeprefix(b"\xef\xbb\xbf") == first:
                    break
            number += 1
            path = self._config.folder / f"{stem}_{number}.csv"
        return path

    def _append(self, path: Path, rows: list[list[str]]) -> None:
        """All rows or none: what a failed write left behind is cut off again."""
        size = path.stat().st_size if path.exists() else 0
        data = b"".join(self._line(row) for row in rows)
        if not size:
            data = b"\xef\xbb\xbf" + self._line(self._header) + data
        with path.open("ab", buffering=0) as file:
            try:
                _write_all(file, data)
                os.fsync(file.fileno())
            except OSError:
                file.truncate(size)
                raise
        self._learn()

    def _learn(self) -> None:
        """Repair torn tails and take in the ids of lines not seen before."""
        for path in sorted(self._config.folder.glob(f"{self._config.berkas}-*.csv")):
            size, seen = path.stat().st_size, self._sizes.get(path, 0)
            if size == seen:
                continue
            seen = seen if seen < size else 0
            with path.open("r+b") as file:
                file.seek(seen)
                data = self._mended(file, seen, file.read())
            self._known.update(self._ids(data))
            self._sizes[path] = seen + len(data)

    def _mended(self, file: BinaryIO, start: int, data: bytes) -> bytes:
        """The whole lines from `start` on.

        A last line without line end is whole when it ends with an event id: an
        editor may have dropped the line end. Otherwise a crash tore it, and the
        event in it was never reported as written.
        """
        whole = data.rfind(b"\n") + 1
        tail = data[whole:]
        if not tail:
            return data
        if any(_IDENT.fullmatch(ident) for ident in self._ids(tail)):
            end = b"\n" if tail.endswith(b"\r") else b"\r\n"
            file.write(end)
            return data + end
        file.truncate(start + whole)
        return data[:whole]

    def _ids(self, data: bytes) -> Iterator[str]:
        text = io.StringIO(data.decode("utf-8-sig", errors="replace"))
        for row in csv.reader(text, delimiter=self._config.pemisah):
            yield from row[-1:]

    def _line(self, row: Sequence[str]) -> bytes:
        out = io.StringIO()
        csv.writer(out, delimiter=self._config.pemisah, lineterminator="\r\n").writerow(
            row
        )
        return out.getvalue().encode()

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """One writer at a time, also between processes on this machine."""
        with (self._config.folder / LOCK).open("ab") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield

    @contextmanager
    def _errors(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise RetriableError(
                f"{self._context.name}: {error.filename or self._config.folder}: "
                f"{error.strerror}; close the file in other programs, check the disk "
                "and the folder's rights"
            ) from None


def _write_all(file: io.FileIO, data: bytes) -> None:
    written = file.write(data)
    if written != len(data):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), file.name)


def cell(value: Any) -> str:
    """One value as a spreadsheet cell: one line, and never a formula."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "ya" if value else "tidak"
    if isinstance(value, list):
        return ", ".join(cell(part) for part in value)
    text = " ".join(str(value).split())
    return f"'{text}" if text.startswith(_FORMULA) else text


def _open(config: WorklistConfig, context: SinkContext) -> CsvWorklist:
    return CsvWorklist(config, context)


SINK_SPEC = SinkSpec(
    kind="csv-worklist",
    summary="A CSV file a day with the office's work, for spreadsheets.",
    guarantee="each event id at most once over all files of the folder, none lost",
    config=WorklistConfig,
    open=_open,
    example='{folder: "${WORKLISTS}/inspektorat", berkas: mutu}',
)
