"""Grants, cursors and pages of apps that pull, without Kafka."""

import asyncio
import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import pytest
from starlette.applications import Starlette

from bus.config.settings import Settings
from bus.connect.refusal import RequestRefusedError
from bus.contracts import Catalog
from bus.errors import ConfigError, RetriableError
from bus.gateway.pull.access import Porter, access
from bus.gateway.pull.access_book import AccessBook
from bus.gateway.pull.app import Counter, Shop, pull_routes
from bus.gateway.pull.cursor import Cursors
from bus.gateway.pull.grant import Grant, Rules, compile_grant
from bus.gateway.pull.grant_file import GrantFile, read_grant, tokens_of
from bus.gateway.pull.page import Page
from bus.gateway.pull.question import asked
from bus.gateway.pull.readers import Readers
from bus.health import Health
from bus.record import REDRIVE, Event, Record, Value, headers_of
from bus.serde import Serde
from bus.testing.clock import ManualClock
from bus.testing.registry import MemoryRegistry
from tests.conformance.workshop import TENANT
from tests.unit.gateway.granted import granted

CATALOG = Catalog.load()
SANTUNAN = "sosial.santunan.fact.v1"
RULES = Rules(CATALOG, "k3325", ZoneInfo("Asia/Jakarta"), b"a secret of the tests")
TOKEN = "token-0" * 5
OPEN = [c for c in CATALOG.contracts if not c.internal and c.kind != "dlq"]


def grant(ref: str = SANTUNAN, name: str = "kios", **topic: Any) -> Grant:
    data = granted(name, app="kios", tokens=["${TOKEN}"], topics={ref: topic})
    return compile_grant(GrantFile.model_validate(data), Path("g.yaml"), RULES)


def example(event_type: str, **changes: Any) -> Event:
    found = CATALOG.event(event_type).examples[0]
    value = found.value | changes
    return Event(
        event_type, found.key, value, "1" * 32, "/k3325/uji", 1_772_469_611_000
    )


def leaves(found: Any, path: str = "") -> set[str]:
    if isinstance(found, list):
        return {leaf for each in found for leaf in leaves(each, path)}
    if isinstance(found, dict):
        return {
            leaf
            for name, each in found.items()
            for leaf in leaves(each, f"{path}.{name}" if path else name)
        }
    return {path}


@pytest.mark.parametrize("contract", OPEN, ids=lambda contract: contract.ref)
def test_nothing_personal_comes_unnamed(contract: Any) -> None:
    right = grant(contract.ref).topics[contract.ref]
    for event in CATALOG.events_of(contract.ref):
        for each in event.examples:
            made = Event(event.type, each.key, each.value, "1" * 32, "/x", 0)
            data = json.loads(right.events[event.type].row(made))["data"]
            assert not leaves(data) & set(event.personal_fields)


def test_named_and_masked_fields_come_as_they_are_granted() -> None:
    masked = {"almarhum.nik": "nik", "almarhum.nama": "nama", "no_kk": "acak"}
    masked |= {"almarhum.tgl_lahir": "nik"}
    right = grant(fields=["klaim_id"], masked=masked).topics[SANTUNAN]
    event = example("SantunanDisiapkan")
    data = json.loads(right.events["SantunanDisiapkan"].row(event))["data"]
    assert set(data) == {"klaim_id", "almarhum", "no_kk"}
    who = (event.value or {})["almarhum"]
    assert data["almarhum"]["nik"] == who["nik"][:2] + "*" * 10 + who["nik"][-4:]
    assert who["nama"] not in data["almarhum"]["nama"]
    assert "-" not in (data["almarhum"]["tgl_lahir"] or "")[2:-4]
    other = grant(name="lain", masked={"no_kk": "acak"}).topics[SANTUNAN]
    again = json.loads(other.events["SantunanDisiapkan"].row(event))["data"]
    assert again["no_kk"] != data["no_kk"]


@pytest.mark.parametrize(
    ("ref", "topic", "said"),
    [
        ("tidak.ada.fact.v1", {}, "is not in the catalogue"),
        ("platform.deadletter.dlq.v1", {}, "the bus's own"),
        ("santunan.klaim.changelog.v1", {}, "the bus's own"),
        (SANTUNAN, {"events": ["Tidak"]}, "no event type 'Tidak'"),
        (SANTUNAN, {"fields": ["kelayakan"]}, "no field 'kelayakan'"),
        (SANTUNAN, {"masked": {"nik": "nik"}}, "no field 'nik'"),
    ],
    ids=["no contract", "dead letters", "state", "event", "record", "masked"],
)
def test_what_cannot_be_granted(ref: str, topic: dict[str, Any], said: str) -> None:
    with pytest.raises(ConfigError, match=said):
        grant(ref, **topic)


