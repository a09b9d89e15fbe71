"""Heartbeats of cameras on a real broker: changes only, over kills."""

import random
import sqlite3
import threading
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest

from bus.connect.edge import Edge, EdgeFilter
from bus.record import header
from tests.integration.connect.plant import Plant, ids, kill

pytestmark = [pytest.mark.kafka, pytest.mark.timeout(240)]

BASE, MINUTE = 1_772_409_600_000, 60_000
TOPIC = "cctv.kamera.state.v1"
EXAMPLE = Path("ops/examples/legacy/l-cctv-detak.yaml")
COLUMNS = ("id_cctv", "kejadian", "ts")
NOW = BASE + 10**9


def day(cameras: int, chance: random.Random) -> list[tuple[str, str, int]]:
    """A heartbeat a minute from each camera; some are off for hours, some flap."""
    away = {c: chance.randint(60, 1200) for c in range(0, cameras, 4)}
    rows = []
    for minute in range(1440):
        for camera in range(cameras):
            since = minute - away.get(camera, 10_000)
            if 0 <= since < 150:
                continue
            lost = camera % 5 == 0 and minute % 97 == 1
            word = "videoloss" if lost else chance.choice(("online", "motion"))
            at = BASE + minute * MINUTE + camera * 1000
            rows.append((f"C-{camera:04d}", word, at))
    return rows


def changes(rows: list[Any]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for camera, word, _ in rows:
        found[camera].append("NYALA" if word in {"online", "motion"} else "MATI")
    return found


def test_a_day_of_heartbeats_is_a_few_changes(plant: Plant) -> None:
    rows = day(40, random.Random(11))
    path = plant.folder / "vms.db"
    with sqlite3.connect(path) as database:
        database.execute("create table cctv (id_cctv, kd_desa, nama_titik, milik)")
        database.execute(
            "create table detak (id integer primary key, id_cctv, kejadian, ts)"
        )
        database.executemany(
            "insert into cctv values (?, '3325122003', 'Pasar', 'DESA')",
            [(f"C-{camera:04d}",) for camera in range(40)],
        )
        database.executemany(
            "insert into detak (id_cctv, kejadian, ts) values (?, ?, ?)", rows
        )
    database.close()
    text = EXAMPLE.read_text(encoding="utf-8")
    text = text.replace("${VMS_URL}", f"sqlite:///{path}")
    file = plant.folder / "detak.yaml"
    file.write_text(text, encoding="utf-8")
    pause, chance = threading.Event(), random.Random(3)
    child = plant.worker(file)
    plant.wait(lambda: plant.rows() > 0, child=child)
    pause.wait(chance.uniform(0, 0.3))
    kill(child)
    plant.finish(file)
    edge = Edge(
        key=("id_cctv",),
        state=("kejadian",),
        time="ts",
        same={"motion": "online"},
        hold_seconds=300,
        silence_seconds=900,
        silence={"kejadian": "offline"},
    )
    pure = EdgeFilter(edge)
    pure.name_columns(COLUMNS)
    expected = changes(pure.take(rows, NOW))
    found: dict[str, list[str]] = defaultdict(list)
    records = plant.records(TOPIC)
    for record in sorted(
        records, key=lambda each: header(each.headers, "ce_time") or ""
    ):
        value = plant.serde.decode(record.value or b"")[1]
        found[value["kamera_id"]].append(value["status"])
    assert found == expected
    assert len(records) == len(set(ids(records))) == 40 + 2 * 10
    print(f"{len(rows)} heartbeats, {len(records)} events")
