"""Receivers that are told by POST: hanging, failing, refusing, coming back."""

import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from ops.benchmarks.receivers import (
    BUSY,
    FAIL,
    FLOOD,
    HANG,
    OK,
    PAGE,
    REFUSE,
    App,
    Receivers,
)
from tests.integration.sinks.site import MUTU, Process, Site

pytestmark = [pytest.mark.kafka, pytest.mark.timeout(240)]

SECRET = "a secret of the tests of receivers"
LETTERS = "platform.deadletter.dlq.v1"


@pytest.fixture
def receivers() -> Iterator[Receivers]:
    with Receivers(SECRET) as made:
        yield made


def until(done: Callable[[], Any], process: Process, seconds: float = 60) -> None:
    pause = threading.Event()
    for _ in range(int(seconds * 20)):
        assert process.child.poll() is None, process.log.read_text()[-3000:]
        if done():
            return
        pause.wait(0.05)
    raise AssertionError(process.log.read_text()[-3000:])


def told(
    site: Site, receivers: Receivers, name: str, mood: str = OK, **sink: Any
) -> App:
    """A receiver and the sink file that tells it."""
    given = {
        "url": receivers.url(name),
        "secrets": ["an old secret of the receivers", SECRET],
        "expect": {"field": "status", "equals": "ok"},
        "timeout_seconds": 2,
    }
    site.sink_file(name, kind="webhook-out", sink=given | sink)
    return receivers.app(name, mood)


def numbers(app: App) -> list[Any]:
    return [event["data"]["nomor"] for _, event in app.came.values()]  # type: ignore[index]


def test_the_sick_hold_up_nobody_and_get_all_when_they_are_well(
    site: Site, receivers: Receivers
) -> None:
    good = [told(site, receivers, f"baik-{n}") for n in range(8)]
    sick = [
        told(site, receivers, f"sakit-{n}", mood)
        for n, mood in enumerate((HANG, HANG, FAIL, PAGE, BUSY))
    ]
    worker = site.worker(site.folder)
    wanted = [f"T{n}" for n in range(30)]
    site.produce(MUTU, [site.finding(n) for n in range(30)])
    until(lambda: all(len(app.came) == 30 for app in good), worker)
    until(lambda: all(app.posts for app in sick), worker)
    assert [len(app.came) for app in sick] == [0] * 5
    assert all(sorted(numbers(app)) == sorted(wanted) for app in good)
    why = "sakit-2: receiver: HTTP 500"
    until(lambda: why in worker.get("/health/ready").text, worker)

    worker.kill()
    site.produce(MUTU, [site.finding(n) for n in range(30, 40)])
    for app in sick:
        app.mood = OK
    worker = site.worker(site.folder)
    until(lambda: all(len(app.came) == 40 for app in (*good, *sick)), worker)
    assert all(app.forged == 0 for app in (*good, *sick))
    worker.wait_ready()
    assert worker.stop() == 0
    assert "3325014501589001" not in worker.log.read_text()
    assert site.records(LETTERS) == []


def test_what_a_receiver_will_never_take_is_a_dead_letter(
    site: Site, receivers: Receivers
) -> None:
    give_up = {"attempts": 3, "hours": 0.001}  # it may be alone in its batch
    app = told(site, receivers, "opd", give_up=give_up, parallel=4)
    refused, ill = site.finding(3), site.finding(4)
    app.moods = {refused.id: REFUSE, ill.id: PAGE}
    worker = site.worker(site.folder / "opd.yaml")
    site.produce(MUTU, [site.finding(n) for n in range(10)])
    until(lambda: len(app.came) == 8, worker)
    until(lambda: len(site.records(LETTERS)) == 2, worker)
    assert sorted(numbers(app)) == [f"T{n}" for n in range(10) if n not in (3, 4)]
    codes = {
        value["ce_id"]: value["code"]
        for record in site.records(LETTERS)
        for value in [site.serde.decode(record.value or b"")[1]]
    }
    assert codes == {refused.id: "DITOLAK_PENERIMA", ill.id: "PENERIMA_GAGAL"}
    worker.wait_ready()
    seen = worker.get("/metrics").text
    for code in codes.values():
        assert f'opdbus_rejects_total{{component="opd",reason="{code}"}} 1.0' in seen
    assert "PDOException" not in seen + worker.log.read_text()


def test_messages_of_a_bot(site: Site, receivers: Receivers) -> None:
    app = receivers.app("botRAHASIA/sendMessage", FLOOD)
    sink = {
        "url": receivers.url("botRAHASIA/sendMessage"),
        "chat": "-100",
        "text": "<b>{nomor}</b>: {uraian}",
        "pace_seconds": 0,
    }
    worker = site.worker(site.sink_file("pesan", kind="message", sink=sink))
    site.produce(MUTU, [site.finding(7)])
    until(lambda: app.posts, worker)
    app.mood = OK
    until(lambda: app.came, worker)
    ((_, message),) = app.came.values()
    text = "<b>T7</b>: temuan 7"
    assert message == {"chat_id": "-100", "text": text, "parse_mode": "HTML"}
    worker.wait_ready()
    assert "RAHASIA" not in worker.log.read_text()
