"""Sinks as processes on a real broker: killed, refused, echoed, held up, poisoned."""

import csv
import random
import sqlite3
from collections import Counter
from contextlib import closing
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from tests.integration.sinks.site import MUTU, PAUSE, Process, Site

pytestmark = pytest.mark.kafka


def in_database(path: Path) -> Counter[str]:
    try:
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as file:
            rows = file.execute("SELECT event_id FROM bus_masuk").fetchall()
    except sqlite3.OperationalError:
        return Counter()
    return Counter(ident for (ident,) in rows)


def in_files(folder: Path) -> Counter[str]:
    found: Counter[str] = Counter()
    for path in folder.glob("*.csv"):
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.reader(file, delimiter=";"))[1:]
        assert all(len(row) == len(rows[0]) for row in rows), "half a row"
        found.update(row[-1] for row in rows)
    return found


def wait_until(done, seconds: float = 60) -> None:  # type: ignore[no-untyped-def]
    for _ in range(int(seconds * 10)):
        if done():
            return
        PAUSE.wait(0.1)
    raise AssertionError("not in time")


def metric(process: Process, name: str, **labels: str) -> float:
    for family in text_string_to_metric_families(process.get("/metrics").text):
        for sample in family.samples:
            if sample.name == name and labels.items() <= sample.labels.items():
                return sample.value
    return -1.0


@pytest.mark.chaos
def test_kill_at_seeded_moments_loses_and_doubles_nothing(site: Site) -> None:
    database, folder = site.folder / "app.db", site.folder / "office"
    inbox = site.sink_file(
        "inbox",
        kind="sql-inbox",
        sink={"url": f"sqlite:///{database}", "buat_tabel": True},
    )
    worklist = site.sink_file(
        "worklist", kind="csv-worklist", sink={"folder": str(folder)}
    )
    total, kills, chance = 6000, 6, random.Random(20260302)
    wanted = Counter(f"{number:032x}" for number in range(total))
    site.produce(MUTU, [site.finding(number) for number in range(total)])
    hits = 0
    for _ in range(kills):
        process = site.worker(inbox, worklist)
        process.wait_ready()
        before = sum(in_database(database).values())
        PAUSE.wait(chance.uniform(0.02, 0.4))
        process.kill()
        hits += sum(in_database(database).values()) - before > 0
    site.worker(inbox, worklist).wait_ready()
    wait_until(lambda: in_database(database) >= wanted and in_files(folder) >= wanted)
    for name, found in (("sql", in_database(database)), ("csv", in_files(folder))):
        lost, extra = wanted - found, found - wanted
        print(
            f"{name}: kills {kills} ({hits} while writing), rows {total}, "
            f"lost {lost.total()}, extra {extra.total()}"
        )
        assert not lost
        assert not extra
    assert hits


def test_dead_receiver_holds_up_nobody_and_catches_up(site: Site) -> None:
    folder = site.folder / "office"
    away = site.folder / "away"
    dead = site.sink_file(
        "dead",
        kind="sql-inbox",
        sink={"url": f"sqlite:///{away}/app.db", "buat_tabel": True},
    )
    alive = site.sink_file("alive", kind="csv-worklist", sink={"folder": str(folder)})
    process = site.worker(dead, alive)
    site.produce(MUTU, [site.finding(number) for number in range(500)])
    body = process.wait_ready(503)
    wait_until(lambda: in_files(folder).total() == 500)
    body = process.get("/health/ready").json()
    assert body["parts"]["alive"]["status"] == "ready"
    assert "unable to open database file" in body["parts"]["dead"]["reason"]
    assert metric(process, "opdbus_delivery_retries_total", sink="dead") > 0
    away.mkdir()
    wait_until(lambda: in_database(away / "app.db").total() == 500)
    process.wait_ready()
    assert process.stop() == 0


