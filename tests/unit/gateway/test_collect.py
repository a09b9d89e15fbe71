"""The other end of agents: who may send, what comes next, what is refused."""

import json
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from prometheus_client import REGISTRY

from bus.agent.frame import MOST_BYTES, Piece, Seal, packed
from bus.connect.source import Reading
from bus.gateway.collect.app import Counter, collect_app
from bus.gateway.collect.feed import MOST_WAITING, START, Feed
from bus.testing.clock import ManualClock

pytestmark = pytest.mark.anyio

SECRET = Seal("x" * 32, "desa")
OTHER = Seal("y" * 32, "desa")
URL = "http://bus/agen/desa"


class End:
    """One feed, its application and a client."""

    def __init__(self) -> None:
        self.kept: str | None = None
        self.feeds: dict[str, Feed] = {}
        self.clock = ManualClock()
        self.app = collect_app(Counter({"desa": SECRET}, self.feeds, self.clock))
        self.client = httpx.AsyncClient(transport=httpx.ASGITransport(self.app))

    def begin(self, position: str | None = None) -> None:
        self.kept = position
        feed = Feed(("id",), Reading(remembers_all=True), lambda: self.kept)
        feed._changed.wait_for = lambda has, _: has()  # type: ignore[method-assign]
        self.feeds["desa"] = feed
        feed.poll(position)

    async def get(self, seal: Seal = SECRET, room: str = "") -> httpx.Response:
        headers = _login(seal) | ({"agent-room": room} if room else {})
        return await self.client.get(URL, headers=headers)

    async def post(self, number: Any, **how: Any) -> httpx.Response:
        spool, seal = how.get("spool", "a"), how.get("seal", SECRET)
        frame = how.get("frame") or packed(_piece(number), seal, f"{spool}/{number}")
        offset = how.get("offset", 0)
        headers = _login(how.get("login", SECRET)) | {
            "agent-spool": spool,
            "agent-number": str(number),
            "agent-offset": str(offset),
            "agent-size": str(how.get("size", len(frame))),
        }
        end = how.get("end", len(frame))
        body = frame[offset:end]
        return await self.client.post(URL, headers=headers, content=body)

    def take(self) -> list[Any]:
        """Everything that waits, as the task reads and commits it."""
        found, feed = [], self.feeds["desa"]
        while (batch := feed.poll(self.kept)).rows:
            self.kept = batch.cursor
            found += [row[0] for row in batch.rows]
        return found


def _piece(number: Any) -> Piece:
    return Piece(("id",), ((number,),), (False,))


def _login(seal: Seal) -> dict[str, str]:
    return {"authorization": f"Bearer {seal.token}"}


@pytest.fixture
async def end() -> AsyncIterator[End]:
    made = End()
    made.begin()
    yield made
    await made.client.aclose()


async def test_frames_come_in_order_once(end: End) -> None:
    for number in (1, 2, 3):
        answer = await end.post(number)
        assert answer.json()["next"] == number + 1
    assert (await end.post(3)).status_code == 409
    assert (await end.post(5)).status_code == 409
    assert end.take() == [1, 2, 3]
    told = {"spool": "a", "next": 4, "keep": 4, "part": None}
    assert (await end.get()).json() == told


async def test_nothing_may_be_deleted_before_it_is_committed(end: End) -> None:
    await end.post(1)
    assert (await end.get()).json()["keep"] == 1
    end.take()
    assert (await end.get()).json()["keep"] == 2


async def test_it_goes_on_at_the_committed_place_after_a_crash(end: End) -> None:
    for number in (1, 2, 3):
        await end.post(number)
    feed = end.feeds["desa"]
    position = feed.poll(None).cursor
    end.begin(position)
    assert (await end.get()).json()["next"] == 2
    await end.post(2)
    assert end.take() == [2]


async def test_the_rest_of_a_broken_frame(end: End) -> None:
    frame = packed(_piece(1), SECRET, "a/1")
    assert (await end.post(1, frame=frame, end=20)).status_code == 400
    assert (await end.get()).json()["part"] == ["a", 1, 20]
    assert (await end.post(1, frame=frame, offset=19)).status_code == 409
    assert (await end.post(1, frame=frame, offset=20)).status_code == 200
    assert end.take() == [1]


async def test_another_spool_begins_at_one(end: End) -> None:
    await end.post(1)
    assert (await end.post(2, spool="b")).status_code == 409
    assert (await end.post(1, spool="b")).status_code == 200
    assert (await end.post(2, spool="a")).status_code == 409
    assert end.take() == [1, 1]
    assert json.loads(end.kept or START)["spool"] == "b"


async def test_nobody_else_gets_in(end: End) -> None:
    assert (await end.get(OTHER)).status_code == 401
    assert (await end.post(1, login=OTHER)).status_code == 401
    other = await end.client.get("http://bus/agen/lain", headers=_login(SECRET))
    assert other.status_code == 401
    assert (await end.client.get(URL)).status_code == 401
    strange = await end.client.get(URL, headers={"authorization": b"\xe9"})
    assert strange.status_code == 401


@pytest.mark.parametrize(
    ("how", "status"),
    [
        ({"seal": OTHER}, 422),
        ({"frame": b"bukan bingkai sama sekali, panjang"}, 422),
        ({"frame": b"x"}, 422),
        ({"size": MOST_BYTES + 1}, 413),
        ({"size": 3}, 409),
        ({"size": -1}, 400),
        ({"size": "banyak"}, 400),
        ({"offset": 7}, 409),
        ({"spool": ""}, 400),
    ],
    ids=[
        *("another secret", "no frame", "one byte", "too large", "too short"),
        *("negative", "no number", "a gap", "no spool"),
    ],
)
async def test_what_is_wrong_is_told_and_leaves_no_trace(
    end: End, how: dict[str, Any], status: int
) -> None:
    answer = await end.post(1, **how)
    assert answer.status_code == status
    assert set(answer.json()) == {"status", "code"}
    assert (await end.get()).json()["next"] == 1
    assert (await end.post(1)).status_code == 200
    assert end.take() == [1]


async def test_a_busy_bus_asks_to_wait(end: End) -> None:
    for number in range(1, MOST_WAITING + 1):
        assert (await end.post(number)).status_code == 200
    answer = await end.post(MOST_WAITING + 1)
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "1")
    assert end.take() == list(range(1, MOST_WAITING + 1))


async def test_without_a_task_it_is_not_ready(end: End) -> None:
    end.feeds["desa"].close()
    assert (await end.get()).status_code == 503
    end.feeds.clear()
    assert (await end.post(1)).status_code == 503


async def test_who_was_heard_when_and_how_full_it_is(end: End) -> None:
    def seen(name: str) -> float | None:
        return REGISTRY.get_sample_value(f"opdbus_agent_{name}", {"connector": "desa"})

    begun = end.clock.now_ms() / 1000
    assert seen("heard_timestamp_seconds") == begun
    end.clock.advance(3600)
    await end.get(OTHER, "9 9 9")  # a stranger
    assert seen("heard_timestamp_seconds") == begun
    await end.get(room="3 800 1000")
    assert seen("heard_timestamp_seconds") == begun + 3600
    assert (seen("frames"), seen("bytes"), seen("full_ratio")) == (3, 800, 0.8)
    for strange in ("1", "a b c", "1 2 3 4", "1 -2 3", "1 2 " + "9" * 400):
        await end.get(room=strange)
        assert (seen("frames"), seen("full_ratio")) == (3, 0.8)
