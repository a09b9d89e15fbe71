"""Which names of workers are those of processes that have ended."""

import os
import socket
import subprocess
import sys

from bus.connect.reading.worker_name import is_gone, worker_name


def test_only_an_ended_process_of_this_host_is_gone() -> None:
    child = subprocess.Popen(
        [sys.executable, "-c", "input()"], stdin=subprocess.PIPE, text=True
    )
    name = f"{socket.gethostname()}-{child.pid}"
    assert not is_gone(name)
    child.communicate("\n", timeout=60)
    assert is_gone(name)
    assert not is_gone(f"other-host-{child.pid}")
    assert not is_gone(f"{socket.gethostname()}-{os.getppid()}")
    assert not is_gone("aiokafka")


def test_the_own_name_is_that_of_a_predecessor() -> None:
    assert is_gone(worker_name())