def test_examples_are_right_and_tokens_come_from_outside(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for path in Path("ops/examples/grants").glob("*.yaml"):
        assert compile_grant(read_grant(path)[0], path, RULES).topics
    file = tmp_path / "g.yaml"
    text = path.read_text(encoding="utf-8")
    file.write_text(text.replace("${KIOS_TOKEN}", "plain"), encoding="utf-8")
    with pytest.raises(ConfigError, match="from the environment"):
        read_grant(file)
    with pytest.raises(ConfigError, match="KIOS_TOKEN is not set"):
        tokens_of(*read_grant(path))
    monkeypatch.setenv("KIOS_TOKEN", "short")
    with pytest.raises(ConfigError, match="fewer than 32"):
        tokens_of(*read_grant(path))
    kept = tmp_path / "token"
    kept.write_text(TOKEN + "\n", encoding="utf-8")
    file.write_text(
        text.replace('tokens: ["${KIOS_TOKEN}"]', f"token_files: [{kept}]"),
        encoding="utf-8",
    )
    assert tokens_of(*read_grant(file)) == [TOKEN]


def test_a_cursor_is_only_for_its_grant_and_topic() -> None:
    cursors = Cursors(b"a secret of the tests")
    text = cursors.write("kios", SANTUNAN, {1: 20, 0: 7})
    assert cursors.read(text, "kios", SANTUNAN) == {0: 7, 1: 20}
    assert Cursors(b"a secret of the tests").read(text, "kios", SANTUNAN)
    wrong = [("lain", SANTUNAN), ("kios", "a.b.fact.v1")]
    for name, ref in wrong:
        with pytest.raises(RequestRefusedError, match="hak yang lain"):
            cursors.read(text, name, ref)
    broken = [text[:-1], text[1:], "", "ü", text[:30] + "x" + text[31:], "A" * 9000]
    for each in broken:
        with pytest.raises(RequestRefusedError, match="bukan kursor"):
            cursors.read(each, "kios", SANTUNAN)
    with pytest.raises(RequestRefusedError, match="bukan kursor"):
        Cursors(b"another secret of tests").read(text, "kios", SANTUNAN)


def test_a_question_without_words_begins_at_the_oldest() -> None:
    question = asked({}, "kios", SANTUNAN, Cursors(b"x" * 16))
    assert question == type(question)({}, at_end=False, wait_seconds=0, most=500)


class Plain:
    """A `Decoder` whose bytes are JSON."""

    def decode(self, data: bytes) -> tuple[str, Value]:
        return "SantunanDisiapkan", json.loads(data)


def records(count: int, partition: int = 0) -> list[Record]:
    found = []
    for number in range(count):
        event = example("SantunanDisiapkan", klaim_id=f"K{number}")
        headers = headers_of(event)
        data = json.dumps(event.value, default=str).encode()
        found.append(Record("t", partition, number, 0, b"k", data, headers))
    return found


def test_a_page_ends_before_the_row_that_does_not_fit() -> None:
    right = grant(fields=["klaim_id"]).topics[SANTUNAN]
    page = Page(10, 700)
    left = page.fill([*records(3), *records(2, 1)], right, Plain())
    assert left == {0: len(page.rows), 1: 0}
    assert 0 < page.size <= 700
    large = Page(10, 10)
    assert large.fill(records(2), right, Plain()) == {0: 1}
    assert len(large.rows) == 1, "one row always fits"


def test_deleted_keys_are_told_without_data() -> None:
    right = grant(fields=["klaim_id"]).topics[SANTUNAN]
    page = Page(10, 1000)
    page.fill([Record("k3325.x", 2, 9, 5, b"kunci", None, [])], right, Plain())
    (row,) = json.loads(page.json("c", more=False))["peristiwa"]
    assert (row["data"], row["partitionkey"], row["operation"]) == (
        None,
        "kunci",
        "DIBATALKAN",
    )


def test_a_dead_letter_sent_again_is_not_told_again() -> None:
    right = grant(fields=["klaim_id"]).topics[SANTUNAN]
    page = Page(10, 1000)
    first, second = records(2)
    again = replace(second, headers=[*second.headers, (REDRIVE, b"dinsos")])
    page.fill([first, again], right, Plain())
    assert (len(page.rows), page.seen) == (1, 2)


class Away:
    """A reader whose broker is away."""

    async def start(self) -> None:
        raise RetriableError("nobody there")


def test_without_a_broker_the_answer_is_come_again_and_health_says_it() -> None:
    clock, health = ManualClock(), Health("gateway-test")
    readers = Readers(lambda _: Away(), clock)  # type: ignore[arg-type, return-value]
    part = health.part("pull-test")
    zone = ZoneInfo("Asia/Jakarta")
    serde = Serde(CATALOG, MemoryRegistry())
    book = AccessBook(Settings(), TENANT, serde, CATALOG, clock)
    shop = Shop(Plain(), Cursors(b"x" * 16), readers, book, clock, part)
    counter = Counter(Porter([access(grant(), [TOKEN])], clock, zone), shop)
    app = Starlette(routes=pull_routes(counter))

    async def ask() -> Sequence[httpx.Response]:
        transport = httpx.ASGITransport(app)
        headers = {"authorization": f"Bearer {TOKEN}"}
        async with httpx.AsyncClient(transport=transport, base_url="http://b") as http:
            return [
                await http.get(f"/tarik/{SANTUNAN}", headers=headers),
                await http.get("/tarik", headers=headers),
            ]

    away, catalogue = asyncio.run(ask())
    assert (away.status_code, away.json()["code"]) == (503, "BUS_TIDAK_SIAP")
    assert int(away.headers["retry-after"]) > 0
    assert not part.is_ready()
    assert catalogue.json()["topik"].keys() == {SANTUNAN}
