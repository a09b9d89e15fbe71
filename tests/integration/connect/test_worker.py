"""The connect worker on a real broker: nothing lost, nothing repeated."""

import random
import signal
import sqlite3
import threading
import time
from collections import Counter

import openpyxl
import pytest

from bus.record import header
from ops.mariadb import LocalMariaDb
from tests.conformance.legacies import ServerLegacy
from tests.conformance.workshop import PEOPLE, person
from tests.integration.connect.plant import Plant, ids, kill

pytestmark = [pytest.mark.kafka, pytest.mark.timeout(240)]


@pytest.mark.parametrize("mode", ["snapshot-diff", "incremental"])
def test_kill_9_loses_and_repeats_nothing(plant: Plant, mode: str) -> None:
    chance = random.Random(7)
    file = plant.connector(mode)
    pause = threading.Event()
    written = 0
    for number in range(4):
        more = written + 400
        moment = f"2026-03-01 08:0{number}:00"
        plant.app.fill(written, more, diubah=moment)
        written = more
        child = plant.worker(file)
        plant.wait(lambda: plant.rows() > 0, child=child)
        pause.wait(chance.uniform(0, 0.15))
        kill(child)
    plant.finish(file)
    found = plant.records()
    refs = [plant.serde.decode(r.value or b"")[1]["sumber_ref"] for r in found]
    lost = {f"uji|warga|{i}" for i in range(written)} - set(refs)
    print(
        f"{mode}: lost {len(lost)}, repeated {len(ids(found)) - len(set(ids(found)))}"
    )
    assert not lost
    assert len(found) == len(set(ids(found))) == written


def test_changes_and_deletions_survive_restarts(plant: Plant) -> None:
    file = plant.connector()
    plant.app.fill(0, 60)
    plant.finish(file)
    plant.app.put(person(3, status="2", diubah=None))
    plant.app.delete(4)
    plant.finish(file)
    plant.finish(file)
    found = plant.records()[60:] if plant.tenant.partisi == 1 else plant.records()
    kinds = [header(record.headers, "ce_operation") for record in found]
    assert kinds.count("DIKOREKSI") == 1
    assert kinds.count("DIBATALKAN") == 1
    assert kinds.count("DIBUAT") in {0, 60}


def test_rejected_rows_are_dead_letters_and_are_counted(plant: Plant) -> None:
    file = plant.connector()
    plant.app.fill(0, 10)
    plant.app.put(person(20, nik="2147483647", diubah=None))
    plant.finish(file)
    plant.finish(file)
    (record,) = plant.records("platform.deadletter.dlq.v1")
    _, letter = plant.serde.decode(record.value or b"")
    assert letter["code"] == "NIK_RUSAK"
    assert letter["stage"] == "SOURCE"
    assert letter["sumber_ref"] == "uji|warga|20"
    assert b"2147483647" in letter["payload"]
    assert "2147483647" not in (record.key or b"").decode()


def test_the_database_goes_and_comes_back(plant: Plant) -> None:
    file = plant.connector()
    plant.app.fill(0, 30)
    plant.worker(file)
    plant.wait(lambda: plant.count() == 30)
    other = sqlite3.connect(plant.app.path, isolation_level=None)
    other.execute("begin exclusive")
    plant.wait(lambda: plant.ready()[0] == 503)
    assert "is not there" in plant.ready()[1]
    code, told = plant.says("connector", "status", "uji")
    assert code == 1
    assert "WAITING" in told
    assert "is not there" in told
    other.execute("rollback")
    other.close()
    plant.app.fill(30, 40)
    plant.wait(lambda: plant.count() == 40)
    plant.wait(lambda: plant.ready()[0] == 200)
    code, told = plant.says("connector", "status", "uji")
    assert (code, "is not there" in told) == (0, False)
    assert len(set(ids(plant.records()))) == 40


@pytest.mark.database
def test_a_database_server_restarts(plant: Plant, own_mariadb: LocalMariaDb) -> None:
    legacy = ServerLegacy(own_mariadb.url, chunk=25)
    file = plant.folder / "server.yaml"
    file.write_text(legacy.connector(), encoding="utf-8")
    rows = [person(i) for i in range(90)]
    legacy.holds(rows[:60])
    plant.worker(file)
    plant.wait(lambda: plant.count() == 60)
    legacy.close()
    own_mariadb.kill()
    plant.wait(lambda: plant.ready()[0] == 503)
    own_mariadb.start()
    legacy.holds(rows)
    plant.wait(lambda: plant.count() == 90)
    plant.wait(lambda: plant.ready()[0] == 200)
    assert len(set(ids(plant.records()))) == 90
    legacy.close()


def test_a_failed_neighbour_stops_nobody(plant: Plant) -> None:
    good = plant.connector()
    bad = plant.connector(table="tidak_ada", name="rusak")
    plant.app.fill(0, 10)
    plant.worker(good, bad)
    plant.wait(lambda: plant.count() == 10)
    plant.wait(lambda: "no such table" in plant.ready()[1])
    plant.app.fill(10, 20)
    plant.wait(lambda: plant.count() == 20)
    states = {}
    for record in plant.records("platform.connector.state.v1"):
        states[record.key] = plant.serde.decode(record.value or b"")[1]["state"]
    assert states == {b"uji|0": "RUNNING", b"rusak|0": "FAILED"}


def test_too_many_bad_rows_pause_the_source_after_their_letters(plant: Plant) -> None:
    file = plant.connector()
    plant.app.fill(0, 250, nik="123")
    plant.worker(file)
    plant.wait(lambda: "PAUSED" in plant.ready()[1])
    assert len(plant.records("platform.deadletter.dlq.v1")) == 250


