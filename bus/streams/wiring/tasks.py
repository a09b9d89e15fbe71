"""The tasks of one worker: made on assignment, let go on revocation."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from bus.errors import ConfigError, RetriableError, StateError
from bus.kafka.positions import beginnings, committed
from bus.kafka.reader import read_committed
from bus.streams.wiring.task import Stage, Task, TaskSetting

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from bus.health import Health
    from bus.streams.wiring.transport import Fetched

Place = tuple[str, int]
IDLE_SECONDS = 10.0
COORDINATOR_TRIES = 20


class TaskSet:
    """All tasks this worker owns now.

    Args:
        stages: everything the worker can run.
        shared: what all tasks share.
        health: not ready while tasks are being recovered.

    Attributes:
        fail: told of the error that ends the worker; the worker sets it.
        standing: where the client stands in a partition; the transport sets it.
    """

    def __init__(
        self, stages: Sequence[Stage], shared: TaskSetting, health: Health
    ) -> None:
        self._shared = shared
        self._health = health
        self._stages: dict[str, Stage] = {}
        self._tasks: dict[Place, Task] = {}
        self._harmless: dict[Place, tuple[int, int | None]] = {}
        self.fail: Callable[[BaseException], None] = _raise
        self.standing: Callable[[Place], int | None] = lambda _place: None
        for stage in stages:
            for topic in stage.topics:
                if topic in self._stages:
                    first = self._stages[topic].name
                    raise ConfigError(
                        f"{topic}: read by {first} and {stage.name}; one topic has "
                        "one reader in a worker, route a copy instead"
                    )
                self._stages[topic] = stage

    @property
    def topics(self) -> tuple[str, ...]:
        """All topics read."""
        return tuple(self._stages)

    async def assign(self, places: Iterable[Place]) -> None:
        """Start the tasks of newly assigned partitions, several at a time.

        Raises:
            RetriableError, StateError: the worker must end.
        """
        wanted = [p for p in places if p[0] in self._stages and p not in self._tasks]
        self._health.starting(f"starting {len(wanted)} tasks")
        limit = asyncio.Semaphore(8)

        async def start(place: Place) -> None:
            topic, partition = place
            task = Task(self._stages[topic], topic, partition, self._shared)
            async with limit:
                await task.start(self._health.starting)
            self._tasks[place] = task

        await asyncio.gather(*(start(place) for place in wanted))
        await self._place(wanted)
        self._health.ready()

    async def _place(self, places: Sequence[Place]) -> None:
        """Tell the tasks where they stand, read after the old owner was fenced.

        State and position are committed together, so state without a position means
        that the broker has forgotten the position: refuse to read the log from its
        begin into a state that has read it before.
        """
        bootstrap, group = self._shared.bootstrap, self._shared.group
        known = await _patiently(bootstrap, group)
        kept = {place for place in places if self._tasks[place].has_state}
        if lost := sorted(kept - known.keys()):
            unread = sorted(self._tasks.keys() - known.keys())
            raise StateError(_forgotten(lost, unread, self._shared))
        new = [place for place in places if place not in known]
        known |= await beginnings(bootstrap, new)
        for place in places:
            self._tasks[place].position = known[place]

    async def revoke(self, places: Iterable[Place]) -> None:
        """Let tasks go, each after the batch it works on."""
        gone = [place for place in places if place in self._tasks]
        if gone:
            self._health.starting("rebalancing")
        await asyncio.gather(*(self._tasks.pop(place).stop() for place in gone))

    async def process(self, batch: Fetched) -> None:
        """Run one fetched batch; a batch of a partition let go is dropped.

        Raises:
            RetriableError: the batch does not begin where its task stands. Faust mixed
                batches of two assignments; taking it would leave a hole. The worker
                ends and starts again from the committed position.
        """
        place = (batch[0].topic, batch[0].partition)
        task = self._tasks.get(place)
        if task is not None and not await task.process(batch):
            raise RetriableError(
                f"{place[0]}-{place[1]}: a batch begins at {batch.start}, its task "
                f"stands at {task.position}; starting again from the committed position"
            )

    async def tick(self) -> None:
        """Give tasks the local day; see whether anything got lost on the way."""
        for place, task in list(self._tasks.items()):
            await task.tick()
            await self._catch_up(place, task)

    async def _catch_up(self, place: Place, task: Task) -> None:
        """End the worker when an idle task is not given what its client has read.

        Where only commit markers follow, the client is ahead for good and nothing is
        missing; the log is asked once.
        """
        now = self._shared.clock.monotonic()
        ahead = self.standing(place)
        gap = (task.position, ahead)
        if ahead is None or ahead <= task.position or self._harmless.get(place) == gap:
            return
        if task.is_busy or now - task.worked < IDLE_SECONDS:
            return
        if await self._is_missing(place, task.position):
            self.fail(
                RetriableError(
                    f"{place[0]}-{place[1]}: records from {task.position} on do not "
                    "reach their task; starting again from the committed position"
                )
            )
        else:
            self._harmless[place] = gap

    async def _is_missing(self, place: Place, position: int) -> bool:
        """Whether the log has a committed record at or after a position."""
        topic, partition = place
        start = {partition: position}
        found = read_committed(self._shared.bootstrap, topic, [partition], start)
        async for _ in found:
            await found.aclose()
            return True
        return False

    async def stop(self) -> None:
        """Let everything go."""
        await self.revoke(list(self._tasks))


async def _patiently(bootstrap: str, group: str) -> dict[Place, int]:
    """The group's positions; a new broker takes a while to name a coordinator."""
    for _ in range(COORDINATOR_TRIES):
        try:
            return await committed(bootstrap, group)
        except RetriableError:
            await asyncio.sleep(0.5)
    return await committed(bootstrap, group)


def _raise(error: BaseException) -> None:
    raise error


def _forgotten(lost: Sequence[Place], unread: Sequence[Place], of: TaskSetting) -> str:
    shown = ", ".join(f"{topic}-{partition}" for topic, partition in lost)
    places = " ".join(f"-p {topic}:{partition}" for topic, partition in unread)
    return (
        f"{of.group}: there is state but no committed position for {shown}. A broker "
        "forgets the positions of a group that is stopped for longer than its "
        "offsets.retention.minutes, and reading from the begin would count everything "
        "twice. Stop all workers of the group, set its positions to the moment of its "
        "last commit (opdbus_last_commit_timestamp_seconds; UTC) and start again: "
        f"python -m kafka.admin -b {of.bootstrap} groups reset-offsets -g {of.group} "
        f"--to-datetime YYYY-MM-DDTHH:MM:SS {places}"
    )
