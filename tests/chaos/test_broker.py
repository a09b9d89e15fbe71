"""The broker goes away under load: killed, frozen."""

import gc
import os
import time

import pytest

pytestmark = [
    pytest.mark.chaos,
    pytest.mark.kafka,
    pytest.mark.timeout(240),
    # The Kafka client leaves sockets behind when a broker does not answer it.
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]


@pytest.fixture(autouse=True)
def swept():
    """What the client left behind is collected here, not in a later test."""
    yield
    gc.collect()


FROZEN_SECONDS = float(os.environ.get("OPDBUS_CHAOS_FROZEN_SECONDS", "30"))


def test_a_broker_that_is_killed_and_started_again(field):
    worker = field.start("satu")
    with field.load() as load:
        load.more(1500)
        field.track.broker.restart(hard=True)
        took = field.until_moving(90)
        load.more(1500)
    field.rest()
    field.end(worker)
    field.say(f"broker restart: all partitions move {took:.1f} s after it answers")
    field.audit("broker restart", 3000)


def test_a_broker_that_is_frozen(field):
    worker = field.start("satu")
    with field.load() as load:
        load.more(1500)
        field.track.broker.pause()
        try:
            time.sleep(FROZEN_SECONDS)
        finally:
            field.track.broker.resume()
        took = field.until_moving(90)
        load.more(1500)
    field.rest()
    field.end(worker)
    field.say(f"broker frozen {FROZEN_SECONDS:.0f} s: moving again after {took:.1f} s")
    field.audit("broker frozen", 3000)
