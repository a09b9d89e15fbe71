"""`opdbus connector check` for a REST interface: what may hinder a run."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from bus.connect.finding import BAD, GOOD, NOTE, Finding
from bus.errors import ConfigError
from connectors.rest.body import at_path, has_path
from connectors.rest.client import date_of
from connectors.rest.lookup import LookupSource, read_keys
from connectors.rest.moment import value_of
from connectors.rest.rows import KEY, ROOT
from connectors.rest.source import RestSource

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bus.connect.spec import Opening
    from connectors.rest.client import Answer
    from connectors.rest.config import RestConfig

SKEW_SECONDS = 5.0


def examine(config: RestConfig, opening: Opening, zone: str) -> Iterator[Finding]:
    """Everything about one source, found with one request."""
    del zone  # times of JSON name theirs, or `since.zone` does
    if not config.url.startswith("https://"):
        yield Finding("connection", NOTE, "http: login and data go unencrypted")
    try:
        if config.lookup:
            yield from _lookup(config, opening)
        else:
            yield from _list(config, opening)
    except ConfigError as error:
        yield Finding("reading", BAD, str(error))


def _lookup(config: RestConfig, opening: Opening) -> Iterator[Finding]:
    if config.lookup is None:
        return
    count = len(read_keys(config.lookup, opening.connector).values)
    yield Finding("keys", GOOD if count else NOTE, f"{count:,} keys", count)
    source = LookupSource(config, config.lookup, opening)
    try:
        problems = source.check()
    finally:
        source.close()
    for problem in problems:
        yield Finding("answer", NOTE, problem)
    if not problems:
        yield Finding("answer", GOOD, f"{config.place} answers for the first key")


def _list(config: RestConfig, opening: Opening) -> Iterator[Finding]:
    source = RestSource(config, opening)
    try:
        answer, items = source.first()
    finally:
        source.close()
    yield Finding("connection", GOOD, f"{config.place} answers")
    yield from _clock(answer, opening.clock.now_ms(), config)
    total = at_path(answer.body, config.page.total) if config.page.total else None
    count = total if isinstance(total, int) else None
    told = f", {total} in all" if total is not None else ""
    yield Finding("list", GOOD, f"{len(items)} items on the first page{told}", count)
    if config.page.total and count is None:
        yield Finding("total", BAD, f"no number at page.total {config.page.total!r}")
    yield from _columns(config, opening, items)
    if config.conditional:
        can = "only what has changed is sent" if answer.validators else "no ETag"
        yield Finding("changes only", GOOD, can)


def _clock(answer: Answer, now_ms: int, config: RestConfig) -> Iterator[Finding]:
    date = date_of(answer.headers)
    if date is None:
        return
    skew = (date - datetime.fromtimestamp(now_ms / 1000, UTC)).total_seconds()
    limit = SKEW_SECONDS
    if config.since and config.since.format != "number":
        limit = min(limit, max(1.0, config.since.overlap))
    level = GOOD if abs(skew) <= limit else NOTE
    yield Finding("clock", level, f"the app's clock differs by {skew:+.0f} s from ours")


def _columns(
    config: RestConfig, opening: Opening, items: list[object]
) -> Iterator[Finding]:
    objects = [item for item in items if isinstance(item, dict)]
    if not objects:
        yield Finding("columns", NOTE, "no items at the moment: nothing to compare")
        return
    named = [name for name in opening.columns if name != KEY]
    missing = [
        name
        for name in named
        if not name.startswith(ROOT) and not any(has_path(x, name) for x in objects)
    ]
    there = ", ".join(sorted({str(name) for item in objects for name in item}))
    if missing:
        level = BAD if set(missing) & {*opening.ref, *config.columns()} else NOTE
        told = f"no item has {', '.join(missing)}; items have: {there}"
        yield Finding("columns", level, told)
    else:
        yield Finding("columns", GOOD, "all are there")
    refs = Counter(repr([at_path(x, name) for name in opening.ref]) for x in objects)
    if refs and max(refs.values()) > 1:
        told = f"several items have the same {', '.join(opening.ref)}"
        yield Finding("ref", BAD, f"{told}: they are rejected as REF_GANDA")
    if config.since:
        since = config.since
        bad = sum(value_of(at_path(x, since.column), since) is None for x in objects)
        if bad:
            told = f"{bad} of {len(objects)} values are no {since.format}"
            yield Finding(f"since {since.column}", BAD, told)
