"""Heartbeats of cameras on a real broker: changes only, over kills."""

import os
import random
import sqlite3
import threading
from collections import defaultdict
from datetime import datetime
from operator import itemgetter
from pathlib import Path
from typing import Any

import pytest

from bus.connect.edge.filter import EdgeFilter
from bus.connect.files.edge_block import Edge
from bus.record import header
from tests.integration.connect.plant import Plant, ids, kill

pytestmark = [pytest.mark.kafka, pytest.mark.timeout(240)]

CAMERAS = int(os.environ.get("OPDBUS_TEST_CAMERAS", "40"))
"""965 of them make 1.39 million heartbeats a day."""
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
            at = BASE + minute * MINUTE + camera * MINUTE // cameras
            rows.append((f"C-{camera:04d}", word, at))
    return rows


def changes(rows: list[Any]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for camera, word, _ in rows:
        found[camera].append("NYALA" if word in {"online", "motion"} else "MATI")
    return found


def vms(plant: Plant, cameras: int) -> tuple[Path, Path]:
    """The recorder's database without heartbeats, and the connector's file."""
    path = plant.folder / "vms.db"
    with sqlite3.connect(path) as database:
        database.execute("create table cctv (id_cctv, kd_desa, nama_titik, milik)")
        database.execute(
            "create table detak (id integer primary key, id_cctv, kejadian, ts)"
        )
        database.executemany(
            "insert into cctv values (?, '3325122003', 'Pasar', 'DESA')",
            [(f"C-{camera:04d}",) for camera in range(cameras)],
        )
    database.close()
    text = EXAMPLE.read_text(encoding="utf-8")
    file = plant.folder / "detak.yaml"
    url = f"sqlite:///{path}"
    file.write_text(text.replace("${VMS_URL}", url), encoding="utf-8")
    return path, file


def beats(path: Path, rows: list[tuple[str, str, int]]) -> None:
    with sqlite3.connect(path) as database:
        database.executemany(
            "insert into detak (id_cctv, kejadian, ts) values (?, ?, ?)", rows
        )
    database.close()


def states(plant: Plant) -> dict[str, list[tuple[str, float]]]:
    """Camera → its states and since which minute, by time."""
    found: dict[str, list[tuple[str, float]]] = defaultdict(list)
    for record in plant.records(TOPIC):
        value = plant.serde.decode(record.value or b"")[1]
        moment = datetime.fromisoformat(header(record.headers, "ce_time") or "")
        minute = (moment.timestamp() * 1000 - BASE) / MINUTE
        found[value["kamera_id"]].append((value["status"], minute))
    return {key: sorted(each, key=itemgetter(1)) for key, each in found.items()}


def test_a_silence_is_told_in_time_over_restarts(plant: Plant) -> None:
    path, file = vms(plant, 4)

    def live(minutes: range, cameras: range) -> None:
        beats(
            path,
            [
                (f"C-{camera:04d}", "online", BASE + minute * MINUTE + camera)
                for minute in minutes
                for camera in cameras
            ],
        )
        plant.finish(file)

    live(range(60), range(4))
    live(range(60, 70), range(1, 4))  # camera 0 fell silent
    live(range(70, 74), range(1, 4))
    live(range(74, 81), range(1, 4))
    found = states(plant)
    assert [word for word, _ in found["C-0000"]] == ["NYALA", "MATI"]
    assert 59 + 15 <= found["C-0000"][1][1] <= 59 + 15 * 1.25
    assert all(len(found[f"C-000{n}"]) == 1 for n in (1, 2, 3))


def test_a_day_of_heartbeats_is_a_few_changes(plant: Plant) -> None:
    rows = day(CAMERAS, random.Random(11))
    path, file = vms(plant, CAMERAS)
    beats(path, rows)
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
    found = {key: [word for word, _ in each] for key, each in states(plant).items()}
    records = plant.records(TOPIC)
    assert found == expected
    away = (CAMERAS + 3) // 4
    assert len(records) == len(set(ids(records))) == CAMERAS + 2 * away
    print(
        f"{len(rows):,} heartbeats, {len(records)} events: {CAMERAS} first states, "
        f"{2 * away} changes"
    )
