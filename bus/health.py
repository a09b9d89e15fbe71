"""Whether a process works, told truthfully: `/health/live` and `/health/ready`.

*Live* means "do not restart me": false only when the watchdog says that the process
is stuck. *Ready* means "I do my work now": false while starting, while recovering
state, and while something needed is not there; the reason is in the answer.
`/metrics` is served beside them.
"""

from __future__ import annotations

import json
import logging
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

from prometheus_client import REGISTRY
from prometheus_client.exposition import choose_encoder

from bus.errors import ConfigError
from bus.metrics import READY, RESTARTS

if TYPE_CHECKING:
    from collections.abc import Callable

log = logging.getLogger(__name__)

STARTING, IS_READY, NOT_READY = "starting", "ready", "not_ready"


class Health:
    """State of one component and of its parts; safe to use from any thread.

    A component is ready when itself and all its parts are. It begins as
    `starting` and stays so until somebody calls `ready()`.

    Args:
        component: name in the answers and in the metric `opdbus_ready`.

    Attributes:
        alive_check: set it to a function that returns None while the process
            makes progress, else the reason why it should be restarted.
    """

    def __init__(self, component: str) -> None:
        self.component = component
        self.alive_check: Callable[[], str | None] | None = None
        self._lock = threading.Lock()
        self._state = STARTING
        self._reason = "starting"
        self._parts: dict[str, Health] = {}
        READY.labels(component).set(0)
        RESTARTS.labels(component).inc(0)  # a counter at 0 is seen, an absent one not

    def starting(self, reason: str) -> None:
        """Not ready because it is still starting or recovering."""
        self._set(STARTING, reason)

    def ready(self) -> None:
        """It does its work now."""
        self._set(IS_READY, "")

    def not_ready(self, reason: str) -> None:
        """It cannot do its work at the moment; `reason` names no person."""
        self._set(NOT_READY, reason)

    def part(self, component: str) -> Health:
        """The part of this name, made on first use; it counts from then on."""
        with self._lock:
            if component not in self._parts:
                self._parts[component] = Health(component)
            return self._parts[component]

    def drop(self, component: str) -> None:
        """Forget a part that this process no longer runs (revoked task)."""
        with self._lock:
            self._parts.pop(component, None)
        READY.labels(component).set(0)

    def is_ready(self) -> bool:
        return self.problem() is None

    def problem(self) -> str | None:
        """Why it is not ready, parts included; None when it is."""
        with self._lock:
            state, reason, parts = self._state, self._reason, [*self._parts.values()]
        if state != IS_READY:
            return f"{self.component}: {reason}"
        found = [problem for part in parts if (problem := part.problem())]
        return "; ".join(found) or None

    def is_alive(self) -> tuple[bool, str]:
        """Whether the process makes progress, and if not, why."""
        reason = self.alive_check() if self.alive_check else None
        return reason is None, reason or ""

    def report(self) -> dict[str, Any]:
        """The state as the JSON body of `/health/ready`."""
        with self._lock:
            state, parts = self._state, dict(self._parts)
        problem = self.problem()
        if state == IS_READY and problem:
            state = NOT_READY
        body: dict[str, Any] = {"component": self.component, "status": state}
        if problem:
            body["reason"] = problem
        if parts:
            body["parts"] = {name: part.report() for name, part in parts.items()}
        return body

    def _set(self, state: str, reason: str) -> None:
        with self._lock:
            changed = (state, reason) != (self._state, self._reason)
            self._state, self._reason = state, reason
        READY.labels(self.component).set(1 if state == IS_READY else 0)
        if changed:
            log.info("%s is %s %s", self.component, state, reason)


class HealthServer:
    """A running HTTP server; `port` is the real one even when 0 was asked for."""

    def __init__(self, server: ThreadingHTTPServer) -> None:
        self.port: int = server.server_address[1]
        self._server = server
        self._thread = threading.Thread(
            target=server.serve_forever,
            kwargs={"poll_interval": 0.1},
            name="health",
            daemon=True,
        )
        self._thread.start()

    def close(self) -> None:
        """Stop answering and free the port."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(timeout=5)


def serve(host: str, port: int, health: Health) -> HealthServer:
    """Serve `/metrics`, `/health/live` and `/health/ready` from a thread.

    Args:
        host: address to bind; loopback unless the operator chose another.
        port: port to bind, 0 for any free one.
        health: what the answers are about.

    Raises:
        ConfigError: the address cannot be bound.
    """
    try:
        server = _Server((host, port), _handler(health))
    except OSError as error:
        raise ConfigError(
            f"metrics: cannot listen on {host}:{port} ({error.strerror}); another "
            "process has the port: set OPDBUS_METRICS_PORT to a free one, or to 0"
        ) from error
    return HealthServer(server)


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        log.debug("client %s went away", client_address)


def _handler(health: Health) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        """Answers the three paths of one process."""

        protocol_version = "HTTP/1.1"
        timeout = 10

        def do_GET(self) -> None:
            path = self.path.partition("?")[0]
            if path == "/metrics":
                encoder, kind = choose_encoder(self.headers.get("Accept") or "")
                self._answer(200, encoder(REGISTRY), kind)
            elif path == "/health/live":
                alive, reason = health.is_alive()
                status = "alive" if alive else "stuck"
                body = {"component": health.component, "status": status}
                self._json(200 if alive else 503, body | {"reason": reason})
            elif path == "/health/ready":
                body = health.report()
                self._json(200 if body["status"] == IS_READY else 503, body)
            else:
                self._json(404, {"error": "paths: /metrics /health/live /health/ready"})

        def _json(self, status: int, body: dict[str, Any]) -> None:
            self._answer(status, json.dumps(body).encode(), "application/json")

        def _answer(self, status: int, body: bytes, kind: str) -> None:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            """Scrapes every few seconds are no news."""

    return Handler