def test_missing_table_ends_one_sink_and_names_the_statement(site: Site) -> None:
    database, folder = site.folder / "app.db", site.folder / "office"
    strict = site.sink_file(
        "strict", kind="sql-inbox", sink={"url": f"sqlite:///{database}"}
    )
    alive = site.sink_file("alive", kind="csv-worklist", sink={"folder": str(folder)})
    process = site.worker(strict, alive)
    site.produce(MUTU, [site.finding(1)])
    wait_until(lambda: in_files(folder).total() == 1)
    body = process.wait_ready(503)
    assert "CREATE TABLE bus_masuk" in body["reason"]
    assert process.stop() == 1


def test_poison_becomes_a_dead_letter_and_the_stream_goes_on(site: Site) -> None:
    folder = site.folder / "office"
    file = site.sink_file("office", kind="csv-worklist", sink={"folder": str(folder)})
    topic = site.topic(MUTU)
    site.produce(MUTU, [site.finding(1)])
    headers = [("ce_type", b"MutuDataDitemukan"), ("ce_id", b"abc")]
    site.produce_raw(topic, [("k", b"{'nik': 3325124501580003}", headers)])
    site.produce(MUTU, [site.finding(2)])
    process = site.worker(file)
    wait_until(lambda: in_files(folder).total() == 2)
    wait_until(lambda: len(site.records("platform.deadletter.dlq.v1")) == 1)
    (record,) = site.records("platform.deadletter.dlq.v1")
    name, value = site.serde.decode(record.value or b"")
    assert (name, value["stage"], value["origin"]) == ("DeadLetter", "SINK", "office")
    assert (value["topic"], value["ce_id"]) == (topic, "abc")
    assert value["payload"] == b"{'nik': 3325124501580003}"
    assert "3325124501580003" not in value["message"]
    assert "3325124501580003" not in process.log.read_text()
    code = value["code"]
    wait_until(
        lambda: (
            metric(process, "opdbus_rejects_total", component="office", reason=code)
            == 1
        )
    )
    process.kill()
    site.worker(file).wait_ready()
    PAUSE.wait(1)
    assert len(site.records("platform.deadletter.dlq.v1")) == 1


def test_echo_is_not_sent_back(site: Site) -> None:
    database = site.folder / "app.db"
    file = site.sink_file(
        "esakti",
        kind="sql-inbox",
        sink={"url": f"sqlite:///{database}", "buat_tabel": True},
    )
    own = site.finding(1)
    own = type(own)(
        own.type,
        own.key,
        own.value,
        own.id,
        f"/{site.tenant.id}/esakti/tb",
        own.time_ms,
    )
    same = site.finding(2)
    again = type(same)(
        same.type, same.key, same.value, f"{3:032x}", same.source, same.time_ms
    )
    site.produce(MUTU, [own, same, again, site.finding(4)])
    process = site.worker(file)
    wait_until(
        lambda: (
            metric(process_ready(process), "opdbus_delivered_total", result="echo") == 2
        )
    )
    assert set(in_database(database)) == {same.id, f"{4:032x}"}


def test_lag_is_told_in_records_and_seconds_and_ends_at_zero(site: Site) -> None:
    folder, away = site.folder / "office", site.folder / "later"
    file = site.sink_file("office", kind="csv-worklist", sink={"folder": str(folder)})
    process = site.worker(file)
    process.wait_ready()
    site.produce(MUTU, [site.finding(number) for number in range(250)])
    wait_until(lambda: in_files(folder).total() == 250)
    wait_until(lambda: lags(process, "opdbus_lag_records") == {0.0})
    assert lags(process, "opdbus_lag_seconds") == {0.0}
    assert metric(process, "opdbus_end_to_end_seconds_count") == 250
    folder.rename(away)
    folder.write_text("not a folder")
    site.produce(MUTU, [site.finding(number) for number in range(300, 330)])
    wait_until(lambda: sum(lags(process, "opdbus_lag_records")) > 0)
    wait_until(lambda: max(lags(process, "opdbus_lag_seconds")) > 3)
    folder.unlink()
    away.rename(folder)
    wait_until(lambda: lags(process, "opdbus_lag_records") == {0.0})
    assert in_files(folder).total() == 280


def lags(process: Process, name: str) -> set[float]:
    text = process.get("/metrics").text
    return {
        sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
        if sample.name == name
    }


def process_ready(process: Process) -> Process:
    process.wait_ready()
    return process
