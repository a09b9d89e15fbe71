"""The steps of the README, typed as they stand there, end with a verified bus."""

import contextlib
import os
import re
import shlex
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ops.kafka.broker import free_ports
from tests.architecture.tree import ROOT

pytestmark = [pytest.mark.kafka, pytest.mark.e2e, pytest.mark.slow]

PORTS = ("18101", "18102", "18103")


def blocks() -> list[str]:
    """Shell blocks of "Step by step", in order."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    section = text.partition("## Step by step")[2].partition("\n## ")[0]
    return re.findall(r"^```sh\n(.*?)^```", section, re.MULTILINE | re.DOTALL)


@pytest.fixture
def here(tmp_path: Path) -> dict[str, str]:
    """What stands in for the documented ports and for the folder `var`."""
    places = dict(zip(PORTS, map(str, free_ports(3)), strict=True))
    return {**places, "var/": f"{tmp_path}/"}


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    kafka, gateway = free_ports(2)
    return {
        **os.environ,
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "OPDBUS_BOOTSTRAP": f"127.0.0.1:{kafka}",
        "OPDBUS_GATEWAY_PORT": str(gateway),
        "OPDBUS_REGISTRY_URL": f"http://127.0.0.1:{gateway}",
        "OPDBUS_STATE_DIR": str(tmp_path / "state"),
        "OPDBUS_SECRET_FILE": str(tmp_path / "secret"),
    }


def script(block: str, here: dict[str, str]) -> list[str]:
    for documented, used in here.items():
        block = block.replace(documented, used)
    lines = block.splitlines()
    # The last command takes the shell's place, so that Ctrl-C reaches it.
    lines[-1] = f"exec {lines[-1]}"
    return ["bash", "-euo", "pipefail", "-c", "\n".join(lines)]


def run(block: str, here: dict[str, str], environment: dict[str, str]) -> str:
    command = script(block, here)
    folder = shlex.quote(here["var/"] + "kafka")
    command[-1] = re.sub(r"(kafka st\w+)", rf"\1 --folder {folder}", command[-1])
    return _output(command, environment)


def _output(command: list[str], environment: dict[str, str]) -> str:
    done = subprocess.run(
        command,
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=240,
    )
    assert done.returncode == 0, f"{command[-1]}\n{done.stdout}\n{done.stderr}"
    return done.stdout


@contextlib.contextmanager
def terminal(
    block: str, here: dict[str, str], environment: dict[str, str], log: Path
) -> Iterator[subprocess.Popen[bytes]]:
    """A process that runs until Ctrl-C, and then ends in good order."""
    with log.open("wb") as out:
        process = subprocess.Popen(
            script(block, here),
            cwd=ROOT,
            env=environment,
            stdout=out,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        yield process
    finally:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(30)
        finally:
            process.kill()
            process.wait()


def page(url: str) -> str:
    try:
        with urllib.request.urlopen(url, timeout=2) as answer:
            return str(answer.read(), "utf-8")
    except OSError:
        return ""


def wait_for(what: str, done: Callable[[], object], seconds: float) -> None:
    until = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < until, f"{what}: not within {seconds} s"
        time.sleep(0.3)


def count(url: str, metric: str) -> float:
    """Sum of a counter over its labels."""
    found = re.findall(rf"^{metric}\{{[^}}]*\}} (\S+)", page(url), re.MULTILINE)
    return sum(map(float, found))


def settled(urls: list[str]) -> bool:
    """Nothing was read or written for three seconds."""
    before = [count(f"{url}/metrics", "opdbus_events_total") for url in urls]
    time.sleep(3)
    return before == [count(f"{url}/metrics", "opdbus_events_total") for url in urls]


@pytest.mark.timeout(400)
def test_the_steps_by_hand(
    here: dict[str, str], environment: dict[str, str], tmp_path: Path
) -> None:
    prepare, *processes, look, verify = blocks()
    assert len(processes) == 4
    # The setting is made by the step itself.
    run(prepare, here, environment | {"OPDBUS_SECRET_FILE": ""})
    urls = [environment["OPDBUS_REGISTRY_URL"]]
    urls += [f"http://127.0.0.1:{here[port]}" for port in PORTS]
    logs = [tmp_path / f"{number}.log" for number in range(4)]
    with contextlib.ExitStack() as gateway, contextlib.ExitStack() as others:
        gateway.callback(run, "opdbus kafka stop", here, environment)
        for block, url, log in zip(processes, urls, logs, strict=True):
            scope = gateway if url == urls[0] else others
            scope.enter_context(terminal(block, here, environment, log))
            ready = f"{url}/health/ready"
            wait_for(ready, lambda ready=ready: page(ready), 60)
        source = f"{urls[1]}/metrics"
        read = lambda: count(source, "opdbus_rows_total")  # noqa: E731
        wait_for("rows of 2,000 residents", lambda: read() > 2000, 90)
        wait_for("rest", lambda: settled(urls[1:]), 90)
        text = run(look, here, environment)
        assert "sosial.santunan.fact.v1" in text
        assert "missing" not in text
        others.close()
        run(verify.replace("opdbus kafka stop\n", ""), here, environment)
