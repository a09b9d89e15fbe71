"""The way from a post to its acknowledgement: posts that come together go together.

While one write waits for Kafka, the next posts gather; then all of them are one
write. So the pace adapts by itself, and a lonely post waits for nobody.
"""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bus import metrics
from bus.connect.push import BodyRefusedError
from bus.errors import ConfigError, FatalError, OpdBusError, RetriableError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping, Sequence

    from bus.clock import Clock
    from bus.connect.rows.outcome import Outcome
    from bus.connect.source import Batch
    from bus.gateway.receive.line import Line
    from bus.health import Health
    from bus.kafka.acked_writer import AckedWriter
    from bus.kafka.staging import Staging

log = logging.getLogger(__name__)

AGAIN_SECONDS = 1.0
MOST_TOGETHER = 200
MOST_WAITING = 2000


@dataclass(slots=True)
class Post:
    """One post on its way.

    Attributes:
        line: of its connector.
        body: as posted.
        found: its rows, or why it has none.
        done: becomes the outcome when Kafka has it.
    """

    line: Line
    body: bytes
    found: Batch | BodyRefusedError
    done: asyncio.Future[Outcome] = field(default_factory=asyncio.Future)


class Intake:
    """Takes posts and writes them; one writer for all connectors of the process.

    Args:
        writer: makes a writer, not started.
        ready: makes sure that the topics are there.
        lines: connectors by name.
        partitions: filled when Kafka is there.
        health: ready while posts can be written.
        clock: the time.
    """

    def __init__(
        self,
        writer: Callable[[], AckedWriter],
        ready: Callable[[], Awaitable[None]],
        lines: Mapping[str, Line],
        partitions: dict[str, int],
        health: Health,
        clock: Clock,
    ) -> None:
        self._make = writer
        self._topics_ready = ready
        self._lines = lines
        self._partitions = partitions
        self._health = health
        self._clock = clock
        self._waiting: asyncio.Queue[Post | None] = asyncio.Queue(MOST_WAITING)
        self._untold = False
        self._away = "starting"

    async def write(self, post: Post) -> Outcome:
        """Wait until Kafka has the events and dead letters of a post.

        Raises:
            RetriableError: it does not, or nobody knows; the same post may come again.
        """
        if self._away:
            raise RetriableError(self._away)
        try:
            self._waiting.put_nowait(post)
        except asyncio.QueueFull:
            raise RetriableError(f"{MOST_WAITING} posts wait for Kafka") from None
        return await post.done

    def tell(self) -> None:
        """Write soon which connectors take posts; nothing waits for it."""
        self._untold = True
        with suppress(asyncio.QueueFull):  # then there will be a round anyway
            self._waiting.put_nowait(None)

    async def run(self) -> None:
        """Write until cancelled; a broker that is away is waited for."""
        while True:
            writer = self._make()
            try:
                await self._open(writer)
                self._away = ""
                self._health.ready()
                while True:
                    await self._round(writer)
            except (RetriableError, FatalError, ConfigError) as error:
                self._away = str(error)
                self._health.not_ready(self._away)
                log.warning("posts are answered 503: %s", error)
                self._give_up(error)
                await writer.stop()
                await asyncio.sleep(AGAIN_SECONDS)
            finally:
                await writer.stop()

    async def _open(self, writer: AckedWriter) -> None:
        await self._topics_ready()
        await writer.start()
        for topic in {topic for line in self._lines.values() for topic in line.topics}:
            self._partitions[topic] = await writer.partition_count(topic)
        await self._tell(writer)

    async def _tell(self, writer: AckedWriter) -> None:
        def work() -> None:
            for line in self._lines.values():
                line.tell(staged)

        self._untold = False
        staged = writer.stage()
        await asyncio.to_thread(work)
        await writer.send(staged)

    async def _round(self, writer: AckedWriter) -> None:
        found = [await self._waiting.get()]
        while len(found) < MOST_TOGETHER and not self._waiting.empty():
            found.append(self._waiting.get_nowait())
        posts = [post for post in found if post is not None]
        if posts:
            await self._write(posts, writer)
        if self._untold:
            await self._tell(writer)

    async def _write(self, posts: Sequence[Post], writer: AckedWriter) -> None:
        begun = self._clock.monotonic()
        staged = writer.stage()
        try:
            done = await asyncio.to_thread(_work, posts, staged)
            await writer.send(staged)
        except OpdBusError as error:
            _fail(posts, error)
            raise
        except BaseException as error:
            _fail(posts, RetriableError(f"stopped: {type(error).__name__}"))
            raise
        for post, outcome in done:
            if not post.done.done():
                post.done.set_result(outcome)
        self._count(done, self._clock.monotonic() - begun)

    def _count(self, done: Sequence[tuple[Post, Outcome]], seconds: float) -> None:
        now = self._clock.now_ms() / 1000
        by_name: dict[str, list[Outcome]] = {}
        for post, outcome in done:
            by_name.setdefault(post.line.name, []).append(outcome)
        for name, outcomes in by_name.items():
            metrics.ROWS.labels(name).inc(sum(each.rows for each in outcomes))
            metrics.count_events(name, sum((o.types for o in outcomes), Counter()))
            metrics.count_rejects(name, sum((o.reasons for o in outcomes), Counter()))
            metrics.BATCH_SECONDS.labels(name).observe(seconds)
            metrics.LAST_COMMIT.labels(name).set(now)
            for each in outcomes:
                self._lines[name].gate.count(each.rows, len(each.refused))

    def _give_up(self, error: OpdBusError) -> None:
        posts = []
        with suppress(asyncio.QueueEmpty):
            while True:
                posts.append(self._waiting.get_nowait())
        _fail([post for post in posts if post is not None], error)


def _work(posts: Sequence[Post], staged: Staging) -> list[tuple[Post, Outcome]]:
    """In a thread: stage every post."""
    return [(post, _worked(post, staged)) for post in posts]


def _worked(post: Post, staged: Staging) -> Outcome:
    if isinstance(post.found, BodyRefusedError):
        return post.line.bury(post.body, post.found, staged)
    try:
        return post.line.work(post.found, staged)
    except OpdBusError:
        raise
    except Exception as error:
        # One body that nobody thought of must not stop everybody's posts.
        log.exception("%s: a post could not be worked on", post.line.name)
        unknown = BodyRefusedError(
            "TAK_TERDUGA",
            f"kiriman ini tidak dapat diolah ({type(error).__name__}); operator bus "
            "melihatnya pada data yang ditolak",
        )
        return post.line.bury(post.body, unknown, staged)


def _fail(posts: Sequence[Post], error: OpdBusError) -> None:
    for post in posts:
        if not post.done.done():
            post.done.set_exception(RetriableError(str(error)))
