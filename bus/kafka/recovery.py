"""Bringing a copy of a state up to its changelog's end, and proving it whole.

Whoever commits a batch commits beside its position what the state then amounts to
(`Fingerprint`). A state that was rebuilt must amount to the same; if it does not, the
changelog has a hole (records deleted, a truncated log, a wrong retention) and nobody
may decide on it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bus.errors import FatalError, StateError
from bus.kafka.reader import read_committed

if TYPE_CHECKING:
    from collections.abc import Callable

    from bus.kafka.fingerprint import Fingerprint
    from bus.kafka.store import ChangelogStore

    Progress = Callable[[int], None]

CHUNK = 2000


async def recover(
    store: ChangelogStore,
    bootstrap: str,
    place: tuple[str, int],
    expected: Fingerprint | None,
    progress: Progress | None = None,
) -> int:
    """Replay the changelog into an open store and compare.

    Starts at the store's own position. A copy that cannot go on from there (the log no
    longer has its position, or does not agree) is thrown away and built from offset 0.

    Args:
        store: open.
        bootstrap: Kafka bootstrap servers.
        place: changelog topic and partition.
        expected: what the state must amount to; None where nobody has said so.
        progress: told the number of records read, now and then.

    Returns:
        Records read.

    Raises:
        StateError: the changelog has a hole, or the disk. RetriableError: broker.
    """
    count = 0
    if store.position is not None:
        count, agrees = await _try(store, bootstrap, place, expected, progress)
        if agrees:
            return count
        store.clear()
    try:
        count += await _replay(store, bootstrap, place, progress)
    except StateError:
        raise
    except FatalError as error:
        raise _hole(place, str(error)) from error
    if expected is not None and store.fingerprint != expected:
        found = store.fingerprint
        raise _hole(
            place, f"{found.keys:,} keys instead of {expected.keys:,}, or other values"
        )
    return count


async def _try(
    store: ChangelogStore,
    bootstrap: str,
    place: tuple[str, int],
    expected: Fingerprint | None,
    progress: Progress | None,
) -> tuple[int, bool]:
    """Go on from the local copy; how many records, and whether it can be trusted."""
    try:
        count = await _replay(store, bootstrap, place, progress)
    except StateError:
        raise
    except FatalError:
        return 0, False
    return count, expected is None or store.fingerprint == expected


async def _replay(
    store: ChangelogStore,
    bootstrap: str,
    place: tuple[str, int],
    progress: Progress | None,
) -> int:
    topic, partition = place
    end = start = store.position or 0
    count, staged = 0, dict[bytes, bytes | None]()
    async for record in read_committed(
        bootstrap, topic, [partition], {partition: start}
    ):
        if record.key is None:
            raise StateError(
                f"{topic}-{partition}: record without key at {record.offset}"
            )
        staged[record.key] = record.value
        end, count = record.offset + 1, count + 1
        if len(staged) >= CHUNK:
            store.apply(staged, end, store.after(staged))
            staged = {}
            if progress:
                progress(count)
    if staged:
        store.apply(staged, end, store.after(staged))
    return count


def _hole(place: tuple[str, int], what: str) -> StateError:
    topic, partition = place
    return StateError(
        f"{topic}-{partition}: the changelog has a hole, the state cannot be "
        f"trusted ({what}). Nothing is decided on it. If another worker still has a "
        "whole local copy, start that one; else stop the application, delete topic and "
        "positions of the group, and let it read its source from the begin "
        "(ops/docs/state.md)"
    )
