"""The demo as a thing that is started, interrupted and started again.

All demos of these tests run in one folder: each finds what an interrupted one left, and
the last of them, which is kept, is the one that the other files look at.
"""

import os
import signal
import time
from pathlib import Path

import pytest

from tests.e2e.conftest import start_demo

pytestmark = [pytest.mark.e2e, pytest.mark.kafka, pytest.mark.timeout(240)]


def _processes_in(folder) -> list[int]:
    """Processes that work in a folder, by their command line or environment."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            seen = (process / "environ").read_bytes()
            seen += (process / "cmdline").read_bytes()
        except OSError:
            continue
        if str(folder).encode() in seen and process.name != str(os.getpid()):
            found.append(int(process.name))
    return found


@pytest.mark.parametrize("seconds", [2.0, 9.0, 18.0])
def test_ctrl_c_at_any_moment_stops_all_children(folder, seconds):
    process, output = start_demo(folder, "--residents", "1000")
    time.sleep(seconds)
    process.send_signal(signal.SIGINT)
    code = process.wait(60)
    shown = output.read_text(encoding="utf-8")
    assert code == 130, shown
    assert "Traceback" not in shown
    assert _processes_in(folder) == []


def test_a_second_demo_in_the_folder_is_refused(demo):
    second, refused = start_demo(demo.folder, "--residents", "500")
    assert second.wait(30) == 2
    assert "another demo is running there" in refused.read_text(encoding="utf-8")
    assert demo.process.poll() is None
