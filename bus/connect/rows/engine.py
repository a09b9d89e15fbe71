"""Rows to events: what is new, what is a correction, what was withdrawn.

Every event's id derives from where the row is and what it says, so reading a row
twice cannot make two events (`design.md` §4). With a full memory the previous
event's id is part of it too: a value that is corrected and corrected back is two
corrections, not a repetition.
"""

from __future__ import annotations

from contextlib import suppress
from hashlib import blake2b
from typing import TYPE_CHECKING, Any

from bus.connect.rows.event_maker import EventMaker
from bus.connect.rows.memory import CONTENT_DIGEST, NEVER, ROW_DIGEST, RowMemory
from bus.connect.rows.outcome import Outcome, refused_item, refused_row
from bus.connect.rows.place import Placing
from bus.connect.rows.remembered import Remembered
from bus.connect.rows.shape import (
    Picker,
    Scope,
    cells_of,
    content_of,
    doubled,
    is_still,
    nameless,
    row_json,
    said_by,
    with_old_cells,
    writable,
)
from bus.errors import PoisonError, RowError
from bus.record import DIBATALKAN, DIBUAT, DIKOREKSI

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from bus.connect.files.connector import Connector
    from bus.connect.mapping.compiled import Mapped
    from bus.connect.source import Batch, Reading, Row
    from bus.record import Value


