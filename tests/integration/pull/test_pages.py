"""Apps that pull, against the real gateway on a real broker."""

import threading
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from typing import Any

import httpx
import pytest
from kafka import TopicPartition

from bus.kafka.admin import Admin
from bus.record import headers_of
from tests.integration.pull.window import OTHER_TOKEN, THIRD_TOKEN, TOKEN, Window
from tests.integration.sinks.site import CATALOG, MUTU, SANTUNAN, Site

pytestmark = [pytest.mark.kafka, pytest.mark.timeout(240)]


@pytest.fixture
def window(site: Site) -> Iterator[Window]:
    made = Window(site)
    yield made
    made.close()


def numbers(events: list[dict[str, Any]]) -> list[int]:
    return [int(event["data"]["temuan_id"][1:]) for event in events]


def problem(answer: httpx.Response, status: int) -> str:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    return str(answer.json()["code"])


def claim(site: Site, number: int) -> Any:
    (event,) = [e for e in CATALOG.events_of(SANTUNAN) if e.type == "SantunanDisiapkan"]
    return site.event("SantunanDisiapkan", number, event.examples[0].value)


def test_all_events_once_in_order_over_restarts(window: Window) -> None:
    """Pages of 7 rows, the gateway killed between them; nothing lost or twice."""
    site = window.site
    site.produce(MUTU, [_keyed(site, number) for number in range(205)])
    window.start()
    found: list[Any] = []
    cursor = ""
    for turn in range(60):
        body = window.page(paling=7, **({"kursor": cursor} if cursor else {}))
        assert len(body["peristiwa"]) <= 7
        found += body["peristiwa"]
        cursor = body["kursor"]
        if turn == 10:
            assert window.process is not None
            window.process.kill()
            window.start()
        if not body["lagi"]:
            break
    assert sorted(numbers(found)) == list(range(205))
    for key in range(5):
        mine = [n for n in numbers(found) if n % 5 == key]
        assert mine == sorted(mine)
    first = found[0]
    assert first["specversion"] == "1.0"
    assert first["type"] == "MutuDataDitemukan"
    assert first["partitionkey"].startswith("kunci")
    assert window.page(kursor=cursor)["peristiwa"] == []
    site.produce(MUTU, [_keyed(site, 205)])
    assert numbers(window.page(kursor=cursor, tunggu=20)["peristiwa"]) == [205]


def _keyed(site: Site, number: int) -> Any:
    return replace(site.finding(number), key=f"kunci{number % 5}")


def test_a_waiting_request_is_answered_when_something_comes(window: Window) -> None:
    site = window.start().site
    cursor = window.page(mulai="akhir")["kursor"]
    answers: list[Any] = []
    asking = threading.Thread(
        target=lambda: answers.append(window.page(kursor=cursor, tunggu=30))
    )
    asking.start()
    site.produce(MUTU, [site.finding(1)])
    asking.join(timeout=60)
    assert not asking.is_alive()
    assert numbers(answers[0]["peristiwa"]) == [1]
    begun = site.clock.monotonic()
    empty = window.page(kursor=answers[0]["kursor"], tunggu=1)
    assert empty["peristiwa"] == []
    assert site.clock.monotonic() - begun >= 1


def test_the_app_that_comes_again_does_not_wait_for_itself(window: Window) -> None:
    """A request whose client is gone gives way to the next one."""
    window.start()
    cursor = window.page(mulai="akhir")["kursor"]
    with pytest.raises(httpx.ReadTimeout):
        window.client.get(
            f"/tarik/{MUTU}",
            params={"kursor": cursor, "tunggu": "30"},
            headers={"authorization": f"Bearer {TOKEN}"},
            timeout=0.3,
        )
    begun = window.site.clock.monotonic()
    assert window.page(kursor=cursor)["peristiwa"] == []
    assert window.site.clock.monotonic() - begun < 25


def test_only_what_is_granted_is_told(window: Window) -> None:
    window.write(
        "dinsos",
        tokens=["${OTHER_TOKEN}"],
        topics={
            SANTUNAN: {
                "fields": ["klaim_id", "almarhum.nama"],
                "masked": {"almarhum.nik": "nik", "no_kk": "acak"},
            }
        },
    )
    site = window.site
    site.produce(SANTUNAN, [claim(site, 1)])
    window.start()
    (plain,) = window.page(SANTUNAN)["peristiwa"]
    assert plain["data"]["almarhum"] == {
        "subjek_id": claim(site, 1).value["almarhum"]["subjek_id"]
    }
    assert "no_kk" not in plain["data"]
    (full,) = window.page(SANTUNAN, token=OTHER_TOKEN)["peristiwa"]
    value = claim(site, 1).value
    assert set(full["data"]) == {"klaim_id", "almarhum", "no_kk"}
    assert full["data"]["almarhum"]["nama"] == value["almarhum"]["nama"]
    assert set(full["data"]["almarhum"]) == {"nik", "nama"}
    assert full["data"]["almarhum"]["nik"] == value["almarhum"]["nik"][:2] + (
        "*" * 10 + value["almarhum"]["nik"][-4:]
    )
    assert len(full["data"]["no_kk"]) == 32
    headers = {"authorization": f"Bearer {OTHER_TOKEN}"}
    told = window.client.get("/tarik", headers=headers).json()
    assert list(told["topik"]) == [SANTUNAN]
    log = (site.folder / "gateway.log").read_text(encoding="utf-8")
    assert "grant dinsos (Dinas Uji, PKS 1/2026) read 1 events with personal" in log
    assert value["almarhum"]["nik"] not in log
    assert value["almarhum"]["nama"] not in log


