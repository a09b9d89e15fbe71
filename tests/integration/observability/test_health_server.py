"""What `/health/*` and `/metrics` answer over HTTP, and a port that is taken."""

from collections.abc import Iterator

import httpx
import pytest

from bus.errors import ConfigError
from bus.health import Health, HealthServer, serve


@pytest.fixture
def health() -> Health:
    return Health("uji-http")


@pytest.fixture
def server(health: Health) -> Iterator[HealthServer]:
    running = serve("127.0.0.1", 0, health)
    yield running
    running.close()


def get(server: HealthServer, path: str, **headers: str) -> httpx.Response:
    url = f"http://127.0.0.1:{server.port}{path}"
    return httpx.get(url, headers=headers, trust_env=False)


def test_ready_tells_the_truth_with_a_reason(
    server: HealthServer, health: Health
) -> None:
    assert get(server, "/health/ready").status_code == 503
    health.starting("recovering santunan.klaim-2: 5000 records")
    answer = get(server, "/health/ready")
    assert answer.status_code == 503
    assert "5000 records" in answer.json()["reason"]
    health.ready()
    answer = get(server, "/health/ready")
    assert (answer.status_code, answer.json()["status"]) == (200, "ready")


def test_live_follows_the_watchdog(server: HealthServer, health: Health) -> None:
    assert get(server, "/health/live").status_code == 200
    health.alive_check = lambda: "no commit for 120 s"
    answer = get(server, "/health/live")
    assert (answer.status_code, answer.json()["reason"]) == (503, "no commit for 120 s")


@pytest.mark.parametrize(
    "accept",
    [
        pytest.param("text/plain", id="text"),
        pytest.param("application/openmetrics-text; version=1.0.0", id="openmetrics"),
    ],
)
def test_metrics_in_both_formats(server: HealthServer, accept: str) -> None:
    answer = get(server, "/metrics", Accept=accept)
    assert answer.headers["content-type"].startswith(accept.partition(";")[0])
    assert 'opdbus_ready{component="uji-http"} 0.0' in answer.text


def test_other_paths_are_named(server: HealthServer) -> None:
    answer = get(server, "/table")
    assert answer.status_code == 404
    assert "/health/ready" in answer.json()["error"]


def test_taken_port_is_a_configuration_error(
    server: HealthServer, health: Health
) -> None:
    with pytest.raises(ConfigError, match="OPDBUS_METRICS_PORT"):
        serve("127.0.0.1", server.port, health)
