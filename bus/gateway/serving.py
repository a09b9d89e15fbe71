"""Ports and servers of the HTTP processes."""

import contextlib
import socket
from collections.abc import Iterator

import uvicorn

from bus.errors import ConfigError


def listen(host: str, port: int, setting: str) -> socket.socket:
    """A bound socket; port 0 picks a free one.

    Args:
        host: address.
        port: port.
        setting: variable that chooses another port, for the message.

    Raises:
        ConfigError: the address cannot be bound, e.g. a second process runs.
    """
    try:
        bound = socket.create_server((host, port), backlog=128)
    except OSError as error:
        raise ConfigError(
            f"cannot listen on {host}:{port} ({error.strerror}); another "
            f"process has the port: set {setting} to a free one"
        ) from error
    # Accepted connections take it over. asyncio sets it only on sockets made with a
    # protocol number; without it an answer of two packets waits 40 ms for an ACK.
    bound.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return bound


class HttpServer(uvicorn.Server):
    """Leaves the process's signals to the caller, so that SIGTERM ends with code 0."""

    def leave(self) -> None:
        self.should_exit = True

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield
