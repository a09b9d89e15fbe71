"""When a file with rejected rows goes back to its sender, and which rows those are."""

from __future__ import annotations

import logging
import os
import stat
from collections import defaultdict
from contextlib import suppress
from threading import Lock
from typing import TYPE_CHECKING

from bus.connect.reading.rehearsal import Rehearsal
from bus.connect.returned import SUFFIX, Returned
from bus.connect.source import Batch
from bus.errors import OpdBusError

if TYPE_CHECKING:
    from pathlib import Path

    from bus.clock import Clock
    from bus.connect.files.connector import Connector
    from bus.connect.reading.step import Step
    from bus.contracts import Catalog

log = logging.getLogger(__name__)
FILE, LINE = "_berkas", "_baris"
NOTE = ".txt"
_COPIES = (".xlsx", ".xlsm", ".csv", NOTE)
_ONE_AT_A_TIME = Lock()
"""A file is worked through whole for its copy, however long that takes. So it waits for
other copies, and not in a place among those that map rows, which would wait for it."""


class Rejected:
    """The rejected rows of files, each with its reason.

    A file is worked through by itself, as if nothing were remembered: what was wrong
    in an earlier version and still is belongs into the copy too.

    Attributes:
        reasons: file → (sheet, line) → reason.
        heads: file → sheet → line above its first row.
        rows: file → rows.
        unreadable: file → why it could not be read at all, or to its end.

    Args:
        connector: loaded connector.
        rehearsal: works rows through.
        clock: the time.
    """

    def __init__(
        self, connector: Connector, rehearsal: Rehearsal, clock: Clock
    ) -> None:
        self.reasons: dict[str, dict[tuple[str, int], str]] = {}
        self.heads: dict[str, dict[str, int]] = defaultdict(dict)
        self.rows: dict[str, int] = defaultdict(int)
        self.unreadable: dict[str, str] = {}
        self._connector = connector
        self._clock = clock
        self._rehearsal = rehearsal
        self._work = rehearsal.passing()

    def look(self, only: Path | None = None) -> list[str]:
        """Work through all files in the folder, or one file; nothing is sent.

        Returns:
            What the source's own check says.

        Raises:
            ConfigError, RetriableError: as `Source.poll`.
        """
        source = self._connector.open_with(self._clock, (FILE, LINE), only)
        cursor: str | None = None
        try:
            warnings = source.check()
            while True:
                batch = source.poll(cursor)
                self._take(batch)
                cursor = batch.cursor
                if not batch.origin and not batch.unreadable:
                    return warnings
        finally:
            source.close()

    def _take(self, batch: Batch) -> None:
        """One batch of one file; its end begins a pass anew."""
        places = (batch.columns.index(FILE), batch.columns.index(LINE))
        for row in batch.rows:
            name, _, sheet = str(row[places[0]]).partition("!")
            line = int(row[places[1]])
            self.rows[name] += 1
            self.heads[name].setdefault(sheet, line - 1)
            outcome = self._work(Batch(batch.columns, [row], "", origin=batch.origin))
            for item in outcome.refused:
                self._add(name, sheet, line, f"{item.error.code}: {item.error.message}")
        for broken in batch.unreadable:
            name, _, line_text = broken.ref.rpartition(":")
            if name and line_text.isdigit():
                self.rows[name] += 1
                self._add(name, "", int(line_text), f"{broken.code}: {broken.message}")
            else:
                self.unreadable[broken.ref] = f"{broken.code}: {broken.message}"
        if batch.complete:
            self._work = self._rehearsal.passing()

    def _add(self, name: str, sheet: str, line: int, text: str) -> None:
        self.reasons.setdefault(name, {})[sheet, line] = text


class Returning:
    """Gives files back by itself, after what was read of them is committed.

    Args:
        connector: loaded connector.
        catalog: contracts.
        tenant: tenant id.
        clock: the time.
    """

    def __init__(
        self, connector: Connector, catalog: Catalog, tenant: str, clock: Clock
    ) -> None:
        self._connector = connector
        self._rehearsal = Rehearsal(connector, catalog, tenant)
        self._clock = clock
        self._seen: set[str] = set()
        self._doubtful: set[str] = set()

    def saw(self, step: Step) -> None:
        """Note what became of rows: a file that is all new and all good stays away."""
        if step.origin:
            self._seen.add(step.origin)
            if step.rejects or step.unchanged:
                self._doubtful.add(step.origin)

    def give(self, path: Path, folder: Path) -> None:
        """Write the copy of a file, and take an older copy of that name away.

        What hinders that is told in the log and hinders nothing else.

        Args:
            path: the file, still where it was read.
            folder: where the copy goes; made if missing, as open as the file's own.
        """
        good = path.name in self._seen and path.name not in self._doubtful
        self._seen.discard(path.name)
        self._doubtful.discard(path.name)
        try:
            for suffix in _COPIES:
                (folder / f"{path.stem}{SUFFIX}{suffix}").unlink(missing_ok=True)
            if not good:
                with _ONE_AT_A_TIME:
                    self._give(path, folder)
        except (OSError, OpdBusError) as error:
            log.warning(
                "%s: %s did not go back to its sender: %s; write the copy with "
                "`opdbus connector return`",
                self._connector.name,
                path.name,
                getattr(error, "strerror", None) or error,
            )

    def _give(self, path: Path, folder: Path) -> None:
        found = Rejected(self._connector, self._rehearsal, self._clock)
        found.look(path)
        for name, reasons in found.reasons.items():
            _prepare(folder, path.parent)
            back = Returned(path, folder, reasons, found.heads[name])
            _as_open_as(path, self._connector.give_back(back))
            log.info(
                "%s: %s goes back to its sender: %d of %d rows rejected",
                self._connector.name,
                path.name,
                len(reasons),
                found.rows[name],
            )
        for reason in found.unreadable.values():
            _prepare(folder, path.parent)
            note = Returned(path, folder, {}, {}).target(NOTE)
            note.write_text(f"{reason}\n", encoding="utf-8")
            _as_open_as(path, note)


def _prepare(folder: Path, like: Path) -> None:
    if not folder.is_dir():
        folder.mkdir(mode=0o700, parents=True)
        _as_open_as(like, folder)


def _as_open_as(pattern: Path, made: Path) -> None:
    """Owner and rights of the pattern, so that its sender can read what is made."""
    state = pattern.stat()
    with suppress(PermissionError):  # only root gives files away
        os.chown(made, state.st_uid, state.st_gid)
    made.chmod(stat.S_IMODE(state.st_mode))
