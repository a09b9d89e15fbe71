"""The tasks of one worker: made on assignment, let go on revocation."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from bus.errors import ConfigError, StateError
from bus.kafka.lag import committed
from bus.streams.wiring.task import Stage, Task, TaskSetting

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from bus.health import Health
    from bus.streams.wiring.batch import Incoming

Place = tuple[str, int]


class TaskSet:
    """All tasks this worker owns now.

    Args:
        stages: everything the worker can run.
        shared: what all tasks share.
        health: not ready while tasks are being recovered.
    """

    def __init__(
        self, stages: Sequence[Stage], shared: TaskSetting, health: Health
    ) -> None:
        self._shared = shared
        self._health = health
        self._stages: dict[str, Stage] = {}
        self._tasks: dict[Place, Task] = {}
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
        await self._check_positions(wanted)
        self._health.ready()

    async def _check_positions(self, places: Iterable[Place]) -> None:
        """Refuse to read a log from its begin into a state that has read it before.

        State and position are committed together, so state without a position means
        that the broker has forgotten the position.
        """
        kept = [place for place in places if self._tasks[place].has_state]
        if not kept:
            return
        known = await committed(self._shared.bootstrap, self._shared.group)
        if lost := sorted(set(kept) - known.keys()):
            unread = sorted(self._tasks.keys() - known.keys())
            raise StateError(_forgotten(lost, unread, self._shared))

    async def revoke(self, places: Iterable[Place]) -> None:
        """Let tasks go, each after the batch it works on."""
        gone = [self._tasks.pop(place) for place in places if place in self._tasks]
        if gone:
            self._health.starting("rebalancing")
        await asyncio.gather(*(task.stop() for task in gone))

    async def process(self, records: Sequence[Incoming]) -> None:
        """Run one fetched batch; a batch of a partition let go is dropped."""
        place = (records[0].topic, records[0].partition)
        task = self._tasks.get(place)
        if task is not None:
            await task.process(records)

    async def tick(self) -> None:
        """Give every task that wants it the local day."""
        for task in list(self._tasks.values()):
            await task.tick()

    async def stop(self) -> None:
        """Let everything go."""
        await self.revoke(list(self._tasks))


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
