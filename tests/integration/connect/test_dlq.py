"""`opdbus dlq list|show|resend` beside a real worker: look, mend, send again."""

import re
import sqlite3

import pytest

from tests.conformance.workshop import person
from tests.integration.connect.plant import Plant, ids

pytestmark = [pytest.mark.kafka, pytest.mark.timeout(240)]

BAD = "3325A10101800001"
NOTES = "platform.redrive.fact.v1"


def dlq(plant: Plant, *words: str, answer: str = "") -> tuple[int, str]:
    return plant.says("dlq", *words, answer=answer)


def letters(plant: Plant) -> int:
    """Committed dead letters: they become visible a moment after the events."""
    return len(plant.records("platform.deadletter.dlq.v1"))


def mend(plant: Plant, number: int, nik: str) -> None:
    """Correct a row as careless apps do: the column of its change stays."""
    database = sqlite3.connect(plant.app.path, timeout=20)
    with database:
        database.execute("update warga set nik = ? where id = ?", (nik, number))
    database.close()


def test_a_row_is_read_again_where_it_is(plant: Plant) -> None:
    file = plant.connector("incremental")
    plant.app.fill(0, 10)
    plant.app.put(person(10, nik=BAD, diubah="2026-03-01 08:00:00"))
    plant.app.fill(11, 12, diubah="2026-03-09 08:00:00")
    child = plant.worker(file)
    plant.wait(lambda: plant.count() == 11 and letters(plant) == 1, child=child)
    code, told = dlq(plant, "list", "--origin", "uji")
    assert code == 0, told
    (name,) = re.findall(r"│ ([0-9a-f]{8}) │", told)
    code, told = dlq(plant, "show", name)
    assert code == 0, told
    assert "nik: 9999x99999999999" in told
    assert "where     warga: id=10" in told
    assert BAD not in told

    mend(plant, 10, str(person(10)["nik"]))
    assert dlq(plant, "resend", name)[0] == 2
    words = (
        "resend",
        name,
        "--to",
        "2026-03-01 08:00:00",
        "--reason",
        "NIK dibetulkan",
    )
    code, told = dlq(plant, *words, answer="n\n")
    assert (code, plant.count()) == (1, 11)
    assert "its source reads the row again" in told
    code, told = dlq(plant, *words, "--yes")
    assert code == 0, told
    plant.wait(lambda: len(set(ids(plant.records()))) == 12, child=child)
    plant.wait(lambda: len(plant.records(NOTES)) == 1, child=child)
    assert dlq(plant, "resend", name, "--yes")[1].startswith("nothing to send")
    told = dlq(plant, "count")[1]
    assert re.search(r"uji +│ \w+ +│ 1 +│ 0 ", told), told
    assert "0 dead letters" in dlq(plant, "list", "--open")[1]


def test_a_row_that_is_still_wrong_comes_back(plant: Plant) -> None:
    file = plant.connector()
    plant.app.fill(0, 3)
    plant.app.put(person(3, nik=BAD, diubah="2026-03-01 08:00:00"))
    child = plant.worker(file)
    plant.wait(lambda: plant.count() == 3 and letters(plant) == 1, child=child)
    assert "1 dead letter" in dlq(plant, "list", "--open")[1]
    code, told = dlq(plant, "resend", "--origin", "uji", "--yes")
    assert code == 0, told
    plant.wait(lambda: letters(plant) == 2, child=child)
    plant.wait(lambda: len(plant.records(NOTES)) == 1, child=child)
    told = dlq(plant, "list", "--open")[1]
    assert "1 dead letter" in told
    (name,) = re.findall(r"│ ([0-9a-f]{8}) │", told)
    assert "rejected 2 times" in dlq(plant, "show", name)[1]
    mend(plant, 3, str(person(3)["nik"]))
    plant.wait(lambda: plant.count() == 4, child=child)
    assert len(set(ids(plant.records()))) == 4
    for number in (1, 0):  # read by itself; nobody has to send it again
        assert f"closed: {number}" in dlq(plant, "close", name, "--reason", "benar")[1]
        plant.wait(lambda: len(plant.records(NOTES)) == 2, child=child)
    assert "0 dead letters" in dlq(plant, "list", "--open")[1]
    assert plant.count() == 4


def test_wrong_words_are_told(plant: Plant) -> None:
    plant.app.fill(0, 1)
    child = plant.worker(plant.connector())
    plant.wait(lambda: plant.count() == 1, child=child)
    code, told = dlq(plant, "show", "ffff")
    assert (code, "no dead letter begins with 'ffff'" in told) == (2, True)
    assert dlq(plant, "resend")[0] == 2
    assert dlq(plant, "resend", "--origin", "tidakada")[1].startswith("nothing to send")
