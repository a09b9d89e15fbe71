"""Who read personal data is in Kafka before the answer is given, or there is none."""

import asyncio
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from bus.errors import FatalError
from bus.gateway.pull.accesses import accesses_of
from bus.kafka.admin import Admin
from bus.record import header
from ops.kafka.broker import LocalBroker
from tests.integration.pull.test_pages import claim, problem
from tests.integration.pull.window import OTHER_TOKEN, Window
from tests.integration.sinks.site import MUTU, PAUSE, SANTUNAN, Site

pytestmark = [pytest.mark.kafka, pytest.mark.timeout(240)]

ACCESSES = "platform.access.fact.v1"
RIGHT = {
    SANTUNAN: {
        "fields": ["klaim_id", "almarhum.nama"],
        "masked": {"almarhum.nik": "nik"},
    },
    MUTU: {},
}


@pytest.fixture
def window(site: Site) -> Iterator[Window]:
    made = Window(site)
    made.write("dinsos", tokens=["${OTHER_TOKEN}"], topics=RIGHT, purpose="bantuan")
    yield made
    made.close()


def accesses(site: Site) -> list[dict[str, Any]]:
    try:
        records = site.records(ACCESSES)
    except FatalError:
        return []  # nobody has made the topic yet
    return [site.serde.decode(record.value or b"")[1] for record in records]


def read_back(site: Site, **which: Any) -> list[dict[str, Any]]:
    """As `opdbus access list` sees them."""
    bootstrap, tenant = site.settings.bootstrap, site.tenant.id
    return asyncio.run(accesses_of(bootstrap, tenant, site.serde, **which))


def test_each_answer_with_personal_data_is_one_event(window: Window) -> None:
    site = window.site
    site.produce(SANTUNAN, [claim(site, number) for number in range(30)])
    window.visible(SANTUNAN, 30)
    window.start()
    cursor, given = "", 0
    while given < 30:
        query = {"kursor": cursor} if cursor else {}
        answer = window.ask(SANTUNAN, token=OTHER_TOKEN, paling=12, **query)
        body = answer.json()
        given, cursor = given + len(body["peristiwa"]), body["kursor"]
        found = accesses(site)  # is there by now: the answer came after it
        assert sum(each["events"]["SantunanDisiapkan"] for each in found) == given
    assert len(found) == 3
    first = found[0]
    assert (first["grant"], first["app"], first["opd"]) == (
        "dinsos",
        "dinsos",
        "Dinas Uji",
    )
    assert (first["purpose"], first["legal_basis"]) == ("bantuan", "PKS 1/2026")
    assert first["contract"] == SANTUNAN
    assert first["fields"] == ["SantunanDisiapkan.almarhum.nama"]
    assert first["masked"] == ["SantunanDisiapkan.almarhum.nik:nik"]
    seen = sum(_records(place) for each in found for place in each["places"])
    assert seen >= 30
    assert read_back(site, who="dinsos", since_ms=first["read_at"]) == found
    assert read_back(site, who="kios") == []
    assert read_back(site, since_ms=found[-1]["read_at"] + 1) == []
    records = site.records(ACCESSES)
    assert {record.key for record in records} == {b"dinsos"}
    assert len({header(record.headers, "ce_id") for record in records}) == 3
    value = claim(site, 1).value["almarhum"]
    raw = repr([(each.key, each.value, each.headers) for each in records]).encode()
    for secret in (value["nik"], value["nama"]):
        assert secret.encode() not in raw


def _records(place: str) -> int:
    begin, _, end = place.partition(":")[2].partition("-")
    return int(end) - int(begin)


def test_what_tells_of_nobody_is_no_access(window: Window) -> None:
    site = window.site
    site.produce(MUTU, [site.finding(1)])
    site.produce(SANTUNAN, [claim(site, 1)])
    window.start()
    assert len(window.page(MUTU)["peristiwa"]) == 1
    assert len(window.page(SANTUNAN)["peristiwa"]) == 1  # `*`: nothing personal
    assert window.ask(MUTU, token=OTHER_TOKEN).status_code == 200
    empty = window.ask(SANTUNAN, token=OTHER_TOKEN, mulai="akhir")
    assert empty.json()["peristiwa"] == []
    assert accesses(site) == []


def test_nothing_personal_without_the_note(window: Window) -> None:
    """Reading works, the note cannot be written: its topic was deleted."""
    site = window.site
    site.produce(MUTU, [site.finding(1)])
    site.produce(SANTUNAN, [claim(site, 1)])
    window.start()
    body = window.ask(SANTUNAN, token=OTHER_TOKEN, mulai="akhir").json()
    assert body["peristiwa"] == []
    _wait_for_topic(site)
    with closing(Admin(site.settings.bootstrap, "test")) as admin:
        admin.delete_topics([site.topic(ACCESSES)])
    answer = window.ask(SANTUNAN, token=OTHER_TOKEN)
    assert problem(answer, 503) == "BUS_TIDAK_SIAP"
    value = claim(site, 1).value["almarhum"]
    assert value["nama"] not in answer.text
    assert len(window.page(MUTU)["peristiwa"]) == 1
    for _ in range(60):  # the topic is made again, the app asks again
        answer = window.ask(SANTUNAN, token=OTHER_TOKEN)
        if answer.status_code == 200:
            break
        PAUSE.wait(0.5)
    assert answer.json()["peristiwa"][0]["data"]["almarhum"]["nama"] == value["nama"]
    assert len(accesses(site)) == 1


def _wait_for_topic(site: Site) -> None:
    for _ in range(100):
        with closing(Admin(site.settings.bootstrap, "test")) as admin:
            if site.topic(ACCESSES) in admin.list_topics():
                return
        PAUSE.wait(0.1)
    raise AssertionError("the gateway never made the topic of accesses")


def test_the_broker_is_away(
    own_broker: LocalBroker, tenant_id: str, tmp_path: Path, registry_url: str
) -> None:
    first = site = Site(own_broker.bootstrap, registry_url, tenant_id, tmp_path)
    window = Window(site)
    window.write("dinsos", tokens=["${OTHER_TOKEN}"], topics=RIGHT)
    try:
        window.start()
        site = Site(own_broker.bootstrap, window.base, tenant_id, _under(tmp_path))
        site.produce(SANTUNAN, [claim(site, number) for number in range(20)])
        window.visible(SANTUNAN, 20)
        answer = window.ask(SANTUNAN, token=OTHER_TOKEN, paling=5)
        cursor, given = answer.json()["kursor"], len(answer.json()["peristiwa"])
        assert given
        own_broker.stop()
        window.client.timeout = 30  # apps do not wait longer
        answer = window.ask(SANTUNAN, token=OTHER_TOKEN, kursor=cursor)
        assert problem(answer, 503) == "BUS_TIDAK_SIAP"
        assert claim(site, 1).value["almarhum"]["nama"] not in answer.text
        own_broker.start()
        for _ in range(120):
            answer = window.ask(SANTUNAN, token=OTHER_TOKEN, kursor=cursor)
            if answer.status_code == 200:
                break
            PAUSE.wait(0.5)
        given += len(answer.json()["peristiwa"])
        assert given == 20
        told = sum(each["events"]["SantunanDisiapkan"] for each in accesses(site))
        assert told >= given  # a note may stand without its answer, never the reverse
    finally:
        window.close()
        first.close()
        site.close()


def _under(folder: Path) -> Path:
    found = folder / "within"
    found.mkdir()
    return found
