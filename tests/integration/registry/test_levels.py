"""The contract's compatibility becomes the subject's, on the embedded registry."""

import json
import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import httpx
import pytest

from bus.clock import SystemClock
from bus.contracts import Catalog
from bus.errors import ConfigError
from bus.serde import HttpRegistry, Serde
from tests.integration.registry.conftest import GatewayProcess

pytestmark = pytest.mark.kafka

CATALOG = Catalog.load()
TYPE = "KematianDilaporkan"
FIRST = {"type": "record", "name": "uji.L", "fields": []}
SECOND = {**FIRST, "fields": [{"name": "x", "type": "int"}]}


@contextmanager
def used(url: str, folder: Path) -> Iterator[HttpRegistry]:
    registry = HttpRegistry(url, folder, SystemClock())
    yield registry
    registry.close()


def level(gateway: GatewayProcess, subject: str) -> tuple[int, str]:
    answer = httpx.get(f"{gateway.url}/config/{subject}", trust_env=False)
    return answer.status_code, answer.json().get("compatibilityLevel", "")


def put(gateway: GatewayProcess, path: str, wanted: str) -> None:
    body = {"compatibility": wanted}
    httpx.put(f"{gateway.url}/config{path}", json=body, trust_env=False)


@pytest.fixture
def lax(gateway: GatewayProcess) -> Iterator[GatewayProcess]:
    """A registry whose own default is less strict than the contracts."""
    put(gateway, "", "NONE")
    yield gateway
    put(gateway, "", "BACKWARD_TRANSITIVE")


def test_the_level_of_the_contract_holds_whatever_the_default(
    lax: GatewayProcess, tmp_path: Path, tenant_id: str
) -> None:
    topic = f"{tenant_id}.adminduk.peristiwa.fact.v1"
    event = CATALOG.event(TYPE)
    wanted = CATALOG.contract(event.contract).compatibility
    subject = f"{topic}-{event.fullname}"
    assert level(lax, subject)[0] == 404
    with used(lax.url, tmp_path) as registry:
        Serde(CATALOG, registry).encoder(topic, TYPE)
    assert level(lax, subject) == (200, wanted)


def test_a_breaking_version_is_refused_by_it(
    lax: GatewayProcess, tmp_path: Path, tenant_id: str
) -> None:
    with used(lax.url, tmp_path) as registry:
        registry.register(f"{tenant_id}.a", FIRST, "BACKWARD_TRANSITIVE")
        with pytest.raises(ConfigError, match="breaks what is registered"):
            registry.register(f"{tenant_id}.a", SECOND, "BACKWARD_TRANSITIVE")
        registry.register(f"{tenant_id}.b", FIRST)
        registry.register(f"{tenant_id}.b", SECOND)


def test_a_level_that_somebody_has_set_stays(
    gateway: GatewayProcess, tmp_path: Path, tenant_id: str
) -> None:
    subject = f"{tenant_id}.c"
    put(gateway, f"/{subject}", "NONE")
    with used(gateway.url, tmp_path) as registry:
        registry.register(subject, FIRST, "BACKWARD_TRANSITIVE")
    assert level(gateway, subject) == (200, "NONE")


def test_the_cache_answers_while_the_registry_is_down(
    new_gateway: Callable[[], GatewayProcess], tmp_path: Path, tenant_id: str
) -> None:
    gateway = new_gateway()
    gateway.start()
    subject = f"{tenant_id}.d"
    with used(gateway.url, tmp_path) as registry:
        found = registry.register(subject, FIRST, "BACKWARD_TRANSITIVE")
    gateway.stop()
    with used(gateway.url, tmp_path) as registry:
        assert registry.register(subject, FIRST, "BACKWARD_TRANSITIVE") == found


class Guarded(BaseHTTPRequestHandler):
    """A registry that lets clients register and not configure."""

    def _answer(self, status: int, body: object) -> None:
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        data = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def do_GET(self) -> None:
        self._answer(404, {"error_code": 40408, "message": "not configured"})

    def do_PUT(self) -> None:
        self._answer(403, {"error_code": 40301, "message": "read only"})

    def do_POST(self) -> None:
        self._answer(200, {"id": 7})

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def test_a_registry_that_does_not_let_us_is_told_about_and_used(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    server = HTTPServer(("127.0.0.1", 0), Guarded)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        url = f"http://127.0.0.1:{server.server_port}"
        with caplog.at_level(logging.WARNING), used(url, tmp_path) as registry:
            assert registry.register("s", FIRST, "FULL") == 7
        assert "does not let us set the compatibility FULL (read only)" in caplog.text
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
