"""A line that breaks: a TCP proxy that cuts connections after a random few bytes."""

import random
import socket
import threading
from contextlib import suppress

CHUNK = 4096


class CuttingProxy:
    """Forwards to a port until each connection's bytes are used up.

    Args:
        target: port of the server.
        chance: decides after how many bytes, of both directions, a line breaks.
        cuts: how many lines break; later ones hold.
        most_bytes: the longest a breaking line lives.
    """

    def __init__(
        self, target: int, chance: random.Random, cuts: int, most_bytes: int
    ) -> None:
        self._target = target
        self._chance = chance
        self._most = most_bytes
        self._lock = threading.Lock()
        self.left = cuts
        self.down = False
        self._server = socket.create_server(("127.0.0.1", 0))
        self.port = self._server.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        with suppress(OSError):
            self._server.shutdown(socket.SHUT_RDWR)
        self._server.close()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._server.accept()
            except OSError:
                return
            with self._lock:
                room = self._chance.randint(0, self._most)
            try:
                if self.down:
                    raise ConnectionError
                server = socket.create_connection(("127.0.0.1", self._target), 5)
            except OSError:
                client.close()
                continue
            _Wire(self, client, server, room)

    def has_cut(self) -> bool:
        """Count a cut; whether it may happen."""
        with self._lock:
            self.left -= self.left > 0
            return self.left > 0 or self.down


class _Wire:
    """One connection through the proxy."""

    def __init__(
        self,
        proxy: CuttingProxy,
        client: socket.socket,
        server: socket.socket,
        room: int,
    ) -> None:
        self._proxy = proxy
        self._ends = (client, server)
        for end in self._ends:
            end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._room = room
        self._lock = threading.Lock()
        for source, target in ((client, server), (server, client)):
            threading.Thread(
                target=self._pass, args=(source, target), daemon=True
            ).start()

    def _pass(self, source: socket.socket, target: socket.socket) -> None:
        with suppress(OSError):
            while data := source.recv(CHUNK):
                with self._lock:
                    breaks = self._proxy.left > 0 and len(data) > self._room
                    part = data[: self._room] if breaks else data
                    self._room -= len(part)
                target.sendall(part)
                if breaks:
                    self._proxy.has_cut()
                    break
        for end in self._ends:
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
        for end in self._ends:
            end.close()
