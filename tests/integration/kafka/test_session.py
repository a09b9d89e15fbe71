"""Workers are missed as soon as the broker allows."""

import subprocess
import sys

import pytest

from bus.kafka.session import session_seconds
from ops.kafka.broker import free_ports

# In a process of its own: the library drops refused sockets without closing them.
SCRIPT = """
import sys
from bus.kafka.session import session_seconds
print(session_seconds(sys.argv[1], 3.0))
"""


@pytest.mark.kafka
def test_a_worker_asks_for_what_it_wants_or_the_least_the_broker_takes(broker):
    assert session_seconds(broker, 3.0) == 3.0
    assert session_seconds(broker, 0.5) == 1.0


def test_a_broker_that_says_nothing_is_a_usual_one():
    (port,) = free_ports(1)
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, f"127.0.0.1:{port}"],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert done.stdout.endswith("6.0\n")
