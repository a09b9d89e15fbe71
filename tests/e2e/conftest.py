"""One demo for all end-to-end tests, kept running until the last of them."""

import json
import os
import signal
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

RESIDENTS = 1500


@dataclass(frozen=True)
class Demo:
    """A demo that runs with --keep."""

    folder: Path
    process: subprocess.Popen[bytes]
    note: dict[str, Any]
    output: Path

    def url(self, name: str) -> str:
        return str(self.note["urls"][name])


def start_demo(folder: Path, *options: str) -> tuple[subprocess.Popen[bytes], Path]:
    """`ops/demo` in a folder; the output of each start in a file of its own beside."""
    number = sum(1 for _ in folder.parent.glob(f"{folder.name}.*.out"))
    output = folder.with_name(f"{folder.name}.{number}.out")
    with output.open("xb") as out:
        process = subprocess.Popen(
            ["ops/demo", "--dir", str(folder), *options],
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            env={**os.environ, "COLUMNS": "200"},
            start_new_session=True,
        )
    return process, output


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where all demos run, one after the other."""
    return tmp_path_factory.mktemp("demo") / "all"


@pytest.fixture(scope="session")
def demo(folder: Path) -> Iterator[Demo]:
    process, output = start_demo(
        folder, "--residents", str(RESIDENTS), "--live-seconds", "8", "--keep"
    )
    note = folder / "demo.json"
    until = time.monotonic() + 240
    while not note.exists():
        text = output.read_text(encoding="utf-8", errors="replace")
        assert process.poll() is None, text
        assert time.monotonic() < until, text
        time.sleep(0.3)
    yield Demo(folder, process, json.loads(note.read_text(encoding="utf-8")), output)
    if process.poll() is None:
        process.send_signal(signal.SIGINT)
        process.wait(60)
