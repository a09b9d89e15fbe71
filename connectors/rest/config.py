"""The `source:` block of a REST connector."""

from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from pydantic import Field, model_validator

from bus.connect.spec import Frozen
from bus.connect.zone_name import ZoneName

_NEEDED = {
    "basic": ("user", "secret"),
    "bearer": ("secret",),
    "header": ("name", "secret"),
    "query": ("name", "secret"),
    "oauth2": ("user", "secret", "token_url"),
}


class Auth(Frozen):
    """Who asks.

    Attributes:
        kind: `basic`, `bearer`, an API key as `header` or `query` parameter, or
            `oauth2` with client credentials.
        user: user, or client id of `oauth2`.
        secret: password, token, key or client secret; always as `${NAME}`.
        name: name of the header or parameter an API key stands in.
        token_url: where `oauth2` gets its token.
        scope: of `oauth2`.
    """

    kind: Literal["basic", "bearer", "header", "query", "oauth2"]
    user: str = ""
    secret: str = ""
    name: str = ""
    token_url: str = ""
    scope: str = ""

    @model_validator(mode="after")
    def _complete(self) -> "Auth":
        needed = _NEEDED[self.kind]
        if missing := [name for name in needed if not getattr(self, name)]:
            raise ValueError(f"auth {self.kind} needs {', '.join(missing)}")
        return self


class Page(Frozen):
    """How a list is divided.

    Attributes:
        kind: `none` is one answer with everything; `page` counts pages, `offset`
            items; `cursor` asks with a token of the answer before; `link` follows the
            header `Link: …; rel="next"`, or the address that `next` names.
        param: parameter with the page, the offset or the token.
        first: number of the first page.
        size_param: parameter with the wanted number of items.
        size: that number.
        overlap: for `offset`: items of the page before that are asked for again, to
            notice a list that moved.
        next: path in the answer to the next token, or address of the next page.
        last: path to a yes/no that says this was the last page.
        total: path to the number of all items.
    """

    kind: Literal["none", "page", "offset", "cursor", "link"] = "none"
    param: str = ""
    first: int = Field(default=1, ge=0)
    size_param: str = ""
    size: int = Field(default=100, ge=1, le=10_000)
    overlap: int = Field(default=1, ge=0, le=100)
    next: str = ""
    last: str = ""
    total: str = ""

    @model_validator(mode="after")
    def _fits_together(self) -> "Page":
        if self.kind in {"page", "offset", "cursor"} and not self.param:
            raise ValueError(f"page of kind {self.kind} needs `param`")
        if self.kind == "cursor" and not self.next:
            raise ValueError("page of kind cursor needs `next`")
        if self.overlap >= self.size:
            raise ValueError("`overlap` must be smaller than `size`")
        return self


class Since(Frozen):
    """Asking only for what is new, for `incremental`.

    Attributes:
        column: of the items: time of change, or running number.
        param: parameter that asks for items from a value on.
        format: how both are written: `iso`, `epoch`, `epoch-ms`, `number`, or a
            pattern of strftime, `%Y-%m-%d %H:%M:%S`.
        zone: time zone of times without one.
        overlap: how far each pass looks back: seconds, or numbers for `number`.
    """

    column: str
    param: str
    format: str = "iso"
    zone: ZoneName = "Asia/Jakarta"
    overlap: int = Field(default=60, ge=0)


class Lookup(Frozen):
    """One question for each key of a list, for services that give no list.

    Attributes:
        keys: text file with one key on each line, or CSV.
        column: of a CSV file, the one with the keys.
        param: parameter with the key; without it `{key}` stands in `url`.
    """

    keys: Path
    column: str = ""
    param: str = ""


class Verdict(Frozen):
    """What an answer means beyond its HTTP status; the first that fits counts.

    Attributes:
        field: path in the answer.
        one_of: it is one of these; without any test: it is filled.
        not_one_of: it is none of these, or missing.
        starts_with: its text begins so.
        then: `retry` waits and asks again, `stop` ends the source with the reason,
            `empty` takes it as an answer without items.
    """

    field: str
    one_of: tuple[str | int | bool, ...] = ()
    not_one_of: tuple[str | int | bool, ...] = ()
    starts_with: str = ""
    then: Literal["retry", "stop", "empty"] = "retry"


class RestConfig(Frozen):
    """What to ask for and how.

    Attributes:
        url: address of the list, `https://…`.
        send: parameters go into the address (GET), or as JSON or form (POST).
        params: parameters of each request.
        headers: headers of each request.
        auth: who asks.
        ca: file with the certificate of an office's own authority.
        items: path in the answer to the list of items; empty if it is the list.
        mode: `facts` adds and corrects; `snapshot-diff` also withdraws items that the
            list no longer has; `incremental` asks for what is new.
        page: how the list is divided.
        since: for `incremental`.
        lookup: one request for each key instead of a list.
        verdicts: errors that come with HTTP 200.
        conditional: ask for changes only (ETag, Last-Modified) where the app can.
        per_minute: most requests in a minute; 0 is as fast as it answers.
        timeout_seconds: for one answer, all of it.
        most_mb: largest answer.
        poll_seconds: wait between two passes.
    """

    url: str
    send: Literal["query", "json", "form"] = "query"
    params: dict[str, Any] = Field(default_factory=dict)
    headers: dict[str, str] = Field(default_factory=dict)
    auth: Auth | None = None
    ca: Path | None = None
    items: str = ""
    mode: Literal["facts", "snapshot-diff", "incremental"]
    page: Page = Page()
    since: Since | None = None
    lookup: Lookup | None = None
    verdicts: tuple[Verdict, ...] = ()
    conditional: bool = True
    per_minute: int = Field(default=0, ge=0)
    timeout_seconds: float = Field(default=30.0, gt=0)
    most_mb: int = Field(default=32, ge=1, le=1024)
    poll_seconds: float = Field(default=60.0, ge=0.05)

    @model_validator(mode="after")
    def _fits_together(self) -> "RestConfig":
        problems = []
        if not self.url.startswith("${") and not _is_http(self.url):
            problems.append("`url` begins with https:// or http://")
        if (self.mode == "incremental") != bool(self.since):
            problems.append("mode incremental, and only it, needs `since`")
        if self.lookup and self.mode != "facts":
            problems.append("`lookup` needs mode facts")
        if self.lookup and self.page.kind != "none":
            problems.append("`lookup` takes no `page`")
        if self.lookup and not self.lookup.param and "{key}" not in self.url:
            problems.append("`lookup` needs `param`, or `{key}` in `url`")
        if problems:
            raise ValueError("; ".join(problems))
        return self

    def remembers_all(self) -> bool:
        """Whether a hash of every item is kept; otherwise only those of the overlap."""
        return self.mode != "incremental"

    def columns(self) -> tuple[str, ...]:
        """Columns needed to go on reading."""
        return (self.since.column,) if self.since else ()

    @property
    def place(self) -> str:
        """The address without user, password and parameters, for messages."""
        parts = urlsplit(self.url)
        return f"{parts.scheme}://{parts.hostname}{parts.path}"


def _is_http(url: str) -> bool:
    parts = urlsplit(url)
    return parts.scheme in {"http", "https"} and bool(parts.hostname)
