"""One request to an app and what its answer means for the source."""

from __future__ import annotations

from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any

import httpx

from bus.connect.retry_after import seconds_told
from bus.errors import ConfigError, RetriableError
from connectors.rest.auth import auth_of
from connectors.rest.body import BodyError, parsed, text_of_body

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from bus.clock import Clock
    from connectors.rest.config import RestConfig

_LATER = frozenset({408, 425, 429, 500, 502, 503, 504})
GONE = frozenset({400, 404, 410, 422})
_SURE_SECONDS = 2.0
_FROM = "opdbus"


@dataclass(frozen=True, slots=True)
class Question:
    """One request.

    Attributes:
        url: address.
        params: parameters.
        path: address to show in messages, without what is personal.
    """

    url: str
    params: tuple[tuple[str, Any], ...]
    path: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back.

    Attributes:
        body: JSON value; None where nothing has changed or there is no such page.
        status: HTTP status: 200, 304, or one of `GONE`.
        headers: of the answer.
        validators: headers that ask for changes the next time; may be empty.
    """

    body: Any
    status: int
    headers: httpx.Headers
    validators: dict[str, str] = field(default_factory=dict)


class RestClient:
    """Asks one app; a connection is kept open between requests.

    Args:
        config: the `source:` block.
        name: connector name, for messages.
        clock: the time.
    """

    def __init__(self, config: RestConfig, name: str, clock: Clock) -> None:
        self._config = config
        self._name = name
        self._clock = clock
        self._client: httpx.Client | None = None

    def ask(self, question: Question, validators: Mapping[str, str]) -> Answer:
        """One answer, complete.

        Raises:
            RetriableError: not there, busy, cut off, or no JSON at the moment.
            ConfigError: it will not answer like this: login, address, size.
        """
        place = f"{self._name}: {question.path or self._config.place}"
        try:
            return self._asked(question, validators, place)
        except httpx.InvalidURL as error:
            raise ConfigError(f"{place}: not an address: {error}") from None
        except httpx.UnsupportedProtocol:
            raise ConfigError(f"{place}: only http and https can be read") from None
        except httpx.TimeoutException:
            self.close()
            seconds = self._config.timeout_seconds
            raise RetriableError(f"{place}: no answer within {seconds:g} s") from None
        except httpx.HTTPError as error:
            self.close()
            raise RetriableError(f"{place}: {_transport(error)}") from None

    def close(self) -> None:
        """Close the connection; may be called twice."""
        if self._client is not None:
            client, self._client = self._client, None
            client.close()

    def _asked(
        self, question: Question, validators: Mapping[str, str], place: str
    ) -> Answer:
        request = self._request(question, validators)
        with self._open().stream(**request) as answer:
            if answer.status_code == httpx.codes.NOT_MODIFIED and validators:
                return Answer(None, answer.status_code, answer.headers)
            if answer.status_code in GONE:
                return Answer(None, answer.status_code, answer.headers)
            if answer.status_code != httpx.codes.OK:
                self._refuse(answer, place)
            data = self._whole(answer, place)
            headers = answer.headers
        text = text_of_body(data, headers.get("content-type", ""))
        try:
            body = parsed(text)
        except BodyError as error:
            raise RetriableError(f"{place}: {error}; nothing was taken") from None
        return Answer(body, httpx.codes.OK, headers, _validators(headers))

    def _open(self) -> httpx.Client:
        if self._client is None:
            ca = self._config.ca
            try:
                self._client = httpx.Client(
                    auth=auth_of(self._config.auth, self._name, self._clock),
                    timeout=self._config.timeout_seconds,
                    verify=_certificates(self._config),
                    headers={"User-Agent": _FROM, "Accept": "application/json"},
                    follow_redirects=False,
                )
            except OSError as error:
                raise ConfigError(f"{self._name}: source.ca {ca}: {error}") from None
        return self._client

    def _request(
        self, question: Question, validators: Mapping[str, str]
    ) -> dict[str, Any]:
        headers = {**self._config.headers, **validators}
        found: dict[str, Any] = {"url": question.url, "headers": headers}
        params = dict(question.params)
        if self._config.send == "query":
            parts = httpx.URL(question.url)
            given = {name: _plain(value) for name, value in params.items()}
            url = parts.copy_merge_params(given) if given else parts
            return found | {"method": "GET", "url": url}
        way = "json" if self._config.send == "json" else "data"
        if way == "data":
            params = {name: _plain(value) for name, value in params.items()}
        return found | {"method": "POST", way: params}

    def _whole(self, answer: httpx.Response, place: str) -> bytes:
        """The body; not larger and not slower than allowed."""
        most = self._config.most_mb << 20
        limit = self._clock.monotonic() + self._config.timeout_seconds
        data = bytearray()
        for part in answer.iter_bytes():
            data += part
            if len(data) > most:
                raise ConfigError(
                    f"{place}: the answer is larger than {self._config.most_mb} MB; "
                    "ask for smaller pages (page.size) or raise source.most_mb"
                )
            if self._clock.monotonic() > limit:
                self.close()
                raise RetriableError(f"{place}: the answer comes too slowly")
        return bytes(data)

    def _refuse(self, answer: httpx.Response, place: str) -> None:
        status = answer.status_code
        told = f"{place}: HTTP {status}"
        if status in _LATER or status > max(_LATER):
            seconds = wait_told(answer.headers, self._clock.now_ms())
            raise RetriableError(told, seconds)
        if answer.is_redirect:
            target = answer.headers.get("location", "").partition("?")[0]
            raise ConfigError(
                f"{told}: it sends us to {target!r}; if that is the right address "
                "write it into source.url, a login page means that source.auth is wrong"
            )
        if status in {401, 403}:
            raise ConfigError(f"{told}: it does not let us in; check source.auth")
        raise ConfigError(f"{told}: not an answer we can read; check source.url")


def _certificates(config: RestConfig) -> str | bool:
    """Whose certificates count; reading them all takes a while, http needs none."""
    login = config.auth.token_url if config.auth else ""
    if config.url.startswith("http://") and not login.startswith("https://"):
        return False
    return str(config.ca) if config.ca else True


def wait_told(headers: httpx.Headers, now_ms: int) -> float | None:
    """Seconds that `Retry-After` or a rate limit's reset asks for."""
    told = headers.get("retry-after") or headers.get("ratelimit-reset")
    return seconds_told(told or headers.get("x-ratelimit-reset", ""), now_ms)


def _validators(headers: httpx.Headers) -> dict[str, str]:
    """A Last-Modified of this very second may hide a second change; it is not used."""
    if tag := headers.get("etag"):
        return {"If-None-Match": tag}
    changed, date = _time(headers, "last-modified"), _time(headers, "date")
    if changed and date and (date - changed).total_seconds() >= _SURE_SECONDS:
        return {"If-Modified-Since": headers["last-modified"]}
    return {}


def _time(headers: httpx.Headers, name: str) -> datetime | None:
    try:
        return parsedate_to_datetime(headers[name])
    except (KeyError, ValueError):
        return None


def date_of(headers: httpx.Headers) -> datetime | None:
    """The app's own clock."""
    return _time(headers, "date")


def _transport(error: httpx.HTTPError) -> str:
    if isinstance(error, httpx.RemoteProtocolError):
        return "the answer was cut off; nothing was taken"
    if isinstance(error, httpx.DecodingError):
        return "the answer is compressed wrongly; nothing was taken"
    return f"not there: {error}"


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return "" if value is None else str(value)
