"""Grants that change while the gateway runs and its apps ask."""

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.integration.pull.test_pages import claim, numbers, problem
from tests.integration.pull.window import OTHER_TOKEN, TOKEN, Window
from tests.integration.sinks.site import MUTU, PAUSE, SANTUNAN, Site

pytestmark = [pytest.mark.kafka, pytest.mark.timeout(240)]


@pytest.fixture
def window(site: Site) -> Iterator[Window]:
    made = Window(site)
    yield made
    made.close()


def until(holds: Callable[[], bool]) -> None:
    """Wait; a changed file is seen within a second."""
    for _ in range(200):
        if holds():
            return
        PAUSE.wait(0.05)
    raise AssertionError("never")


def states(window: Window) -> dict[str, float]:
    assert window.process is not None
    found = {}
    for line in window.process.get("/metrics").text.splitlines():
        if line.startswith("opdbus_grants{"):
            state = line.partition('state="')[2].partition('"')[0]
            found[state] = float(line.rpartition(" ")[2])
    return found


def test_what_is_granted_follows_the_file(window: Window) -> None:
    site = window.site
    site.produce(SANTUNAN, [claim(site, 1)])
    window.start()
    topics = {SANTUNAN: {"fields": ["klaim_id", "almarhum.nama"]}}
    name = claim(site, 1).value["almarhum"]["nama"]
    assert name not in window.ask(SANTUNAN).text
    window.write("kios", tokens=["${TOKEN}"], topics=topics)
    until(lambda: name in window.ask(SANTUNAN).text)

    file = window.write("kios", tokens=["${TOKEN}"], topics={"tidak.ada.fact.v1": {}})
    until(lambda: states(window) == {"in_force": 1, "refused": 1})
    assert name in window.ask(SANTUNAN).text, "the version before stays in force"
    log = (site.folder / "gateway.log").read_text(encoding="utf-8")
    assert "kios.yaml: the version before stays in force: " in log
    assert "tidak.ada.fact.v1" in log
    assert TOKEN not in log

    window.write("dinsos", tokens=["${OTHER_TOKEN}"])
    until(lambda: window.ask(MUTU, token=OTHER_TOKEN).status_code == 200)
    file.unlink()
    until(lambda: window.ask(SANTUNAN).status_code == 401)
    assert problem(window.ask(SANTUNAN), 401) == "TOKEN_SALAH"
    assert window.ask(MUTU, token=OTHER_TOKEN).status_code == 200
    assert states(window) == {"in_force": 1, "refused": 0}


def test_who_waits_gets_nothing_under_a_withdrawn_grant(window: Window) -> None:
    site = window.site
    window.start()
    cursor = window.page(mulai="akhir")["kursor"]
    answers: list[Any] = []
    asking = threading.Thread(
        target=lambda: answers.append(window.ask(kursor=cursor, tunggu=30))
    )
    asking.start()
    file = window.grants / "kios.yaml"
    file.unlink()
    until(lambda: states(window)["in_force"] == 0)
    site.produce(MUTU, [site.finding(1)])
    asking.join(timeout=60)
    assert problem(answers[0], 503) == "HAK_BERUBAH"
    window.write("kios", tokens=["${TOKEN}"])
    until(lambda: states(window)["in_force"] == 1)
    assert numbers(window.page(kursor=cursor)["peristiwa"]) == [1]


def test_a_folder_that_is_empty_at_the_start(window: Window, tmp_path: Path) -> None:
    file = window.grants / "kios.yaml"
    file.rename(tmp_path / "later.yaml")
    window.start()
    assert window.ask().status_code == 401
    (tmp_path / "later.yaml").rename(file)
    until(lambda: window.ask().status_code == 200)
