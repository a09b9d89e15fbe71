"""The clock jumps forth and back; records are not what they should be."""

import random
import time

import pytest

from tests.chaos.conftest import SEED
from tests.chaos.field import Field
from tests.chaos.topologies import CLOCK
from tests.unit.operators.kontrak import HASIL, LOG, catatan

pytestmark = [pytest.mark.chaos, pytest.mark.kafka, pytest.mark.timeout(180)]
DAY_SECONDS = 86_400
JUMPS = (DAY_SECONDS, -2 * DAY_SECONDS, 3600, 3 * DAY_SECONDS, -DAY_SECONDS)
AT_ONCE = 100


def test_timers_fire_once_however_the_clock_jumps(track, tenant_id, say, tmp_path):
    field = Field(track, tenant_id, SEED, say, CLOCK)
    chance, jump = random.Random(SEED), tmp_path / "jump"
    worker = field.start("satu", OPDBUS_CHAOS_JUMP=str(jump))
    try:
        for number, seconds in enumerate(JUMPS):
            now_ms = track.clock.now_ms()
            events = (
                catatan(f"{number}-{n}", "", chance.randrange(4000), now_ms)
                for n in range(AT_ONCE)
            )
            track.feed(tenant_id, LOG, events)
            jump.write_text(str(seconds))
            time.sleep(2.5)
        jump.write_text(str(10 * DAY_SECONDS))
        total = AT_ONCE * len(JUMPS)
        field.until(lambda: field.count(HASIL) >= total, 60, worker)
        time.sleep(2.5)  # nothing comes after that
        assert field.count(HASIL) == total
        assert worker.restarts == 0, worker.tail(30)
        field.end(worker)
        audit = field.audit("clock jumps", total)
        assert audit.outputs == total
    finally:
        field.close()