class RowEngine:
    """Works through batches of one connector; not safe for two threads.

    Args:
        connector: compiled connector.
        reading: how the source reads.
        memory: remembered rows.
        source: `ce_source`, `/k3325/esakti/tb_santunan`.
        encoders: contract reference and event type → function from value to bytes.
        keep_values: leave the payload in what is made; costs memory.
    """

    def __init__(
        self,
        connector: Connector,
        reading: Reading,
        memory: RowMemory,
        source: str,
        encoders: Callable[[str, str], Callable[[Value], bytes]],
        *,
        keep_values: bool = True,
    ) -> None:
        self._map = connector.compiled.map_row
        self._ref = connector.compiled.ref_of
        self._deciding = connector.compiled.deciding
        self._columns = connector.compiled.columns
        self._name = connector.name
        self._prefix = connector.ref_prefix
        self._placing = Placing(connector)
        self._reading = reading
        self._memory = memory
        self._events = EventMaker(connector, source, encoders, keep_values=keep_values)
        self._hash = blake2b(digest_size=ROW_DIGEST, key=connector.fingerprint)
        self._count = len(connector.compiled.contracts)
        self._blank = (NEVER * self._count, "," * (self._count - 1))
        self._frozen: list[int] = []
        self._newer = False
        self._pick = Picker(self._columns)
        self._scope = Scope(self._columns, reading.scope)
        self._doubles: set[bytes] = set()

    def work(self, batch: Batch) -> Outcome:
        """Events, rejections and changes of memory of one batch.

        Raises:
            ConfigError: the rows lack a column the mapping reads.
        """
        outcome = Outcome(rows=len(batch.rows))
        if batch.anew:
            self.next_pass()
        self._frozen = [self._columns.index(name) for name in batch.frozen]
        one = self._remembering if self._reading.remembers_all else self._passing
        marks = batch.marks or [None] * len(batch.rows)
        self._newer = batch.deleted is not None
        deleted = batch.deleted or [False] * len(batch.rows)
        each = zip(self._pick.rows(batch), marks, deleted, strict=True)
        for number, (row, mark, gone) in enumerate(each):
            ref, before = self._ref(row), len(outcome.events)
            if gone:
                self._delete(ref, outcome)
                continue
            try:
                one(row, writable(ref), mark, outcome)
            except PoisonError as error:
                del outcome.events[before:]
                place, name = self._placing.of(batch, number, ref), self._prefix + ref
                outcome.refused.append(
                    refused_row(self._columns, row, name, error, place)
                )
        outcome.refused += (refused_item(self._prefix, x) for x in batch.unreadable)
        if batch.forget_below is not None:
            self._memory.forget_below(batch.forget_below)
        return outcome

    def missing(self) -> list[tuple[str, Remembered]]:
        """Rows that the pass now complete did not contain, within its scope."""
        if not self._reading.finds_deletes:
            return []
        unseen = self._memory.unseen()
        return [(ref, row) for ref, row in unseen if self._scope.covers(row.row)]

    def withdraw(self, missing: Sequence[tuple[str, Remembered]]) -> Outcome:
        """DIBATALKAN for every event of the rows that have disappeared."""
        outcome = Outcome(deleted=len(missing))
        for ref, row in missing:
            ids, contents = row.ids.split(","), row.contents
            for mapped in self._mapped_before(ref, row):
                number = mapped[0]
                if contents[number] == NEVER:
                    continue
                with suppress(PoisonError):  # it was encoded before; it stays if not
                    made = self._events.withdrawn(mapped, ref, ids[number])
                    outcome.events.append(made)
                    ids[number], contents[number] = made.id, NEVER
            gone = Remembered(bytes(ROW_DIGEST) + b"".join(contents), ",".join(ids))
            gone.deleted = True
            self._memory.put(ref, gone, row)
        return outcome

    def _delete(self, ref: str, outcome: Outcome) -> None:
        """A row that a change log says was deleted."""
        old = self._memory.get(ref)
        if old is None or old.deleted:
            outcome.unchanged += 1
            return
        outcome.events += self.withdraw([(ref, old)]).events
        outcome.deleted += 1

    def next_pass(self) -> None:
        """A pass over the source is over; begin to count seen rows anew."""
        self._memory.next_pass()
        self._scope.clear()

    def _digest(self, row: Row) -> bytes:
        digest = self._hash.copy()
        digest.update(repr(row).encode("utf-8", "surrogatepass"))
        return digest.digest()

    def _passing(self, row: Row, ref: str, mark: str | None, outcome: Outcome) -> None:
        """A row of an incremental pass: known only if it lies in the window."""
        old = self._memory.get(ref)
        if mark is None and old is None:
            self._emit_plain(row, ref, outcome)
            return
        digest = self._digest(row)
        if old is not None and old.state.startswith(digest):
            outcome.unchanged += 1
            return
        new = Remembered(digest + self._blank[0], self._blank[1])
        within = mark or (old.row.decode() if old else "")
        self._memory.put_marked(ref, new, within, old)
        operation = DIKOREKSI if old is not None and old.is_live else DIBUAT
        if self._emit_plain(row, ref, outcome, operation):
            new.state = digest + digest[:CONTENT_DIGEST] * self._count

    def _emit_plain(
        self, row: Row, ref: str, outcome: Outcome, operation: str = DIBUAT
    ) -> bool:
        found = self._map(row, self._prefix + ref)
        for mapped in found:
            said = said_by(mapped, with_time=True)
            made = self._events.made(mapped, said, ref, mapped[5] or operation, "")
            outcome.events.append(made)
        outcome.skipped += not found
        return bool(found)

    def _remembering(
        self, row: Row, ref: str, mark: str | None, outcome: Outcome
    ) -> None:
        """A row compared with what is remembered of it."""
        del mark
        old = self._memory.get(ref)
        if self._frozen and old is not None:
            row = with_old_cells(row, self._frozen, old.row)
        digest = self._digest(row)
        self._scope.see(row)
        if not ref.strip("|"):
            self._double(digest, outcome, nameless())
            return
        contents, ids = self._blank
        if old is not None:
            if old.state.startswith(digest):
                self._memory.see(old)
                outcome.unchanged += 1
                return
            if not self._newer and self._memory.has_seen(old):
                self._double(digest, outcome, doubled())
                return
            if old.ids.count(",") == self._count - 1:  # else the mappings are others
                contents, ids = old.state[ROW_DIGEST:], old.ids
        new = Remembered(digest + contents, ids, old.row if old else b"")
        self._memory.put(ref, new, old)
        self._memory.see(new)
        found = self._map(row, self._prefix + ref)
        before: Sequence[Mapped] = ()
        if old is not None and old.is_live:
            same = self._decides_as(row, old)
            before = found if same else self._mapped_before(ref, old)
        kept = row_json(row)
        self._compare(new, found, before, ref, outcome)
        new.row = kept

    def _compare(
        self,
        new: Remembered,
        found: list[Mapped],
        before: Sequence[Mapped],
        ref: str,
        outcome: Outcome,
    ) -> None:
        # Of what the row said `before`, only event types and keys count.
        contents, ids = new.contents, new.ids.split(",")
        was = {mapped[0]: mapped for mapped in before}
        count = len(outcome.events)
        for mapped in found:
            number = mapped[0]
            said = said_by(mapped, with_time=False)
            content = content_of(said)
            live = contents[number] != NEVER
            if mapped[5] == DIBATALKAN:
                if not live:
                    continue
                content, operation = NEVER, DIBATALKAN
            elif contents[number] == content:
                continue
            else:
                old = was.get(number)
                operation = mapped[5] or DIBUAT
                if live and old is not None and old[1] == mapped[1]:
                    operation = DIKOREKSI
                    if old[2] != mapped[2]:  # another person, family or budget line
                        gone = self._events.withdrawn(old, ref, ids[number])
                        outcome.events.append(gone)
                        ids[number], operation = gone.id, DIBUAT
            made = self._events.made(mapped, said, ref, operation, ids[number])
            outcome.events.append(made)
            contents[number], ids[number] = content, made.id
        new.state = new.state[:ROW_DIGEST] + b"".join(contents)
        new.ids = ",".join(ids)
        if len(outcome.events) == count:
            outcome.unchanged += bool(found)
            outcome.skipped += not found

    def _decides_as(self, row: Row, old: Remembered) -> bool:
        """Whether a row makes the same events, under the same keys, as it did."""
        cells = self._cells(old)
        return bool(cells) and all(
            is_still(row[at], cells[at]) for at in self._deciding
        )

    def _cells(self, row: Remembered) -> list[Any]:
        """The remembered cells; none if they are of other columns than now."""
        cells = cells_of(row.row)
        return cells if len(cells) == len(self._columns) else []

    def _mapped_before(self, ref: str, row: Remembered) -> list[Mapped]:
        """The events of the remembered version of a row; none if it fails now."""
        cells = self._cells(row)
        if not cells:
            return []
        try:
            return self._map(tuple(cells), self._prefix + ref)
        except PoisonError:
            return []

    def _double(self, digest: bytes, outcome: Outcome, error: RowError) -> None:
        """A row that no reference tells from others; told once per version."""
        if digest in self._doubles:
            outcome.unchanged += 1
            return
        self._doubles.add(digest)
        raise error
