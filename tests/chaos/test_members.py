"""Workers come, go, freeze and are replaced while records keep coming."""

import os
import random
import signal
import time

import pytest

from tests.chaos.conftest import SEED
from tests.chaos.field import Field
from tests.chaos.stall import Stall
from tests.chaos.stuck import Stuck
from tests.chaos.topologies import STUCK

pytestmark = [pytest.mark.chaos, pytest.mark.kafka, pytest.mark.timeout(300)]
CHANGES = int(os.environ.get("OPDBUS_CHAOS_CHANGES", "20"))
KEYS = int(os.environ.get("OPDBUS_CHAOS_KEYS", "200000"))


@pytest.fixture(scope="module")
def stuck(track):
    """Gets stuck while other tests run."""
    with Stuck(Field(track, "k0099", SEED, print, STUCK)) as found:
        yield found


@pytest.mark.usefixtures("stuck")
def test_two_workers_join_and_leave_all_the_time(field):
    chance = random.Random(SEED)
    lasting = field.start("tetap")
    guests = [field.worker("tamu1"), field.worker("tamu2")]
    with field.load(), Stall(field) as stall:
        field.until_moving()
        for _ in range(CHANGES):
            guest = chance.choice(guests)
            if guest.running:
                guest.signal(signal.SIGTERM)
                assert guest.process is not None
                assert guest.process.wait(30) == 0, guest.tail(30)
            else:
                guest.start()
                field.until_ready(guest)
            time.sleep(chance.uniform(0, 0.5))
    field.rest()
    assert lasting.restarts == 0, lasting.tail(30)
    field.say(f"{CHANGES} joins and leaves: longest stall {stall.longest:.1f} s")
    field.audit(f"{CHANGES} joins and leaves", 1000)
    assert stall.longest < 20


def test_a_frozen_worker_changes_nothing_when_it_goes_on(field):
    """It is fenced in what it was doing, or finds its place taken and joins again."""
    frozen = field.start("beku", kept=False)
    other = field.start("lain")
    with field.load():
        field.until_moving()
        frozen.signal(signal.SIGSTOP)
        began = time.monotonic()
        field.until_moving(60)
        took = time.monotonic() - began
        frozen.signal(signal.SIGCONT)
        time.sleep(3)
        field.until(lambda: not frozen.running or field.ready(frozen), 60, frozen)
        field.until_moving()
    field.rest()
    told = "joined again"
    if not frozen.running:
        assert frozen.exit_code == 1, frozen.tail(30)
        assert "another worker has taken this task over" in frozen.tail(60)
        told = "was fenced"
    assert other.restarts == 0, other.tail(30)
    field.say(f"frozen worker: replaced after {took:.1f} s, {told} when it went on")
    field.audit("frozen worker", 1000)


def test_a_rolling_restart_stops_no_partition_for_long(field):
    workers = [field.start(f"w{number}", kept=False) for number in range(3)]
    with field.load(), Stall(field) as stall:
        field.until_moving()
        for worker in workers:
            worker.signal(signal.SIGTERM)
            assert worker.process is not None
            assert worker.process.wait(30) == 0, worker.tail(30)
            worker.start()
            field.until_ready(worker)
        field.until_moving()
    field.rest()
    field.say(f"rolling restart of three workers: longest stall {stall.longest:.1f} s")
    field.audit("rolling restart", 1000)
    assert stall.longest <= 10


def test_standby_state_makes_taking_over_quick(field):
    field.fill(KEYS)
    first = field.start("satu", kept=False)
    field.rest()
    second = field.start("dua", kept=False)
    with field.load(keys=KEYS):
        field.until_moving()
        field.until(lambda: field.keys_kept(second) >= KEYS, 120, second)
        first.signal(signal.SIGTERM)
        began = time.monotonic()
        assert first.process is not None
        assert first.process.wait(30) == 0, first.tail(30)
        field.until_moving()
        field.until_ready(second)
        took = time.monotonic() - began
    field.rest()
    field.say(f"taking over {KEYS:,} keys from standby state: {took:.1f} s")
    audit = field.audit("taking over", KEYS)
    assert audit.state_keys == KEYS
    assert took < 15


def test_a_stuck_worker_is_seen_and_ends(field, stuck):
    stuck.wait()
    field.say(
        f"stuck worker: not ready after {stuck.unready_seconds:.0f} s, ended after "
        f"{stuck.end_seconds:.0f} s with exit code {stuck.exit_code}"
    )
    assert "no progress" in stuck.reason
    assert 0 < stuck.unready_seconds <= 30
    assert 0 < stuck.end_seconds <= 90
    assert stuck.exit_code not in {None, 0}
