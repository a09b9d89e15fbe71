"""Reading a list of a REST interface: pages, changes only, lists that move."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import httpx

from bus.connect.source import Batch, Reading, Row, Unreadable
from bus.errors import ConfigError, RetriableError
from connectors.rest.asking import next_of, question_for
from connectors.rest.client import GONE, Answer, Question, RestClient, wait_told
from connectors.rest.moment import from_json, mark_of, moved_back, to_json
from connectors.rest.reading import (
    Pass,
    following,
    is_whole,
    key_hash,
    overlap_of,
    with_page,
)
from connectors.rest.rows import Rows, items_of, judged
from connectors.rest.window import Taken, taken

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bus.connect.spec import Opening
    from connectors.rest.config import RestConfig

TRIES = 3
"""Passes that are read once more at once, because the list moved or changed."""
_KEPT = 2
_MINUTE = 60.0
_NOT_MODIFIED = httpx.codes.NOT_MODIFIED


@dataclass(frozen=True, slots=True)
class _Run:
    """A pass under way in this process; a position only names it.

    Attributes:
        run: what it has seen.
        skipped: pages that have not changed since the last pass; -1 when all are read.
        questions: those asked, with what asks for changes only.
    """

    run: Pass = field(default_factory=Pass)
    skipped: int = 0
    questions: tuple[tuple[Question, dict[str, str]], ...] = field(default=())


class RestSource:
    """A list of items behind HTTP.

    Position: `high` highest cursor value of whole passes, `seen` the set of keys of the
    last pass and `again` how often it was read again, `run` the pass under way. A pass
    lives in this process only: another one begins it anew.

    Args:
        config: the validated `source:` block, variables expanded.
        opening: name, columns and clock.
    """

    def __init__(self, config: RestConfig, opening: Opening) -> None:
        self._config = config
        self._clock = opening.clock
        names = (*opening.columns, *config.columns())
        self._rows = Rows(tuple(dict.fromkeys(names)))
        places = opening.ref or self._rows.columns
        self._key = [self._rows.columns.index(name) for name in places]
        self._place = f"{opening.connector}: {config.place}"
        self._client = RestClient(config, opening.connector, opening.clock)
        self._runs: dict[str, _Run] = {}
        self._known: tuple[tuple[Question, dict[str, str]], ...] = ()
        self._begun = 0
        self._lost = 0

    @property
    def reading(self) -> Reading:
        finds = self._config.mode == "snapshot-diff"
        return Reading(self._config.remembers_all(), finds_deletes=finds)

    def poll(self, cursor: str | None) -> Batch:
        """The next page."""
        position: dict[str, Any] = json.loads(cursor) if cursor else {}
        state = self._runs.get(cursor or "")
        if state is None:
            state = _Run()
        high = from_json(position.get("high"))
        question, validators = self._question(state, high)
        answer = self._client.ask(question, validators)
        if answer.status == _NOT_MODIFIED:
            return self._unchanged(position, state, answer)
        if state.skipped > 0:  # a later page has changed: read all of them
            return self._going_on(position, _Run(skipped=-1), answer)
        return self._page(position, state, question, answer)

    def check(self) -> list[str]:
        """Ask for the first page."""
        self.first()
        return []

    def close(self) -> None:
        self._client.close()

    def first(self) -> tuple[Answer, list[Any]]:
        """The first page as it comes, for `opdbus connector check`."""
        question, _ = self._question(_Run(skipped=-1), None)
        answer = self._client.ask(question, {})
        return answer, self._items(answer, Pass())

    def _question(
        self, state: _Run, high: int | None
    ) -> tuple[Question, dict[str, str]]:
        """What to ask next, and whether for changes only."""
        if state.skipped > 0:
            return self._known[state.skipped]
        question = question_for(self._config, state.run, high, self._place)
        known = self._known[:1] if not state.skipped and not state.run.asked else ()
        if known and known[0][0] == question:
            return known[0]
        return question, {}

    def _items(self, answer: Answer, run: Pass) -> list[Any]:
        """The items of a page; a page behind the last may not exist.

        Raises:
            RetriableError, ConfigError: as the app's answer has it.
        """
        place = self._place
        if answer.status not in GONE:
            self._lost = 0
            if not judged(answer.body, self._config.verdicts, place):
                return []
            return items_of(answer.body, self._config.items, place)
        if not run.asked:
            raise ConfigError(
                f"{place}: HTTP {answer.status}; check source.url and source.params"
            )
        if answer.status == httpx.codes.NOT_FOUND and self._config.page.kind in {
            "page",
            "offset",
        }:
            return []
        self._runs.clear()
        self._lost += 1
        if self._lost > TRIES:
            raise ConfigError(
                f"{place}: HTTP {answer.status} in the middle of the list, "
                f"{self._lost} times; check source.page"
            )
        raise RetriableError(
            f"{place}: HTTP {answer.status} in the middle of the list; it is read anew"
        )

    def _page(
        self, position: dict[str, Any], state: _Run, question: Question, answer: Answer
    ) -> Batch:
        """Rows of a page, and where the pass stands after it."""
        page, before = self._config.page, state.run
        items = self._items(answer, before)
        rows = [self._rows.row(x, answer.body) for x in items if isinstance(x, dict)]
        keys = [key_hash([row[at] for at in self._key]) for row in rows]
        run = with_page(before, keys, answer.body, page)
        at = following(before, run, answer.body, next_of(answer.headers), page)
        if at is not None and at == before.at:
            raise RetriableError(f"{self._place}: the next page is the same again")
        known = before.last[len(before.last) - overlap_of(before, page) :]
        fresh = [row for row, key in zip(rows, keys, strict=True) if key not in known]
        found = self._window(fresh, from_json(position.get("high")))
        highs = [high for high in (before.high, found.high) if high is not None]
        asked = (*state.questions, (question, answer.validators))
        run = replace(run, at=at, high=max(highs, default=None))
        state = _Run(run, -1, asked)
        if at is None:
            batch = self._over(position, state)
        else:
            batch = self._going_on(position, state, answer)
        return replace(
            batch,
            rows=found.rows,
            marks=found.marks,
            anew=before.asked == 0,
            unreadable=(*self._no_objects(items), *self._no_value(found.without)),
        )

    def _window(self, rows: list[Row], high: int | None) -> Taken:
        since = self._config.since
        if since is None:
            return Taken(rows)
        at = self._rows.columns.index(since.column)
        low = None if high is None else moved_back(high, since)
        return taken(rows, at, since, low, self._clock.now_ms())

    def _no_objects(self, items: list[Any]) -> Iterator[Unreadable]:
        for number, item in enumerate(items, 1):
            if not isinstance(item, dict):
                why = (
                    "Isi daftar ini bukan objek JSON; perbaiki di aplikasi sumber atau "
                    "sesuaikan `items` di berkas konektor."
                )
                place = f"butir {number}"
                yield from self._rows.unreadable(item, place, "BUKAN_OBJEK", why)

    def _no_value(self, rows: list[Row]) -> Iterator[Unreadable]:
        for number, row in enumerate(rows, 1):
            name = self._config.since.column if self._config.since else ""
            why = (
                f"Kolom {name} kosong atau bukan seperti `since.format`; baris ini "
                "tidak akan terbaca. Isi kolom itu di aplikasi sumber."
            )
            item = dict(zip(self._rows.columns, row, strict=True))
            place = f"tanpa {name}, {number}"
            yield from self._rows.unreadable(item, place, "TANPA_KURSOR", why)

    def _over(self, position: dict[str, Any], state: _Run) -> Batch:
        """The end of a pass; it may have to be read again before it counts."""
        run, tries, wait = state.run, 0, self._config.poll_seconds
        whole = self._config.mode != "snapshot-diff"
        if not whole:
            tries = position.get("again", 0)
            whole = is_whole(run, position.get("seen"), tries, TRIES)
            tries = 0 if whole else tries + 1
            wait = 0.0 if 0 < tries <= TRIES else wait
        told = all(validators for _, validators in state.questions)
        can = self._config.conditional and whole and told
        self._known = state.questions if can else ()
        since, low = self._config.since, None
        kept: dict[str, Any] = {"seen": run.seen, "again": tries}
        if since is not None:
            before = from_json(position.get("high"))
            highs = [high for high in (before, run.high) if high is not None]
            high = max(highs, default=None)
            low = None if high is None else mark_of(moved_back(high, since))
            kept = {"high": to_json(high, since)}
        batch = self._batch(kept, kept, wait)
        return replace(batch, complete=whole, forget_below=low)

    def _unchanged(
        self, position: dict[str, Any], state: _Run, answer: Answer
    ) -> Batch:
        """A page of which the app says that nothing has changed."""
        kept = {key: value for key, value in position.items() if key != "run"}
        if state.skipped + 1 == len(self._known):
            return self._batch(kept, kept, self._config.poll_seconds)
        return self._going_on(
            position, replace(state, skipped=state.skipped + 1), answer
        )

    def _going_on(self, position: dict[str, Any], state: _Run, answer: Answer) -> Batch:
        """There is more of this pass; the app's limits are kept."""
        self._begun += 1
        kept = {key: value for key, value in position.items() if key != "run"}
        ahead = {**kept, "run": self._begun}
        self._runs[json.dumps(ahead)] = state
        while len(self._runs) > _KEPT:
            del self._runs[next(iter(self._runs))]
        wait = _MINUTE / self._config.per_minute if self._config.per_minute else 0.0
        if answer.headers.get("x-ratelimit-remaining") == "0":
            wait = max(wait, wait_told(answer.headers, self._clock.now_ms()) or 0.0)
        return replace(self._batch(ahead, kept, wait), more=True)

    def _batch(self, ahead: dict[str, Any], kept: dict[str, Any], wait: float) -> Batch:
        return Batch(
            columns=self._rows.columns,
            rows=[],
            cursor=json.dumps(ahead),
            resume=json.dumps(kept),
            next_poll_seconds=wait,
            origin=self._config.place,
        )
