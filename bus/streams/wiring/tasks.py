"""The tasks of one worker, from the assignment of their partitions to its end.

They are kept over rebalances and let go when the group has given their partition to
another worker. Everything here runs on the event loop of Faust's consumer thread.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from bus.ending import end
from bus.errors import ConfigError, StateError
from bus.kafka.positions import GroupPositions
from bus.streams.wiring.task import Task
from bus.streams.wiring.watchdog import Unmoved

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from bus.health import Health
    from bus.kafka.positions import Standing
    from bus.streams.wiring.feed import Feed
    from bus.streams.wiring.stage import Stage, TaskSetting
    from bus.streams.wiring.standby import Standby

Place = tuple[str, int]
STARTS_AT_ONCE = 8
PAUSE_SECONDS = 5.0
TICK_SECONDS = 1.0


class TaskSet:
    """All tasks this worker owns now.

    Args:
        stages: everything the worker can run.
        shared: what all tasks share.
        health: not ready while tasks are being started.
        standby: keeps copies of the state this worker does not own; None keeps none.

    Attributes:
        fail: told of the error that ends the worker; the worker sets it. Safe to call
            from any thread.
    """

    def __init__(
        self,
        stages: Sequence[Stage],
        shared: TaskSetting,
        health: Health,
        standby: Standby | None = None,
    ) -> None:
        self._shared = shared
        self._health = health
        self._standby = standby
        self._beat = 0.0
        self._unmoved = Unmoved()
        self._stages = _by_topic(stages)
        self._tasks: dict[Place, Task] = {}
        self._lives: dict[Place, asyncio.Task[None]] = {}
        self._starting: set[Place] = set()
        self._feed: Feed | None = None
        self.fail: Callable[[BaseException], None] = _raise

    @property
    def topics(self) -> tuple[str, ...]:
        """All topics read."""
        return tuple(self._stages)

    async def start(self, feed: Feed) -> None:
        """Get ready for assignments; call it on the loop that the tasks shall use."""
        shared = self._shared
        self._feed = feed
        self._positions = GroupPositions(shared.bootstrap, shared.group)
        self._flowing = asyncio.Event()
        self._starts = asyncio.Semaphore(STARTS_AT_ONCE)
        self._beat = shared.clock.monotonic()
        self._ticker = asyncio.create_task(self._tick())

    async def pause(self) -> None:
        """A rebalance begins: take no new batch, finish those in work.

        What is not finished in time goes on; if another worker gets the partition,
        the broker refuses its commit.
        """
        self._flowing.clear()
        self._health.starting("rebalancing")
        try:
            async with asyncio.timeout(PAUSE_SECONDS):
                await asyncio.gather(*(task.idle() for task in self._tasks.values()))
        except TimeoutError:
            return

    def claim(self, places: Iterable[Place]) -> None:
        """The group has given these partitions to this worker: before `assign`."""
        self._source.claim(places)

    async def assign(self, places: Iterable[Place]) -> None:
        """What this worker owns from now on. Returns before new tasks have started.

        The group waits for its members, so recovery goes on in the background.
        """
        wanted = {place for place in places if place[0] in self._stages}
        for topic, partition in wanted:
            if partition >= self._shared.tenant.partisi:
                raise ConfigError(_too_many(topic, partition, self._shared))
        gone = [place for place in self._tasks if place not in wanted]
        await asyncio.gather(*(self._let_go(place) for place in gone))
        if self._standby is not None:
            await self._standby.follow(
                (self._stages[topic].name, partition) for topic, partition in wanted
            )
        for place in sorted(wanted - self._tasks.keys()):
            topic, partition = place
            task = Task(self._stages[topic], topic, partition, self._shared)
            self._tasks[place] = task
            self._starting.add(place)
            self._lives[place] = asyncio.create_task(self._live(place, task))
        self._flowing.set()
        self.report()

    async def _live(self, place: Place, task: Task) -> None:
        """A task from its start until it is let go."""
        try:
            async with self._starts:
                await self._start(place, task)
            self._starting.discard(place)
            self.report()
            while True:
                await self._flowing.wait()
                if self._source.lag(place) < task.room:
                    await task.settle()  # the next batch is the larger for it
                batch = await self._source.next(place, task.position, task.room)
                if batch is None:
                    await task.settle()
                else:
                    await task.process(batch)
        except Exception as error:  # noqa: BLE001 - the worker ends with it
            if self._tasks.get(place) is task:
                self.fail(error)

    async def _start(self, place: Place, task: Task) -> None:
        """Fence, then look where to go on, then recover.

        State and position are committed together, so state without a position means
        that the broker has forgotten the position: refuse to read the log from its
        begin into a state that has read it before.

        Raises:
            RetriableError, StateError.
        """
        await task.fence()
        standing = await self._positions.of(place)
        await task.recover(standing, self._health.starting)
        if standing is None and task.has_state:
            raise StateError(_forgotten(place, self._shared))
        task.position = await self._stand(place, standing)

    async def _stand(self, place: Place, standing: Standing | None) -> int:
        if standing is None:
            return await self._source.beginning(place)
        return standing.offset

    @property
    def _source(self) -> Feed:
        if self._feed is None:
            raise RuntimeError("no feed: call start() first")
        return self._feed

    async def _let_go(self, place: Place) -> None:
        """Stop a task; a commit that another worker has made impossible is no news."""
        task, life = self._tasks.pop(place), self._lives.pop(place)
        self._starting.discard(place)
        if not life.done():
            try:
                async with asyncio.timeout(PAUSE_SECONDS):
                    await task.idle()
            except TimeoutError:
                pass
            await end(life)
        await task.stop()

    async def _tick(self) -> None:
        """Tell tasks what the clock has reached, for as long as the worker lives."""
        while True:
            await asyncio.sleep(TICK_SECONDS)
            self._beat = self._shared.clock.monotonic()
            for place, task in list(self._tasks.items()):
                if place in self._starting or not self._flowing.is_set():
                    continue
                try:
                    await task.tick()
                except Exception as error:  # noqa: BLE001 - the worker ends with it
                    if self._tasks.get(place) is task:
                        self.fail(error)

    def idle_seconds(self, now: float) -> float:
        """For how long something that has work has not moved; from any thread."""
        if self._feed is None:
            return 0.0
        working = {
            place: task.worked
            for place, task in list(self._tasks.items())
            if place not in self._starting and self._flowing.is_set()
            if task.is_busy or self._feed.lag(place)
        }
        beat = now - self._beat - TICK_SECONDS
        return max(0.0, beat, self._unmoved.seconds(working, now))

    def report(self) -> None:
        """Say whether all tasks run."""
        if self._starting:
            names = sorted(self._tasks[place].name for place in self._starting)
            self._health.starting(f"starting {len(names)} tasks, {names[0]} first")
        elif self._flowing.is_set():
            self._health.ready()

    async def stop(self) -> None:
        """Let everything go."""
        if self._feed is None:
            return
        self._flowing.clear()
        self._ticker.cancel()
        await asyncio.gather(*(self._let_go(place) for place in list(self._tasks)))
        if self._standby is not None:
            await self._standby.stop()
        await self._positions.close()
        await self._source.close()


def _by_topic(stages: Sequence[Stage]) -> dict[str, Stage]:
    found: dict[str, Stage] = {}
    for stage in stages:
        for topic in stage.topics:
            if topic in found:
                raise ConfigError(
                    f"{topic}: read by {found[topic].name} and {stage.name}; one topic "
                    "has one reader in a worker, route a copy instead"
                )
            found[topic] = stage
    return found


def _raise(error: BaseException) -> None:
    raise error


def _too_many(topic: str, partition: int, of: TaskSetting) -> str:
    return (
        f"{topic} has a partition {partition}, the tenant has {of.tenant.partisi} "
        "partitions (`partisi`): keys would move and meet the wrong state. Partitions "
        "cannot be taken away again: move the records to a new topic version with the "
        "right number, or stop everything and change `partisi` for all topics"
    )


def _forgotten(place: Place, of: TaskSetting) -> str:
    topic, partition = place
    return (
        f"{of.group}: there is state but no committed position for {topic}-{partition}."
        " A broker forgets the positions of a group that is stopped for longer than "
        "its offsets.retention.minutes, and reading from the begin would count "
        "everything twice. Stop all workers of the group, set its positions to the "
        "moment of its last commit (opdbus_last_commit_timestamp_seconds; UTC) and "
        f"start again: python -m kafka.admin -b {of.bootstrap} groups reset-offsets "
        f"-g {of.group} --to-datetime YYYY-MM-DDTHH:MM:SS -p {topic}:{partition}"
    )
