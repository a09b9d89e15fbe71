"""The way to the bus: one frame after the other, each until it is safe over there."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

import httpx

from bus.agent.frame import FrameError, unpacked
from bus.connect.retry_after import seconds_told
from bus.errors import ConfigError, RetriableError

if TYPE_CHECKING:
    from bus.agent.frame import Seal
    from bus.agent.spool import Spool
    from bus.clock import Clock

log = logging.getLogger(__name__)

SPOOL, NUMBER = "agent-spool", "agent-number"
OFFSET, SIZE = "agent-offset", "agent-size"
"""Headers: whose order, which frame, from which byte on, how large it is in all."""
ROOM = "agent-room"
"""Header of every request: frames that wait, their bytes, the most bytes allowed."""
ANSWER_SECONDS = 30.0


@dataclass(slots=True)
class Stand:
    """Where the other side is.

    Attributes:
        spool: whose order of frames it has; None is nobody's.
        next: number it wants.
        part: whose, which and how many bytes of a frame it has already.
        keep: frames below are in Kafka for good.
    """

    spool: str | None
    next: int
    keep: int
    part: tuple[str, int, int] = ("", 0, 0)

    def have(self, spool: str) -> int:
        """Bytes that it has of the next frame of this order."""
        return self.part[2] if self.part[:2] == (spool, self.next) else 0


class Line:
    """Sends what the spool holds; not safe for two threads.

    Args:
        url: address of the connector on the other side.
        spool: what there is to send.
        seal: of the connector.
        clock: the time.
        most_bytes: of the spool, told to the other side.
    """

    def __init__(
        self, url: str, spool: Spool, seal: Seal, clock: Clock, most_bytes: int = 0
    ) -> None:
        self._clock = clock
        self._most_bytes = most_bytes
        self._url = url
        self._spool = spool
        self._seal = seal
        self._name = spool.name
        self._stand: Stand | None = None
        self._client = httpx.Client(
            headers={"authorization": f"Bearer {seal.token}"},
            timeout=ANSWER_SECONDS,
            verify=url.startswith("https://"),
        )

    def step(self) -> bool:
        """Send one frame, or ask how far the other side is.

        Returns:
            Whether there is more to do at once.

        Raises:
            RetriableError: the line is down, or the other side busy.
            ConfigError: it does not know us.
            RestartError: the app has to be read anew.
        """
        stand = self._stand
        if stand is None:
            if not self._spool.waiting:
                return False
            self._stand = stand = self._agreed(self._asked())
        frame = self._spool.frame(stand.next)
        if frame is None:
            self._stand = None  # all is sent; ask when it is safe
            return False
        self._send(stand, frame)
        return True

    def greet(self) -> None:
        """Say that we are there, where there is nothing to send.

        Raises:
            RetriableError, ConfigError: as `step`.
        """
        self._asked()

    def close(self) -> None:
        """Close the connection; may be called twice."""
        self._client.close()

    def _asked(self) -> Stand:
        return _stand(self._request("GET", {}, b""))

    def _send(self, stand: Stand, frame: bytes) -> None:
        have = stand.have(self._spool.id)
        headers = {
            SPOOL: self._spool.id,
            NUMBER: str(stand.next),
            OFFSET: str(have),
            SIZE: str(len(frame)),
        }
        self._stand = None  # until it answers nobody knows
        answer = self._request("POST", headers, frame[have:])
        if answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY:
            self._is_sound(stand.next, frame)
            raise RetriableError(f"{self._name}: a frame arrived damaged; sent again")
        if answer.status_code == HTTPStatus.CONFLICT:
            raise RetriableError(f"{self._name}: the bus wants another frame", 0.2)
        self._stand = self._agreed(_stand(answer))

    def _is_sound(self, number: int, frame: bytes) -> None:
        try:
            unpacked(frame, self._seal, self._spool.place(number))
        except FrameError as error:
            raise RestartError(f"{self._name}: the spool: {error}") from None

    def _agreed(self, stand: Stand) -> Stand:
        """What is safe is deleted; two orders that do not meet begin anew."""
        if stand.spool == self._spool.id:
            self._spool.delete_below(stand.keep)
            if self._spool.first <= stand.next <= self._spool.next:
                return stand
        elif self._spool.first == 1:
            return Stand(stand.spool, 1, 1, stand.part)
        raise RestartError(
            f"{self._name}: the bus wants frame {stand.next} of another order than ours"
        )

    def _request(
        self, method: str, headers: dict[str, str], body: bytes
    ) -> httpx.Response:
        place = httpx.URL(self._url).host
        spool = self._spool
        headers[ROOM] = f"{spool.waiting} {spool.bytes} {self._most_bytes}"
        try:
            answer = self._client.request(
                method, self._url, headers=headers, content=body
            )
        except (httpx.InvalidURL, httpx.UnsupportedProtocol) as error:
            raise ConfigError(f"{self._name}: agent.url: {error}") from None
        except httpx.HTTPError as error:
            told = type(error).__name__
            raise RetriableError(f"{self._name}: no line to {place}: {told}") from None
        return self._judged(answer, place)

    def _judged(self, answer: httpx.Response, place: str) -> httpx.Response:
        status = answer.status_code
        if status in {HTTPStatus.UNAUTHORIZED, HTTPStatus.NOT_FOUND}:
            raise ConfigError(
                f"{self._name}: {place} does not know this connector or its secret "
                f"(HTTP {status}); compare agent.url and agent.secret on both sides"
            )
        if status in {
            HTTPStatus.OK,
            HTTPStatus.CONFLICT,
            HTTPStatus.UNPROCESSABLE_ENTITY,
        }:
            return answer
        wait = answer.headers.get("retry-after", "")
        seconds = seconds_told(wait, self._clock.now_ms())
        raise RetriableError(f"{self._name}: {place}: HTTP {status}", seconds)


class RestartError(RetriableError):
    """What the two sides have does not fit together: the app is read anew."""


def _stand(answer: httpx.Response) -> Stand:
    try:
        found: dict[str, Any] = answer.json()
        part = found["part"] or ("", 0, 0)
        spool, number, have = str(part[0]), int(part[1]), int(part[2])
        numbers = int(found["next"]), int(found["keep"])
        return Stand(found["spool"], *numbers, (spool, number, have))
    except (ValueError, KeyError, TypeError, IndexError):
        raise RetriableError(
            "the answer is not of `opdbus collect`; is agent.url right?"
        ) from None