def test_every_wrong_request_has_a_clear_answer(window: Window) -> None:
    window.write(
        "lama",
        tokens=["${OTHER_TOKEN}"],
        until="2026-01-01",
        topics={MUTU: {}},
    )
    window.write(
        "sering", tokens=["${THIRD_TOKEN}"], rate={"per_second": 0.01, "burst": 1}
    )
    site = window.site
    site.produce(MUTU, [site.finding(number) for number in range(3)])
    window.start()
    cursor = window.page()["kursor"]
    forged = cursor[:-2] + ("AA" if cursor[-2:] != "AA" else "BB")
    cases = [
        (window.client.get(f"/tarik/{MUTU}"), 401, "TOKEN_SALAH"),
        (window.ask(token="salah"), 401, "TOKEN_SALAH"),
        (window.ask(token=OTHER_TOKEN), 403, "HAK_BERAKHIR"),
        (window.ask("platform.deadletter.dlq.v1"), 403, "TOPIK_TIDAK_BERHAK"),
        (window.ask("tidak.ada.fact.v1"), 403, "TOPIK_TIDAK_BERHAK"),
        (window.ask(SANTUNAN, kursor=cursor), 400, "KURSOR_SALAH"),
        (window.ask(kursor=forged), 400, "KURSOR_SALAH"),
        (window.ask(kursor="bukan kursor!"), 400, "KURSOR_SALAH"),
        (window.ask(kursor="A" * 5000), 400, "KURSOR_SALAH"),
        (window.ask(paling=0), 400, "PARAMETER_SALAH"),
        (window.ask(paling=1001), 400, "PARAMETER_SALAH"),
        (window.ask(tunggu="-1"), 400, "PARAMETER_SALAH"),
        (window.ask(mulai="kemarin"), 400, "PARAMETER_SALAH"),
        (window.ask(mulai="awal", kursor=cursor), 400, "PARAMETER_SALAH"),
        (window.ask(halaman=2), 400, "PARAMETER_SALAH"),
        (window.ask(token=THIRD_TOKEN), 200, ""),
        (window.ask(token=THIRD_TOKEN), 429, "TERLALU_SERING"),
    ]
    for number, (answer, status, code) in enumerate(cases):
        if code:
            assert problem(answer, status) == code, number
        else:
            assert answer.status_code == status
    assert cases[0][0].headers["www-authenticate"] == "Bearer"
    assert int(cases[-1][0].headers["retry-after"]) > 1
    counts = window.counted("opdbus_pull_requests_total")
    assert counts["PARAMETER_SALAH"] == 6
    assert counts["KURSOR_SALAH"] == 4
    assert counts["TOKEN_SALAH"] == 2


def test_a_cursor_older_than_the_log_says_so(window: Window) -> None:
    site = window.site
    site.produce(MUTU, [site.finding(number) for number in range(40)])
    window.visible(MUTU, 40)
    window.start()
    cursor = window.page(paling=3)["kursor"]
    topic = site.topic(MUTU)
    with closing(Admin(site.settings.bootstrap, "test")) as admin:
        places = [TopicPartition(topic, n) for n in range(site.tenant.partisi)]
        admin.delete_records(dict.fromkeys(places, -1))
    site.produce(MUTU, [site.finding(number) for number in range(40, 50)])
    window.visible(MUTU, 10)
    answer = window.ask(kursor=cursor)
    assert problem(answer, 410) == "KURSOR_KEDALUWARSA"
    body = answer.json()
    assert body["hilang"]
    assert all(each["diminta"] < each["tertua"] for each in body["hilang"].values())
    found, _ = window.all(cursor=body["kursor_tertua"])
    assert sorted(numbers(found)) == list(range(40, 50))


def test_pages_end_at_a_megabyte(window: Window) -> None:
    site = window.site
    wide = [
        replace(e, value=(e.value or {}) | {"pesan": "x" * 300_000})
        for e in (site.finding(number) for number in range(9))
    ]
    site.produce(MUTU, wide)
    window.start()
    sizes, cursor, found = [], "", []
    while True:
        answer = window.ask(**({"kursor": cursor} if cursor else {}))
        sizes.append(len(answer.content))
        body = answer.json()
        found += numbers(body["peristiwa"])
        cursor = body["kursor"]
        if not body["lagi"]:
            break
    assert sorted(found) == list(range(9))
    assert len(found) == 9
    assert max(sizes) < 1_100_000


def test_what_cannot_be_read_is_told_and_passed(window: Window) -> None:
    site = window.site
    good = site.finding(1)
    topic = site.topic(MUTU)
    data = site.serde.encode(topic, good.type, good.value or {})
    site.produce_raw(
        topic,
        [
            ("a", b"\x00\x00\x00", headers_of(good)),
            ("a", data, headers_of(good)),
            ("a", data, []),
        ],
    )
    window.start()
    body = window.page()
    assert numbers(body["peristiwa"]) == [1]
    assert [each["offset"] for each in body["tak_terbaca"]] == [0, 2]
    assert not body["lagi"]
    assert window.counted("opdbus_pulled_total") == {"given": 1, "unreadable": 2}
