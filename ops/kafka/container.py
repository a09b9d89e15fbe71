"""The same broker in Docker, for machines without Java."""

import shutil
import subprocess
import threading
from pathlib import Path
from types import TracebackType
from typing import Self

from bus.clock import Clock, SystemClock
from bus.errors import ConfigError, FatalError
from ops.kafka.broker import READY_SECONDS, LocalBroker, free_ports
from ops.kafka.jars import cache_dir, cached, kafka_version
from ops.kafka.java import find_java
from ops.kafka.probe import brokers_behind
from ops.kafka.properties import container_settings

ENGINE_SECONDS = 5.0


class ContainerBroker:
    """Apache's own image on a loopback port; the data goes with the container."""

    def __init__(self, port: int = 0, clock: Clock | None = None) -> None:
        self.port = port or free_ports(1)[0]
        self._clock = clock or SystemClock()
        self._container = ""

    @property
    def bootstrap(self) -> str:
        """`host:port` for clients."""
        return f"127.0.0.1:{self.port}"

    def start(self) -> Self:
        """Starts the container and returns when the broker answers.

        Raises:
            FatalError: Docker refused, or the broker stayed silent.
        """
        options = [f"--publish=127.0.0.1:{self.port}:{self.port}"]
        for name, value in container_settings(self.port).items():
            options.append(f"--env={name}={value}")
        image = f"apache/kafka:{kafka_version()}"
        self._container = docker("run", "--detach", "--rm", *options, image)
        pause, until = threading.Event(), self._clock.monotonic() + READY_SECONDS
        while not brokers_behind(self.bootstrap):
            if self._clock.monotonic() >= until:
                words = docker("logs", "--tail", "5", self._container)
                self.stop()
                raise FatalError(f"Kafka in Docker stays silent: {words}")
            pause.wait(0.1)
        return self

    def stop(self) -> None:
        """Stops and removes the container."""
        if self._container:
            docker("stop", "--time", "10", self._container)
            self._container = ""

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()


def broker_here(folder: Path, port: int = 0) -> LocalBroker | ContainerBroker:
    """A broker this machine can run: from the jars, else in Docker.

    Where neither is possible the local one is returned; its start says what to
    install.
    """
    if not java_and_jars() and engine_version():
        return ContainerBroker(port)
    return LocalBroker(folder, port)


def java_and_jars() -> bool:
    """Whether the jars are cached or can be fetched, and a Java is there."""
    if not cached(cache_dir()) and shutil.which("mvn") is None:
        return False
    try:
        find_java()
    except ConfigError:
        return False
    return True


def engine_version() -> str:
    """Version of the Docker engine; empty when none answers."""
    try:
        return docker("version", "--format", "{{.Server.Version}}")
    except FatalError:
        return ""


def docker(*arguments: str) -> str:
    """Output of a Docker command.

    Raises:
        FatalError: no Docker client, or the command failed.
    """
    client = shutil.which("docker")
    if client is None:
        raise FatalError("docker: not found")
    limit = ENGINE_SECONDS if arguments[0] == "version" else None
    try:
        done = subprocess.run(  # noqa: S603
            [client, *arguments],
            capture_output=True,
            text=True,
            check=False,
            timeout=limit,
        )
    except subprocess.TimeoutExpired:
        raise FatalError(f"docker {arguments[0]}: no answer in {limit} s") from None
    if done.returncode != 0:
        raise FatalError(f"docker {arguments[0]}: {done.stderr.strip()[-300:]}")
    return (done.stdout or done.stderr).strip()
