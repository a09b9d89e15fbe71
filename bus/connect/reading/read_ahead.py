"""Reading the next rows while the last ones are still being worked through."""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor, wait
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bus.connect.source import Batch, Reading, Source


class ReadAhead:
    """A source with a thread of its own, in which all its polls run.

    A batch that says `next_poll_seconds=0` makes the next poll begin at once; a
    database works on it while Python maps the rows. It costs the memory of one batch.
    What was read ahead is thrown away if another position is asked for.

    Args:
        source: the legacy system; called from one thread at a time.
        name: of the connector, for the thread.
    """

    def __init__(self, source: Source, name: str) -> None:
        self._source = source
        self._thread = ThreadPoolExecutor(1, thread_name_prefix=f"{name}-read")
        self._ahead: tuple[str, Future[Batch]] | None = None

    @property
    def reading(self) -> Reading:
        return self._source.reading

    def poll(self, cursor: str | None) -> Batch:
        """As `Source.poll`, with its errors."""
        ahead, self._ahead = self._ahead, None
        if ahead is None or ahead[0] != cursor:
            coming = self._thread.submit(self._source.poll, cursor)
        else:
            coming = ahead[1]
        batch = coming.result()
        if not batch.next_poll_seconds:
            following = self._thread.submit(self._source.poll, batch.cursor)
            self._ahead = (batch.cursor, following)
        return batch

    def check(self) -> list[str]:
        """As `Source.check`, with its errors."""
        return self._thread.submit(self._source.check).result()

    def close(self) -> None:
        """Wait for the read under way, then close the source; may be called twice."""
        ahead, self._ahead = self._ahead, None
        if ahead is not None:
            wait([ahead[1]])
        self._thread.shutdown()
        self._source.close()
