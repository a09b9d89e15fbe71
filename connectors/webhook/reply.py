"""What a receiver's answer means; pure.

Three kinds of bad answers, three ways to go on: *away* concerns every event and is
waited for; *faulty* may be this event or all of them, which only the others can tell;
*refused* is the receiver's word that it will never take this one.
"""

import json
from dataclasses import dataclass
from enum import Enum
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

_AWAY = frozenset({401, 403, 404, 405, 407, 408, 421, 423, 425, 429, 502, 503, 504})
_TAKEN, _REDIRECT, _REFUSED, _FAULTY = 200, 300, 400, 500
_KNOWN, _GONE, _UNLIKE = 409, 410, 600


class Fate(Enum):
    """What to do with the event."""

    TAKEN = "taken"
    KNOWN = "known"
    REFUSED = "refused"
    FAULTY = "faulty"
    AWAY = "away"
    GONE = "gone"


class Expected(BaseModel):
    """How a good answer looks, beyond a status of 2xx.

    Attributes:
        statuses: only these; empty is every 2xx.
        field: dotted path in the JSON of the answer; without `equals` it must be there.
        equals: its value.
        contains: text the answer must contain.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    statuses: tuple[int, ...] = ()
    field: str = ""
    equals: str | int | bool | None = None
    contains: str = ""

    def unmet(self, status: int, body: bytes) -> str:
        """What is missing, without a word of the answer; empty when it is good."""
        if self.statuses and status not in self.statuses:
            return f"HTTP {status}, expected {', '.join(map(str, self.statuses))}"
        if self.contains and self.contains.encode() not in body:
            return f"HTTP {status} without {self.contains!r}"
        if self.field:
            found = _walked(body, self.field)
            wanted = self.equals
            if found is None or (wanted is not None and found != wanted):
                return f"HTTP {status}, but `{self.field}` is not as expected"
        return ""


class Waiting(BaseModel):
    """When an event that the receiver cannot digest is given up.

    Attributes:
        attempts: tries, while the receiver takes others.
        hours: since the first try, when there is no other event that would tell.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    attempts: int = Field(default=10, ge=1)
    hours: float = Field(default=24.0, gt=0)


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer, or that there was none.

    Attributes:
        status: HTTP status; 0 without answer.
        body: its first bytes.
        retry_after: the header as it came.
        failure: why there was no answer.
    """

    status: int
    body: bytes = b""
    retry_after: str = ""
    failure: str = ""


def judged(reply: Reply, expected: Expected) -> tuple[Fate, str]:
    """What to do, and why in words that may be logged."""
    status = reply.status
    if not status:
        return Fate.AWAY, reply.failure
    text = f"HTTP {status}"
    if _TAKEN <= status < _REDIRECT:
        missing = expected.unmet(status, reply.body)
        return (Fate.FAULTY, missing) if missing else (Fate.TAKEN, text)
    if status == _KNOWN:
        return Fate.KNOWN, text
    if status == _GONE:
        return Fate.GONE, text
    if status in _AWAY or not _REFUSED <= status < _UNLIKE:
        return Fate.AWAY, text + _hint(status)
    return (Fate.REFUSED if status < _FAULTY else Fate.FAULTY), text


def member(body: bytes, path: str) -> Any:
    """One value of an answer's JSON; None if there is none."""
    return _walked(body, path)


def _walked(body: bytes, path: str) -> Any:
    try:
        data = json.loads(body)
    except (ValueError, RecursionError):
        return None
    for part in path.split("."):
        data = data.get(part) if isinstance(data, dict) else None
    return data


def _hint(status: int) -> str:
    if status < _REFUSED:
        return ": a redirect is not followed; give the final address"
    return {
        401: ": the receiver does not accept the secret",
        403: ": the receiver forbids it",
        404: ": nothing is at this address",
        405: ": the address takes no POST",
    }.get(status, "")