def test_an_emptied_table_withdraws_nothing(plant: Plant) -> None:
    file = plant.connector()
    plant.app.fill(0, 50)
    plant.finish(file)
    database = sqlite3.connect(plant.app.path)
    with database:
        database.execute("delete from warga")
    database.close()
    child = plant.worker(file, once=True)
    assert child.wait(timeout=60) == 1
    assert "have disappeared" in plant.log()
    assert plant.count() == 50


def second(plant: Plant) -> Plant:
    """Another worker's folder and port, for the same app and registry."""
    other = Plant(plant.bootstrap, plant.folder / "zwei", plant.tenant.id)
    other.app = plant.app
    other.registry, other._port = plant.registry, plant._port
    return other


def test_workers_share_and_take_over_from_a_dead_one(plant: Plant) -> None:
    names = ["satu", "dua", "tiga", "empat"]
    files = [plant.connector(name=name) for name in names]
    plant.app.fill(0, 20)
    first = plant.worker(*files)
    plant.wait(lambda: plant.count() == 80, child=first)
    other = second(plant)
    try:
        later = other.worker(*files)
        other.wait(lambda: len(other.parts()) == 2, child=later)
        plant.wait(lambda: len(plant.parts()) == 2, child=first)
        assert plant.parts().isdisjoint(other.parts())
        plant.app.fill(20, 30)
        plant.wait(lambda: plant.count() == 120, child=first)
        kill(first)
        begun = time.monotonic()
        other.wait(lambda: other.parts() == set(names), child=later)
        print(f"taken over after {time.monotonic() - begun:.1f} s")
        plant.app.fill(30, 40)
        plant.wait(lambda: plant.count() == 160, child=later)
        # One app read by four connectors: each of its 40 rows once by each of them.
        assert set(Counter(ids(plant.records())).values()) == {4}
    finally:
        other.close()


def test_a_frozen_worker_that_wakes_up_repeats_nothing(plant: Plant) -> None:
    file = plant.connector()
    plant.app.fill(0, 30)
    first = plant.worker(file)
    plant.wait(lambda: plant.count() == 30, child=first)
    other = second(plant)
    try:
        first.send_signal(signal.SIGSTOP)
        later = other.worker(file)
        other.wait(lambda: other.parts() == {"uji"}, child=later)
        plant.app.fill(30, 60)
        plant.wait(lambda: plant.count() == 60, child=later)
        first.send_signal(signal.SIGCONT)
        plant.app.fill(60, 90)
        plant.wait(lambda: plant.count() == 90, child=later)
        plant.wait(lambda: len(plant.parts() | other.parts()) == 1, child=later)
        assert len(set(ids(plant.records()))) == 90
    finally:
        first.send_signal(signal.SIGCONT)
        other.close()


def test_files_come_change_and_go_without_touching_others(plant: Plant) -> None:
    folder = plant.folder / "berkas"
    folder.mkdir()
    plant.app.fill(0, 10)
    moved = plant.connector(name="tetap").rename(folder / "tetap.yaml")
    child = plant.worker(folder)
    plant.wait(lambda: plant.count() == 10, child=child)
    begun = plant.status("tetap")
    plant.connector(name="baru").rename(folder / "baru.yaml")
    plant.wait(lambda: plant.count() == 20, child=child)
    text = moved.read_text(encoding="utf-8")
    (folder / "baru.yaml").write_text("connector: baru\nkind: sql\n", encoding="utf-8")
    plant.wait(lambda: "baru.yaml" in plant.ready()[1], child=child)
    assert plant.parts() == {"tetap", "baru"}
    (folder / "baru.yaml").write_text(
        text.replace("connector: tetap", "connector: baru\nketerangan: lain"),
        encoding="utf-8",
    )
    plant.wait(lambda: plant.ready()[0] == 200, child=child)
    (folder / "baru.yaml").unlink()
    plant.wait(lambda: plant.parts() == {"tetap"}, child=child)
    plant.wait(lambda: plant.status("baru")["state"] == "STOPPED", child=child)
    plant.app.fill(10, 20)
    plant.wait(lambda: plant.count() == 30, child=child)
    assert plant.status("tetap") == begun


def test_a_workbook_with_errors_comes_back_though_the_worker_is_killed(
    plant: Plant,
) -> None:
    chance = random.Random(11)
    inbox = plant.folder / "masuk"
    inbox.mkdir(mode=0o750)
    file = plant.folder / "warga.yaml"
    block = f"{{folder: {inbox}, arsip: {plant.folder}/arsip, settle_seconds: 0}}"
    file.write_text(
        f"connector: warga\napp: uji\nkind: excel\nsource: {block}\n{PEOPLE}",
        encoding="utf-8",
    )
    book = openpyxl.Workbook()
    names = ["id", "nik", "nama", "no_kk", "desa", "rt", "status"]
    book.active.append(names)  # type: ignore[union-attr]
    for number in range(300):
        other = {"nik": "123"} if number % 10 == 0 else {}
        found = person(number, **other)
        book.active.append([found[name] for name in names])  # type: ignore[union-attr]
    book.save(inbox / "warga.xlsx")
    pause = threading.Event()
    for _ in range(2):
        child = plant.worker(file)
        pause.wait(chance.uniform(1.5, 4))
        kill(child)
    plant.finish(file)
    copy = openpyxl.load_workbook(plant.folder / "arsip-kembali/warga-ditolak.xlsx")
    sheet = copy.active
    assert sheet is not None
    reasons = [cell.value for cell in sheet["H"]]
    assert sum(str(each).startswith("NIK_PANJANG") for each in reasons) == 30
    assert not list(inbox.iterdir())
    assert len(ids(plant.records())) == len(set(ids(plant.records()))) == 270
