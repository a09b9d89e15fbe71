"""`opdbus connector list|status|pause|resume|resync|offsets` beside a real worker."""

from collections import Counter

import pytest

from bus.record import header
from tests.integration.connect.plant import Plant, ids

pytestmark = [pytest.mark.kafka, pytest.mark.timeout(240)]


def desk(plant: Plant, *words: str, answer: str = "") -> tuple[int, str]:
    return plant.says("connector", *words, answer=answer)


def test_pause_holds_across_restarts_and_resume_goes_on(plant: Plant) -> None:
    file = plant.connector()
    plant.app.fill(0, 20)
    child = plant.worker(file)
    plant.wait(lambda: plant.count() == 20, child=child)
    code, told = desk(plant, "status", "uji")
    assert code == 0, told
    assert "RUNNING" in told
    assert desk(plant, "pause", "uji", "--reason", "pindah server")[0] == 0
    plant.wait(lambda: plant.parts() == set(), child=child)
    child.terminate()
    assert child.wait(timeout=30) == 0
    plant.app.fill(20, 30)
    child = plant.worker(file)
    plant.wait(lambda: plant.ready()[0] == 200, child=child)
    told = desk(plant, "list")[1]
    assert "PAUSED" in told
    assert "pindah server" in desk(plant, "status", "uji")[1]
    assert plant.count() == 20
    assert desk(plant, "resume", "uji")[0] == 0
    plant.wait(lambda: plant.count() == 30, child=child)
    assert len(set(ids(plant.records()))) == 30


def test_resync_previews_asks_and_tells_every_row_again(plant: Plant) -> None:
    file = plant.connector()
    plant.app.fill(0, 20)
    child = plant.worker(file)
    plant.wait(lambda: plant.count() == 20, child=child)
    code, told = desk(plant, "resync", "uji", answer="n\n")
    assert code == 1
    assert "20 remembered rows are told again" in told
    plant.app.fill(20, 21)
    plant.wait(lambda: plant.count() == 21, child=child)
    assert desk(plant, "resync", "uji", "--yes")[0] == 0
    plant.wait(lambda: plant.count() == 42, child=child)
    found = plant.records()
    kinds = Counter(header(record.headers, "ce_operation") for record in found)
    assert kinds == {"DIBUAT": 21, "DIKOREKSI": 21}
    plant.app.delete(3)
    plant.wait(lambda: plant.count() == 43, child=child)


def test_rewind_repeats_with_the_same_ids(plant: Plant) -> None:
    file = plant.connector("incremental")
    for number in range(4):
        moment = f"2026-03-0{number + 1} 08:00:00"
        plant.app.fill(number * 10, number * 10 + 10, diubah=moment)
    child = plant.worker(file)
    plant.wait(lambda: plant.count() == 40, child=child)
    assert "2026-03-04 08:00:00" in desk(plant, "offsets", "show", "uji")[1]
    words = ("offsets", "rewind", "uji", "--to", "2026-03-03 08:00:00")
    code, told = desk(plant, *words, answer="n\n")
    assert code == 1
    assert "told again with the event ids" in told
    assert desk(plant, *words, "--yes")[0] == 0
    plant.wait(lambda: plant.count() == 60, child=child)
    assert len(set(ids(plant.records()))) == 40


def test_who_never_ran_is_named(plant: Plant) -> None:
    code, told = desk(plant, "status", "tidakada")
    assert code == 2
    assert "has never run here" in told
