"""Debezium topics of several partitions on a real broker: one order, whole passes."""

import random
from collections.abc import Iterator
from pathlib import Path

import pytest
from confluent_kafka.admin import AdminClient, NewPartitions

from bus.errors import FatalError, RetriableError
from bus.record import DIBATALKAN, DIBUAT
from bus.testing.clock import ManualClock
from tests.conformance.debezium import DebeziumTopic, envelope, key_of
from tests.conformance.legacies import SNAPSHOT
from tests.conformance.workshop import PEOPLE, Run, connector_from, person

pytestmark = pytest.mark.kafka

SETTLE = 30
BASE = 1_772_323_198_000


class Debezium:
    """Writes as Connect does: in order by time, into the partition of the key."""

    def __init__(self, broker: str, partitions: int) -> None:
        self.topic = DebeziumTopic(broker, partitions)
        self.now, self._partitions = BASE, partitions
        self.kept: list[tuple[int, int, int, str, str]] = []

    def tell(self, number: int, op: str, mark: str = "false") -> None:
        self.now += 1
        part = number * 7 % self._partitions
        self.kept.append((part, self.now, number, op, mark))

    def snapshot(self, *numbers: int) -> None:
        marks = ["true"] * len(numbers)
        marks[0], marks[-1] = "first", "last"
        for number, mark in zip(numbers, marks, strict=True):
            self.tell(number, "r", mark)

    def arrive(self, chance: random.Random | None = None) -> None:
        """All of it; with chance in any order between the partitions."""
        waiting, self.kept = self.kept, []
        while waiting:
            part = chance.choice(waiting)[0] if chance else waiting[0][0]
            first = next(each for each in waiting if each[0] == part)
            waiting.remove(first)
            part, moment, number, op, mark = first
            self.topic.put(part, moment, person(number), op, mark)


@pytest.fixture
def runs(tmp_path: Path) -> Iterator[list[Run]]:
    found: list[Run] = []
    yield found
    for run in found:
        run.close()


def opened(topic: DebeziumTopic, folder: Path, runs: list[Run]) -> Run:
    source = (
        f"{{bootstrap: '{topic.bootstrap}', topic: {topic.name}, chunk_rows: 3,"
        f" poll_seconds: 0.05, settle_seconds: {SETTLE}}}"
    )
    text = SNAPSHOT.format(kind="debezium", source=source) + PEOPLE
    runs.append(Run(connector_from(folder, text), ManualClock()))
    return runs[-1]


def live(run: Run) -> set[str]:
    """References of rows told and not withdrawn."""
    found: dict[str, str] = {}
    for made in run.events:
        found[made.key] = made.operation
    return {key for key, operation in found.items() if operation != DIBATALKAN}


LEFT = [0, 1, 2, 3, 6, 7, 8, 9, 10, 11, 12]


def read_all(run: Run) -> None:
    """What is there, and what has to wait for others."""
    clock = run.clock
    assert isinstance(clock, ManualClock)
    run.catch_up()
    clock.advance(SETTLE)
    run.catch_up()


def year(debezium: Debezium, run: Run, chance: random.Random) -> None:
    """A snapshot, changes, a snapshot that breaks off, another one, changes."""
    debezium.snapshot(*range(12))
    debezium.tell(12, "c")
    if chance.random() < 0.5:
        debezium.arrive(chance)
        read_all(run)
    debezium.tell(3, "u")
    debezium.tell(5, "d")
    debezium.tell(13, "c")  # and Debezium is away: 4 and 13 are deleted meanwhile
    debezium.snapshot(*LEFT[: chance.randint(1, 5)], 13)
    debezium.kept[-1] = (*debezium.kept[-1][:4], "true")
    debezium.snapshot(*LEFT)
    debezium.tell(20, "c")
    debezium.tell(7, "d")
    debezium.arrive(chance)


@pytest.mark.parametrize("seed", range(4))
def test_a_snapshot_over_partitions_finds_what_is_gone(
    broker: str, tmp_path: Path, runs: list[Run], seed: int
) -> None:
    """Read late or while it arrives, with crashes: deletions found, none made up."""
    chance = random.Random(seed)
    debezium = Debezium(broker, chance.choice((2, 3, 5)))
    run = opened(debezium.topic, tmp_path, runs)
    year(debezium, run, chance)
    for _ in range(chance.randint(0, 6)):
        run.step()
    run.crash()
    read_all(run)
    assert len({made.key for made in run.events}) == 15
    assert len(live(run)) == len(LEFT)  # without 7, with 20
    ids = [made.id for made in run.events]
    assert len(ids) == len(set(ids))
    told = run.operations()
    assert (told[DIBUAT], told[DIBATALKAN]) == (15, 4)  # rows 4, 5, 7 and 13


def test_a_late_row_of_a_snapshot_is_waited_for(
    broker: str, tmp_path: Path, runs: list[Run]
) -> None:
    debezium = Debezium(broker, 2)
    run = opened(debezium.topic, tmp_path, runs)
    clock = run.clock
    assert isinstance(clock, ManualClock)
    debezium.snapshot(*range(6))
    late = [each for each in debezium.kept if each[0] == 0][-2:]
    debezium.kept = [each for each in debezium.kept if each not in late]
    debezium.arrive()
    run.catch_up()
    assert run.source.poll(run.position).more
    clock.advance(SETTLE - 1)
    debezium.kept = late
    debezium.arrive()
    run.catch_up()
    clock.advance(SETTLE)
    run.catch_up()
    assert run.operations() == {DIBUAT: 6}


def test_changes_do_not_wait(broker: str, tmp_path: Path, runs: list[Run]) -> None:
    debezium = Debezium(broker, 4)
    run = opened(debezium.topic, tmp_path, runs)
    for number in range(9):
        debezium.tell(number, "c")
    debezium.arrive(random.Random(1))
    assert len(run.catch_up()) == 9


def test_rows_without_a_key_are_refused(
    broker: str, tmp_path: Path, runs: list[Run]
) -> None:
    topic = DebeziumTopic(broker, 2)
    topic.write((None, envelope("c", None, person(1))))
    run = opened(topic, tmp_path, runs)
    with pytest.raises(FatalError, match=r"primary key.*or the topic one partition"):
        run.catch_up()
    assert not run.events
    alone = DebeziumTopic(broker)
    alone.write((None, envelope("c", None, person(1))))
    assert len(opened(alone, tmp_path, runs).catch_up()) == 1


def test_a_new_partition_is_read(broker: str, tmp_path: Path, runs: list[Run]) -> None:
    topic = DebeziumTopic(broker, 2)
    topic.write((key_of(person(1)), envelope("c", None, person(1))))
    run = opened(topic, tmp_path, runs)
    run.catch_up()
    admin = AdminClient({"bootstrap.servers": broker})
    admin.create_partitions([NewPartitions(topic.name, 3)])[topic.name].result(30)
    again = DebeziumTopic(broker, name=topic.name)
    again.put(2, BASE, person(2), "c", "false")
    tail = run.source._tail  # type: ignore[attr-defined]

    async def look() -> None:
        await tail._consumer._client.force_metadata_update()

    tail._runner.run(look())  # else it is looked at each few minutes
    with pytest.raises(RetriableError, match="more partitions"):
        run.step()
    run.catch_up()
    assert len(run.events) == 2
