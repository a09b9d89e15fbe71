"""The REST API over a topic in memory, asked through the ASGI interface."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import httpx
import pytest

from bus.gateway.app import gateway_app
from bus.gateway.registry import store as store_module
from bus.gateway.registry.store import SchemaStore
from bus.health import Health
from tests.unit.gateway.memory_log import MemoryLog, Topic

A = {"type": "record", "name": "a.B", "fields": [{"name": "x", "type": "int"}]}
PLUS = A | {"fields": [*A["fields"], {"name": "y", "type": "int", "default": 0}]}
RETYPED = A | {"fields": [{"name": "x", "type": "string"}]}


@contextlib.asynccontextmanager
async def gateway(topic: Topic) -> AsyncIterator[httpx.AsyncClient]:
    """A running gateway; several may share a topic."""
    health = Health("gateway-test")
    store = SchemaStore(MemoryLog(topic), health)
    following = asyncio.create_task(store.run())
    transport = httpx.ASGITransport(gateway_app(store, health))
    async with httpx.AsyncClient(transport=transport, base_url="http://g") as client:
        while topic.is_up and not health.is_ready():  # noqa: ASYNC110
            await asyncio.sleep(0.001)
        yield client
    following.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await following


def run(work: Callable[[httpx.AsyncClient], Awaitable[None]]) -> None:
    async def main() -> None:
        async with gateway(Topic()) as client:
            await work(client)

    asyncio.run(main())


def body(schema: Any) -> dict[str, str]:
    return {"schema": json.dumps(schema)}


def test_register_and_look_up() -> None:
    async def work(client: httpx.AsyncClient) -> None:
        posted = await client.post("/subjects/s/versions", json=body(A))
        assert posted.json() == {"id": 1}
        assert posted.headers["content-type"].startswith(
            "application/vnd.schemaregistry.v1+json"
        )
        again = await client.post("/subjects/s/versions", json=body(A))
        assert again.json() == {"id": 1}
        await client.post("/subjects/s/versions", json=body(PLUS))
        found = (await client.post("/subjects/s", json=body(PLUS))).json()
        assert (found["version"], found["id"]) == (2, 2)
        assert (await client.get("/subjects")).json() == ["s"]
        assert (await client.get("/subjects/s/versions")).json() == [1, 2]
        latest = (await client.get("/subjects/s/versions/latest")).json()
        assert (latest["subject"], latest["version"], latest["id"]) == ("s", 2, 2)
        assert json.loads(latest["schema"]) == PLUS
        assert (await client.get("/subjects/s/versions/1/schema")).json() == A
        by_id = (await client.get("/schemas/ids/1")).json()
        assert json.loads(by_id["schema"]) == A
        assert (await client.get("/schemas/ids/1/schema")).json() == A
        assert (await client.get("/schemas/ids/1/subjects")).json() == ["s"]
        used = (await client.get("/schemas/ids/2/versions")).json()
        assert used == [{"subject": "s", "version": 2}]
        assert (await client.get("/schemas/types")).json() == ["AVRO"]
        assert (await client.get("/mode")).json() == {"mode": "READWRITE"}

    run(work)


@pytest.mark.parametrize(
    ("method", "path", "content", "code"),
    [
        ("GET", "/subjects/x/versions", None, 40401),
        ("POST", "/subjects/x", body(A), 40401),
        ("POST", "/subjects/s", body(PLUS), 40403),
        ("GET", "/subjects/s/versions/7", None, 40402),
        ("GET", "/subjects/s/versions/0", None, 42202),
        ("GET", "/subjects/s/versions/baru", None, 42202),
        ("GET", "/schemas/ids/99", None, 40403),
        ("GET", "/config/s", None, 40408),
        ("PUT", "/config", {"compatibility": "APA_SAJA"}, 42203),
        ("POST", "/subjects/s/versions", body(RETYPED), 409),
        ("POST", "/subjects/s/versions", {"schema": "{"}, 42201),
        ("POST", "/subjects/s/versions", {"schema": 5}, 42201),
        ("POST", "/subjects/s/versions", {}, 42201),
        ("POST", "/subjects/s/versions", [1], 42201),
        ("POST", "/subjects/s/versions", body({"type": "nix"}), 42201),
        ("POST", "/subjects/s/versions", body(A) | {"schemaType": "JSON"}, 42201),
        ("POST", "/compatibility/subjects/x/versions/1", body(A), 40401),
        ("GET", "/nix", None, 404),
        ("DELETE", "/subjects/s", None, 405),
    ],
    ids=str,
)
def test_refusals_have_the_known_codes_in_one_shape(
    method: str, path: str, content: Any, code: int
) -> None:
    async def work(client: httpx.AsyncClient) -> None:
        await client.post("/subjects/s/versions", json=body(A))
        answer = await client.request(method, path, json=content)
        assert set(answer.json()) == {"error_code", "message"}
        assert answer.json()["error_code"] == code
        assert answer.status_code == int(str(code)[:3])

    run(work)


def test_compatibility_and_levels() -> None:
    async def work(client: httpx.AsyncClient) -> None:
        await client.post("/subjects/s/versions", json=body(A))
        asked = "/compatibility/subjects/s/versions/latest"
        good = await client.post(asked, json=body(PLUS))
        assert good.json() == {"is_compatible": True}
        bad = await client.post(asked + "?verbose=true", json=body(RETYPED))
        assert bad.json()["is_compatible"] is False
        assert "x" in bad.json()["messages"][0]
        level = (await client.get("/config")).json()
        assert level == {"compatibilityLevel": "BACKWARD_TRANSITIVE"}
        put = await client.put("/config/s", json={"compatibility": "NONE"})
        assert put.json() == {"compatibility": "NONE"}
        assert (await client.get("/config/s")).json() == {"compatibilityLevel": "NONE"}
        fine = await client.post("/subjects/s/versions", json=body(RETYPED))
        assert fine.json() == {"id": 2}

    run(work)


def test_health_before_and_after_the_topic_is_read() -> None:
    async def main() -> None:
        topic = Topic()
        topic.is_up = False
        async with gateway(topic) as client:
            assert (await client.get("/health/live")).status_code == 200
            assert (await client.get("/health/ready")).status_code == 503
            early = await client.get("/subjects")
            assert (early.status_code, early.json()["error_code"]) == (503, 50001)
            assert (await client.get("/metrics")).status_code == 200

    asyncio.run(main())


def test_two_gateways_never_give_one_id_twice() -> None:
    async def main() -> None:
        topic = Topic()
        async with gateway(topic) as one, gateway(topic) as two:
            names = [f"R{n}" for n in range(12)]
            answers = await asyncio.gather(
                *(
                    (one, two)[n % 2].post(
                        f"/subjects/s{n}/versions", json=body(A | {"name": name})
                    )
                    for n, name in enumerate(names)
                )
            )
            ids = [answer.json()["id"] for answer in answers]
            assert sorted(ids) == list(range(1, 13))
            for client in (one, two):
                for schema_id, name in zip(ids, names, strict=True):
                    found = (await client.get(f"/schemas/ids/{schema_id}")).json()
                    assert json.loads(found["schema"])["name"] == name

    asyncio.run(main())


def test_a_lost_broker_is_told_and_overcome(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store_module, "WRITE_SECONDS", 0.05)
    monkeypatch.setattr(store_module, "CHECK_SECONDS", 0.0)

    async def main() -> None:
        topic = Topic()
        async with gateway(topic) as client:
            await client.post("/subjects/s/versions", json=body(A))
            topic.is_up = False
            late = await client.post("/subjects/s/versions", json=body(PLUS))
            assert (late.status_code, late.json()["error_code"]) == (500, 50002)
            assert (await client.get("/subjects")).json() == ["s"], "from memory"
            assert (await client.get("/health/ready")).status_code == 503
            topic.is_up = True
            done = await client.post("/subjects/s/versions", json=body(PLUS))
            assert done.json() == {"id": 2}

    asyncio.run(main())
