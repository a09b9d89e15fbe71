"""The admin client where no broker is."""

import subprocess
import sys

from ops.kafka.broker import free_ports

# In a process of its own: the library drops refused sockets without closing them.
SCRIPT = """
import sys, threading
from bus.kafka.admin import Admin
from kafka.errors import KafkaError
try:
    Admin(sys.argv[1], "uji")
except KafkaError:
    print([thread.name for thread in threading.enumerate()])
"""


def test_a_failed_start_leaves_no_thread_behind() -> None:
    (port,) = free_ports(1)
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, f"127.0.0.1:{port}"],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert done.stdout == "['MainThread']\n"
