"""A pass over a list that may move while it is read. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from hashlib import blake2b
from typing import TYPE_CHECKING, Any

from connectors.rest.body import at_path

if TYPE_CHECKING:
    from collections.abc import Sequence

    from connectors.rest.config import Page

_WIDE = 1 << 64


@dataclass(frozen=True, slots=True)
class Pass:
    """What a pass has seen so far.

    Attributes:
        at: page number, offset, token or address that comes next; None at the start.
        asked: requests answered.
        count: items, those of the overlap once.
        total: number of all items as the app told it first.
        keys: sum of the hashes of all keys: the same for the same set.
        last: hashes of the keys of the last page.
        doubt: something showed that the list moved.
        high: highest cursor value seen.
    """

    at: Any = None
    asked: int = 0
    count: int = 0
    total: int | None = None
    keys: int = 0
    last: tuple[int, ...] = field(default=(), repr=False)
    doubt: bool = False
    high: int | None = None

    @property
    def seen(self) -> list[Any]:
        """The set of keys as a position keeps it."""
        return [self.count, f"{self.keys:016x}"]


def key_hash(key: Sequence[Any]) -> int:
    """A number for the key of an item."""
    data = repr(tuple(key)).encode("utf-8", "replace")
    return int.from_bytes(blake2b(data, digest_size=8).digest(), "big")


def with_page(run: Pass, keys: Sequence[int], body: Any, page: Page) -> Pass:
    """The pass after one more page.

    Args:
        run: before.
        keys: hashes of the keys of its items.
        body: the answer, for the total.
        page: how the list is divided.
    """
    known = set(run.last)
    fresh = [key for key in keys if key not in known]
    total = _whole_number(at_path(body, page.total)) if page.total else None
    doubt = run.doubt or (run.asked > 0 and total != run.total)
    again = overlap_of(run, page)
    if again:
        doubt = doubt or tuple(keys[:again]) != run.last[-again:]
    elif len(fresh) < len(keys):
        doubt = True  # an item of the page before came again: something was inserted
    return replace(
        run,
        asked=run.asked + 1,
        count=run.count + len(fresh),
        total=total if run.asked == 0 else run.total,
        keys=(run.keys + sum(fresh)) % _WIDE,
        last=tuple(keys),
        doubt=doubt,
    )


def overlap_of(run: Pass, page: Page) -> int:
    """How many items of its last page a pass asks for once more."""
    if page.kind != "offset" or not run.last:
        return 0
    return min(page.overlap, len(run.last) - 1)


def _whole_number(value: Any) -> int | None:
    try:
        return int(value)
    except (TypeError, ValueError):
        return None


def following(before: Pass, after: Pass, body: Any, link: str, page: Page) -> Any:
    """Where the next page is; None when this was the last.

    An app that gives fewer items than asked for is not at its end: the end is an
    empty page, a page that brings nothing new, the total, or its own word.

    Args:
        before: the pass before this page.
        after: the same with it.
        body: the answer.
        link: next address of the header `Link`, or empty.
        page: how the list is divided.
    """
    if page.kind == "none" or (page.last and at_path(body, page.last) is True):
        return None
    if page.kind == "cursor":
        return at_path(body, page.next) or None
    if page.kind == "link":
        return (at_path(body, page.next) if page.next else link) or None
    reached = after.total is not None and after.count >= after.total
    if reached or after.count == before.count:
        return None
    if page.kind == "page":
        return (page.first if before.at is None else before.at) + 1
    return (before.at or 0) + len(after.last) - overlap_of(after, page)


def is_whole(run: Pass, before: Any, tries: int, most: int) -> bool:
    """Whether an item that this pass did not contain is really gone.

    Args:
        run: the pass, over.
        before: `seen` of the pass before, or None.
        tries: passes read again for this question.
        most: after so many a total that agrees is enough.
    """
    if run.asked == 1:
        return run.total is None or run.total <= run.count
    if run.seen == before:
        return run.total is None or run.total == run.count
    agrees = run.total is not None and run.total == run.count and not run.doubt
    return agrees and tries >= most
