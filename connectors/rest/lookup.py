"""One question for each key of a list: services that give no list themselves."""

from __future__ import annotations

import csv
import json
from dataclasses import dataclass
from hashlib import blake2b
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import httpx

from bus.connect.source import Batch, Reading, Row, Unreadable
from bus.errors import ConfigError, RetriableError
from connectors.rest.body import text_of_body
from connectors.rest.client import GONE, Question, RestClient
from connectors.rest.rows import Rows, items_of, judged

if TYPE_CHECKING:
    from bus.connect.spec import Opening
    from connectors.rest.config import Lookup, RestConfig

TOGETHER = 100
"""Questions in one transaction."""
_SECONDS = 2.0
_MINUTE = 60.0


@dataclass(frozen=True, slots=True)
class Keys:
    """The keys of a file, each once, and a hash of the content."""

    digest: str
    values: tuple[str, ...]


def read_keys(lookup: Lookup, name: str) -> Keys:
    """The list of keys.

    Raises:
        RetriableError: the file is not there. ConfigError: it has no such column.
    """
    try:
        data = lookup.keys.read_bytes()
    except OSError as error:
        raise RetriableError(f"{name}: {lookup.keys}: {error.strerror}") from None
    lines = text_of_body(data, "").splitlines()
    values = [line.strip() for line in lines]
    if lookup.column:
        separator = ";" if lines and ";" in lines[0] else ","
        reader = csv.DictReader(lines, delimiter=separator)
        if lookup.column not in (reader.fieldnames or ()):
            there = ", ".join(reader.fieldnames or ())
            raise ConfigError(
                f"{name}: {lookup.keys}: no column {lookup.column!r}; there: {there}"
            )
        values = [(row[lookup.column] or "").strip() for row in reader]
    digest = blake2b(data, digest_size=6).hexdigest()
    return Keys(digest, tuple(dict.fromkeys(value for value in values if value)))


class LookupSource:
    """Answers for keys. A key in a question, and an address with one, is never told.

    Position: `key` the number of the next key in the file of hash `list`.

    Args:
        config: the validated `source:` block with `lookup`.
        lookup: its part.
        opening: name, columns and clock.
    """

    def __init__(self, config: RestConfig, lookup: Lookup, opening: Opening) -> None:
        self._config = config
        self._lookup = lookup
        self._name = opening.connector
        self._place = f"{opening.connector}: {config.place}"
        self._clock = opening.clock
        self._rows = Rows(opening.columns)
        self._client = RestClient(config, opening.connector, opening.clock)

    @property
    def reading(self) -> Reading:
        return Reading(remembers_all=True)

    def poll(self, cursor: str | None) -> Batch:
        """Answers for the next keys."""
        position: dict[str, Any] = json.loads(cursor) if cursor else {}
        keys = read_keys(self._lookup, self._name)
        same = position.get("list") == keys.digest
        begin = at = position.get("key", 0) if same else 0
        rows: list[Row] = []
        bad: list[Unreadable] = []
        limit = self._clock.monotonic() + _SECONDS
        most = 1 if self._config.per_minute else TOGETHER
        while at < len(keys.values) and at - begin < most:
            try:
                self._ask(keys.values[at], at, rows, bad)
            except RetriableError:
                if at == begin:
                    raise
                break  # what is known goes on its way; this key is asked again
            at += 1
            if self._clock.monotonic() > limit:
                break
        ended = at >= len(keys.values)
        wait = _MINUTE / self._config.per_minute if self._config.per_minute else 0.0
        ahead = {"list": keys.digest, "key": 0 if ended else at}
        return Batch(
            columns=self._rows.columns,
            rows=rows,
            cursor=json.dumps(ahead),
            next_poll_seconds=self._config.poll_seconds if ended else wait,
            anew=begin == 0,
            complete=ended,
            unreadable=tuple(bad),
            origin=self._config.place,
            more=not ended,
        )

    def check(self) -> list[str]:
        """Ask for the first key."""
        keys = read_keys(self._lookup, self._name)
        if not keys.values:
            return [f"{self._name}: {self._lookup.keys} has no keys yet"]
        self._ask(keys.values[0], 0, [], [])
        return []

    def close(self) -> None:
        self._client.close()

    def _ask(
        self, key: str, number: int, rows: list[Row], bad: list[Unreadable]
    ) -> None:
        config, params = self._config, dict(self._config.params)
        if self._lookup.param:
            params[self._lookup.param] = key
        url = config.url.replace("{key}", quote(key, safe=""))
        question = Question(url, tuple(params.items()))
        answer = self._client.ask(question, {})
        if answer.status == httpx.codes.NOT_FOUND:
            return
        if answer.status in GONE:
            why = (
                f"Aplikasi menolak kunci ini (HTTP {answer.status}); periksa baris ini "
                "di daftar kunci."
            )
            ref = f"{self._lookup.keys.name}:{number + 1}"
            bad += self._rows.unreadable(key, ref, "KUNCI_DITOLAK", why)
            return
        if judged(answer.body, config.verdicts, self._place):
            items = items_of(answer.body, config.items, self._place, one=True)
            rows += [
                self._rows.row(item, answer.body, key)
                for item in items
                if isinstance(item, dict)
            ]
