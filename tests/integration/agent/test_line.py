"""Agent and bus over a line that breaks: nothing lost, nothing twice, in order."""

import os
import random
import threading
from collections.abc import Callable, Iterator

import pytest

from tests.conformance.workshop import person
from tests.integration.agent.village import Village, changes, folder_bytes, stop
from tests.integration.connect.plant import Plant, kill

CUTS = int(os.environ.get("OPDBUS_TEST_CUTS", "12"))
SEED = int(os.environ.get("OPDBUS_TEST_SEED", "5"))
pytestmark = [pytest.mark.kafka, pytest.mark.timeout(600 + 3 * CUTS)]
Make = Callable[..., Village]


@pytest.fixture
def make(plant: Plant) -> Iterator[Make]:
    made: list[Village] = []

    def village(**how: int) -> Village:
        made.append(Village(plant, **how))
        return made[-1]

    yield village
    for each in made:
        each.close()


def test_cuts_and_kills_lose_and_repeat_nothing(plant: Plant, make: Make) -> None:
    """The line is cut at random bytes, both ends are killed at random moments.

    `OPDBUS_TEST_CUTS` and `OPDBUS_TEST_SEED` make it longer and another one.
    """
    village, chance = make(cuts=CUTS, seed=SEED), random.Random(SEED)
    pause, each = threading.Event(), max(6, CUTS // 10)
    plant.app.fill(0, 300)
    village.collect()
    while village.line.left:
        agent, wanted = village.agent(), max(0, village.line.left - each)
        rounds = 0
        while village.line.left > wanted:
            changes(plant, chance, 10, 320)
            pause.wait(0.1)
            rounds += 1
            assert rounds < 3000, village.log()
        kill(agent)
        if village.collecting is not None and village.line.left:
            kill(village.collecting)
            village.collect()
    village.settle()
    state, ids, _ = village.told()
    lost = len(set(village.truth().items()) - set(state.items()))
    repeated = len(ids) - len(set(ids))
    print(f"{CUTS} cuts, {len(ids)} events, lost {lost}, repeated {repeated}")
    assert state == village.truth()
    assert not repeated


def test_seven_days_without_a_line_come_in_order(plant: Plant, make: Make) -> None:
    village = make()
    village.line.down = True
    plant.app.fill(0, 50)
    agent, frames = village.agent(), 3  # of 20 rows each
    village.keeps(frames, agent)
    for day in range(7):
        plant.app.put(person(45, status="12"[(day + 1) % 2], diubah=None))
        village.keeps(frames + 1, agent)
        plant.app.delete(day)
        frames += 2
        village.keeps(frames, agent)
    assert stop(agent) == 0
    kept = folder_bytes(village.folder)
    assert b"WARGA" not in kept
    assert b"33250145" not in kept
    village.line.down = False
    village.collect()
    village.settle()
    state, ids, order = village.told()
    assert state == village.truth()
    assert len(ids) == len(set(ids))
    found = [status for ref, status in order if ref == "uji|warga|45"]
    assert found == ["HIDUP", *(["MATI", "HIDUP"] * 3), "MATI"]


def test_a_full_spool_is_said_in_every_way(plant: Plant, make: Make) -> None:
    """Log, metric, health, status and exit code; then the line comes back."""
    village, chance = make(most_mb=1, frame_rows=20), random.Random(SEED)
    village.line.down = True
    plant.app.put(*(noise(number, chance) for number in range(450)))
    agent = village.agent()
    plant.wait(lambda: "the spool is full" in str(village.ready()), child=agent)
    assert "the spool is FULL" in village.log()
    plant.wait(lambda: village.metric("full_ratio") == 1, child=agent)
    assert village.status() == (1, "spool: the spool is full")
    assert stop(agent) == 1
    code, told = village.status("FULL: nothing more is read")
    assert (code, told) == (1, "FULL: nothing more is read")
    village.line.down = False
    village.collect()
    village.settle()
    state, ids, _ = village.told()
    assert state == village.truth()
    assert len(ids) == len(set(ids)) == 450
    assert village.status("0 frames wait")[0] == 0


def noise(number: int, chance: random.Random) -> dict[str, object]:
    """A person with a long name that cannot be compressed."""
    name = "".join(chance.choices("ABCDEFGHIJKLMNOPQRSTUVWXYZ", k=6000))
    return person(number, nama=name, diubah=None)
