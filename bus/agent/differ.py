"""Which rows have to be sent: new ones, changed ones, and those that are gone.

Over a bad line a table cannot be sent each time it is read. What is known of each row
is a digest, and, sealed, the cells that name it when it has gone.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import TYPE_CHECKING

from bus.agent.cells import from_json, to_json
from bus.agent.spool import Changes
from bus.connect.rows.shape import doubled
from bus.connect.source import Batch, Row, Unreadable

if TYPE_CHECKING:
    from bus.agent.frame import Seal
    from bus.agent.spool import Spool
    from bus.connect.files.connector import Connector
    from bus.connect.reading.budget import Budget
    from bus.connect.source import Reading

_DIGEST = 16
_CELLS = "cells"


@dataclass(slots=True)
class Found:
    """What a batch brings.

    Attributes:
        rows: rows to be sent.
        deleted: per row, whether it is gone.
        marks: per row, as in `Batch`.
        unreadable: to be sent too.
        changes: for the spool.
    """

    rows: list[Row] = field(default_factory=list)
    deleted: list[bool] = field(default_factory=list)
    marks: list[str | None] = field(default_factory=list)
    unreadable: list[Unreadable] = field(default_factory=list)
    changes: Changes = field(default_factory=Changes)


class Differ:
    """Compares batches with what the spool knows.

    Args:
        connector: loaded connector.
        reading: how its rows are treated.
        spool: what is known.
        seal: for cells.
        budget: refuses to take most rows for deleted.
    """

    def __init__(
        self,
        connector: Connector,
        reading: Reading,
        spool: Spool,
        seal: Seal,
        budget: Budget,
    ) -> None:
        parts = connector.definition.ref
        names = [x if isinstance(x, str) else x.kolom for x in parts]
        self._ref = names
        self._kept = tuple(dict.fromkeys((*names, *reading.scope)))
        self._reading = reading
        self._spool = spool
        self._seal = seal
        self._budget = budget
        self._key = connector.fingerprint
        self._seen: set[bytes] = set()
        self._scopes: set[Row] = set()
        self._told: set[bytes] = set()

    def take(self, batch: Batch) -> Found:
        """The rows of a batch that have to be sent.

        Raises:
            PausedError: most of the known rows have disappeared.
        """
        found = Found(unreadable=list(batch.unreadable))
        found.changes.forget_below = batch.forget_below
        if batch.deleted is not None:  # the source is a change log: all of it is new
            found.rows, found.deleted = list(batch.rows), list(batch.deleted)
            return found
        if batch.anew:
            self._next_pass()
        marks = batch.marks or [None] * len(batch.rows)
        for row, mark in zip(batch.rows, marks, strict=True):
            self._one(row, mark, batch, found)
        if batch.complete:
            if self._reading.finds_deletes:
                self._gone(batch, found)
            self._next_pass()
        return found

    def _next_pass(self) -> None:
        self._seen.clear()
        self._scopes.clear()

    def _one(self, row: Row, mark: str | None, batch: Batch, found: Found) -> None:
        cells = dict(zip(batch.columns, row, strict=True))
        if not self._reading.remembers_all and mark is None:
            self._send(row, None, found)
            return
        ref = self._hash(repr([cells[name] for name in self._ref]))
        digest = self._hash(repr(row))
        if self._reading.remembers_all:
            self._scopes.add(tuple(str(cells[name]) for name in self._reading.scope))
            if ref in self._seen:
                self._twice(digest, ref, found)
                return
            self._seen.add(ref)
        known = found.changes.put.get(ref) or self._spool.known(ref)
        if known is not None and known[0] == digest:
            return
        sealed = None
        if self._reading.finds_deletes:
            said = json.dumps([to_json(cells[name]) for name in self._kept])
            sealed = self._seal.close(said.encode(), _CELLS)
        found.changes.put[ref] = (digest, sealed, mark)
        self._send(row, mark, found)

    def _send(self, row: Row, mark: str | None, found: Found) -> None:
        found.rows.append(row)
        found.marks.append(mark)
        found.deleted.append(False)

    def _twice(self, digest: bytes, ref: bytes, found: Found) -> None:
        """Two rows of one pass with one reference; told once, if they differ."""
        known = found.changes.put.get(ref) or self._spool.known(ref)
        if known is not None and known[0] != digest and digest not in self._told:
            self._told.add(digest)
            error = doubled()
            found.unreadable.append(Unreadable("?", error.code, error.message))

    def _gone(self, batch: Batch, found: Found) -> None:
        """Known rows that the pass now complete did not contain, in its scope."""
        places = [self._kept.index(name) for name in self._reading.scope]
        missing = []
        for ref, sealed in self._spool.all_known():
            if ref in self._seen or sealed is None:
                continue
            cells = [from_json(x) for x in json.loads(self._seal.open(sealed, _CELLS))]
            if tuple(str(cells[at]) for at in places) in self._scopes or not places:
                missing.append((ref, dict(zip(self._kept, cells, strict=True))))
        if missing:
            self._budget.check_deletes(len(missing), self._spool.count_known())
        for ref, named in missing:
            found.rows.append(tuple(named.get(name) for name in batch.columns))
            found.marks.append(None)
            found.deleted.append(True)
            found.changes.drop.append(ref)

    def _hash(self, text: str) -> bytes:
        data = text.encode("utf-8", "surrogatepass")
        return blake2b(data, digest_size=_DIGEST, key=self._key).digest()
