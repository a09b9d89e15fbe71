"""The embedded registry on a real broker: ids survive anything."""

import json
import signal
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from bus.clock import SystemClock
from bus.errors import ConfigError, DecodeError, RetriableError
from bus.serde import HttpRegistry
from bus.testing.clock import ManualClock
from ops.kafka.broker import LocalBroker
from tests.integration.registry.conftest import GatewayProcess

pytestmark = pytest.mark.kafka


def record(name: str, kind: str = "int") -> dict:
    fields = [{"name": "x", "type": kind}]
    return {"type": "record", "name": f"uji.{name}", "fields": fields}


def client(gateway: GatewayProcess, folder: Path) -> HttpRegistry:
    return HttpRegistry(gateway.url, folder, SystemClock())


def test_a_restart_keeps_ids(
    gateway: GatewayProcess, tmp_path: Path, tenant_id: str
) -> None:
    first = client(gateway, tmp_path / "one")
    subject, schemas = f"{tenant_id}.a", [record(f"R{n}{tenant_id}") for n in range(5)]
    ids = [first.register(f"{subject}{n}", s) for n, s in enumerate(schemas)]
    assert len(set(ids)) == 5
    first.close()
    assert gateway.stop(signal.SIGTERM) == 0
    gateway.start()
    again = client(gateway, tmp_path / "two")
    assert [again.schema(i) for i in ids] == schemas
    assert [again.register(f"{subject}{n}", s) for n, s in enumerate(schemas)] == ids
    again.close()
    assert gateway.stop(signal.SIGKILL) == -signal.SIGKILL
    gateway.start()
    third = client(gateway, tmp_path / "three")
    assert [third.schema(i) for i in ids] == schemas
    assert third.register(f"{subject}z", record(f"Z{tenant_id}")) not in ids
    third.close()


def test_two_gateways_at_once_give_no_id_twice(
    new_gateway: Callable[[], GatewayProcess], tenant_id: str
) -> None:
    both = [new_gateway(), new_gateway()]
    for one in both:
        one.start()

    def register(number: int) -> int:
        url = f"{both[number % 2].url}/subjects/{tenant_id}.s{number}/versions"
        schema = {"schema": json.dumps(record(f"R{number}{tenant_id}"))}
        answer = httpx.post(url, json=schema, timeout=30, trust_env=False)
        assert answer.status_code == 200, answer.text
        found: int = answer.json()["id"]
        return found

    with ThreadPoolExecutor(8) as pool:
        ids = list(pool.map(register, range(24)))
    assert len(set(ids)) == 24
    for gateway in both:
        for number, schema_id in enumerate(ids):
            url = f"{gateway.url}/schemas/ids/{schema_id}/schema"
            found = httpx.get(url, trust_env=False).json()
            assert found["name"] == f"uji.R{number}{tenant_id}"


def test_the_cache_answers_while_the_registry_is_down(
    gateway: GatewayProcess, tmp_path: Path, tenant_id: str
) -> None:
    schema, subject = record(f"C{tenant_id}"), f"{tenant_id}.c"
    first = client(gateway, tmp_path)
    schema_id = first.register(subject, schema)
    first.close()
    gateway.stop()
    down = client(gateway, tmp_path)
    assert down.register(subject, schema) == schema_id
    assert down.schema(schema_id) == schema
    with pytest.raises(RetriableError, match="is away"):
        down.register(subject, record("Lain"))
    with pytest.raises(RetriableError, match="is away"):
        down.schema(10**6)
    gateway.start()
    assert down.register(f"{subject}2", schema) == schema_id
    down.close()


def test_refusals_in_plain_words(
    gateway: GatewayProcess, tmp_path: Path, tenant_id: str
) -> None:
    registry = client(gateway, tmp_path)
    subject, name = f"{tenant_id}.d", f"D{tenant_id}"
    registry.register(subject, record(name))
    with pytest.raises(ConfigError, match=r"breaks what is registered.*x.*default"):
        registry.register(subject, record(name, "string"))
    with pytest.raises(ConfigError, match="Invalid schema"):
        registry.register(subject, {"type": "nix"})
    registry.close()


def test_an_unknown_id_is_asked_for_now_and_then(
    gateway: GatewayProcess, tmp_path: Path
) -> None:
    clock = ManualClock()
    registry = HttpRegistry(gateway.url, tmp_path, clock)
    for _ in range(2):
        with pytest.raises(DecodeError) as caught:
            registry.schema(2**31 - 1)
        assert caught.value.code == "SKEMA_TIDAK_DIKENAL"
        clock.advance(60)
    registry.close()


def test_a_password_in_the_url_is_not_told(tmp_path: Path) -> None:
    url = "http://bus:rahasia@127.0.0.1:9"
    registry = HttpRegistry(url, tmp_path, SystemClock(), timeout_seconds=1)
    with pytest.raises(RetriableError) as caught:
        registry.schema(1)
    assert "rahasia" not in str(caught.value)
    registry.close()


def test_a_second_gateway_on_the_port_says_so(
    gateway: GatewayProcess, tmp_path: Path
) -> None:
    other = GatewayProcess("127.0.0.1:9", tmp_path)
    other.port = gateway.port
    other.start(wait=False)
    assert other._process is not None
    assert other._process.wait(timeout=20) == 2
    other.close()
    log = next(tmp_path.glob(f"gateway-{other.url.rpartition(':')[2]}.log")).read_text()
    assert "another process has the port" in log
    assert "Traceback" not in log


def test_the_broker_may_come_late_and_go(
    own_broker: LocalBroker, tmp_path: Path
) -> None:
    own_broker.stop()
    gateway = GatewayProcess(own_broker.bootstrap, tmp_path)
    try:
        gateway.start(wait=False)
        assert gateway.wait_for("/health/live", 200)
        early = gateway.wait_for("/subjects", 503)
        assert early.json()["error_code"] == 50001
        own_broker.start()
        gateway.wait_for("/health/ready", 200)
        registry = client(gateway, tmp_path / "cache")
        schema_id = registry.register("s", record("Late"))
        own_broker.stop()
        gateway.wait_for("/health/ready", 503)
        url = f"{gateway.url}/schemas/ids/{schema_id}/schema"
        assert httpx.get(url, trust_env=False).json()["name"] == "uji.Late"
        own_broker.start()
        gateway.wait_for("/health/ready", 200)
        assert registry.register("t", record("Later")) == schema_id + 1
        registry.close()
        assert gateway.stop() == 0
    finally:
        gateway.close()
