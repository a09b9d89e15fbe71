"""The demo as a thing that is started, interrupted and started again."""

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
def test_ctrl_c_at_any_moment_stops_all_children(tmp_path, seconds):
    folder = tmp_path / "demo"
    process, output = start_demo(folder, "--residents", "1000")
    time.sleep(seconds)
    process.send_signal(signal.SIGINT)
    code = process.wait(60)
    shown = output.read_text(encoding="utf-8")
    assert code == 130, shown
    assert "Traceback" not in shown
    assert _processes_in(folder) == []


def test_two_demos_in_one_folder_are_refused_and_a_second_run_works(tmp_path):
    folder = tmp_path / "demo"
    options = ("--residents", "500", "--live-seconds", "2")
    first, _ = start_demo(folder, *options)
    try:
        time.sleep(3)
        second, refused = start_demo(folder, *options)
        assert second.wait(30) == 2
        assert "another demo is running there" in refused.read_text(encoding="utf-8")
    finally:
        first.send_signal(signal.SIGINT)
        assert first.wait(60) == 130
    third, output = start_demo(folder, *options)
    assert third.wait(200) == 0, output.read_text(encoding="utf-8")
    assert _processes_in(folder) == []
