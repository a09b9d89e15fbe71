"""Gateways as processes of their own, on a real broker."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from ops.kafka.broker import free_ports


class GatewayProcess:
    """`opdbus gateway run` on a port that stays the same over restarts."""

    def __init__(self, bootstrap: str, folder: Path) -> None:
        (self.port,) = free_ports(1)
        self.url = f"http://127.0.0.1:{self.port}"
        self._bootstrap = bootstrap
        self._log = (folder / f"gateway-{self.port}.log").open("ab")
        self._process: subprocess.Popen[bytes] | None = None

    def start(self, *, wait: bool = True) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "ops.cli", "gateway", "run"],
            env=os.environ
            | {
                "OPDBUS_BOOTSTRAP": self._bootstrap,
                "OPDBUS_GATEWAY_PORT": str(self.port),
            },
            stdout=self._log,
            stderr=self._log,
        )
        if wait:
            self.wait_for("/health/ready", 200)

    def wait_for(self, path: str, status: int) -> httpx.Response:
        pause = threading.Event()
        for _ in range(300):
            try:
                answer = httpx.get(self.url + path, timeout=15, trust_env=False)
            except httpx.ConnectError:
                assert self._process is not None
                assert self._process.poll() is None, "gateway ended"
            else:
                if answer.status_code == status:
                    return answer
            pause.wait(0.1)
        raise AssertionError(f"{path} never answered {status}")

    def stop(self, number: int = signal.SIGTERM) -> int:
        """Send a signal and wait; the exit code."""
        assert self._process is not None
        self._process.send_signal(number)
        return self._process.wait(timeout=20)

    def close(self) -> None:
        if self._process is not None and self._process.poll() is None:
            self._process.kill()
            self._process.wait(timeout=20)
        self._log.close()


@pytest.fixture
def new_gateway(broker: str, tmp_path: Path) -> Iterator[Callable[[], GatewayProcess]]:
    made: list[GatewayProcess] = []

    def make() -> GatewayProcess:
        made.append(GatewayProcess(broker, tmp_path))
        return made[-1]

    yield make
    for gateway in made:
        gateway.close()


@pytest.fixture
def gateway(new_gateway: Callable[[], GatewayProcess]) -> GatewayProcess:
    """A running gateway."""
    found = new_gateway()
    found.start()
    return found
