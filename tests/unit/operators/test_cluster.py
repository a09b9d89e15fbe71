"""Fifty reports of one thing are one cluster, also across the borders of cells."""

import math

import pytest

from bus.streams.topology.operators.chain import chain, chain_moment
from bus.streams.topology.operators.cluster import (
    Assigned,
    Cluster,
    Merged,
    Point,
    cluster_id,
)
from bus.streams.topology.operators.deadline import Deadline
from bus.streams.topology.operators.grid import cell_of, cells_near, distance_m
from bus.streams.topology.operators.timer import Timers, on_time
from tests.unit.operators.kontrak import HASIL, LOG, catatan, meja, terbit

HOUR = 3_600_000
TIMERS = Timers("timer")
CLUSTER = Cluster(
    store="kelompok",
    members="anggota",
    topic=LOG,
    deadline=Deadline(TIMERS, "lupa"),
    radius_m=100,
    span_ms=24 * HOUR,
    cell_m=1000,
    keep_ms=HOUR,
)
LAT, LON = -6_900_000, 109_700_000
METRE = 1 / 0.1111949


def _point(event, ctx):
    lat, lon = map(int, event.value["isi"].split())
    yield Point(f"r{event.value['angka']}", "JALAN", lat, lon, event.time_ms)


def _show(item, ctx):
    if isinstance(item, Assigned):
        text = f"{item.point.id}>{item.cluster.partition('-')[2]}"
    else:
        assert isinstance(item, Merged)
        names = (item.cluster, item.into)
        text = "=".join(name.partition("-")[2] for name in names)
    ctx.emit(HASIL, "Hasil", "x", {"isi": text, "angka": 0, "revisi": 0})
    return ()


def _driver():
    return meja(
        {
            "Catatan": chain(_point, CLUSTER.take, _show),
            "KelompokDiumumkan": chain(CLUSTER.on_announced, _show),
            "WaktuTiba": on_time(
                TIMERS, {"lupa": chain_moment(CLUSTER.expired, _show)}
            ),
        },
        {
            "kelompok": "KelompokTersimpan",
            "anggota": "KelompokTersimpan",
            "timer": "TimerTersimpan",
        },
    )


def report(driver, number, east_m=0.0, north_m=0.0, hours=0.0):
    lat = LAT + round(north_m * METRE)
    lon = LON + round(east_m * METRE / math.cos(math.radians(LAT / 1e6)))
    waktu = driver.clock.now_ms() + round(hours * HOUR)
    point = Point(f"r{number}", "JALAN", lat, lon, waktu)
    return catatan(CLUSTER.cell_key(point), f"{lat} {lon}", number, waktu=waktu)


def middle_m():
    """How far east of the origin the border of its cell is."""
    east = 0.0
    while cell_of(LAT, LON + round(east * METRE), 1000) == cell_of(LAT, LON, 1000):
        east += 1
    return east / math.cos(math.radians(LAT / 1e6)) ** -1


def test_fifty_reports_of_one_hole_are_one_cluster():
    driver = _driver()
    start = middle_m() - 500
    reports = [report(driver, n, start + n, hours=n / 10) for n in range(50)]
    driver.pipe(LOG, *reports, *reports)
    assert terbit(driver) == [f"r{n}>r0" for n in range(50)]


def test_too_far_too_late_or_of_another_kind_is_another_cluster():
    driver = _driver()
    start = middle_m() - 500
    driver.pipe(LOG, report(driver, 1, start), report(driver, 2, start + 101))
    driver.pipe(LOG, report(driver, 3, start + 99, hours=24.1))
    driver.pipe(LOG, report(driver, 4, start, hours=24))
    assert terbit(driver) == ["r1>r1", "r2>r2", "r3>r3", "r4>r1"]


def test_a_report_across_the_border_joins_the_cluster_announced_there():
    driver = _driver()
    border = middle_m()
    driver.pipe(LOG, report(driver, 1, border - 10))
    driver.pipe(LOG, report(driver, 2, border + 10))
    assert sorted(terbit(driver)) == ["r1>r1", "r2>r1"]


@pytest.mark.parametrize("first", [1, 2])
def test_clusters_begun_on_both_sides_at_once_are_merged_into_the_earlier(first):
    driver = _driver()
    border = middle_m()
    times = {1: 0, 2: 1} if first == 1 else {1: 1, 2: 0}
    driver.write(LOG, report(driver, 1, border - 10, hours=times[1]))
    driver.write(LOG, report(driver, 2, border + 10, hours=times[2]))
    driver.run()
    assert sorted(terbit(driver)) == sorted(
        ["r1>r1", "r2>r2", "r2=r1" if first == 1 else "r1=r2"]
    )


def test_what_is_too_old_is_forgotten():
    driver = _driver()
    driver.pipe(LOG, report(driver, 1, middle_m() - 10))
    driver.advance(50 * HOUR)
    kept = [k for p in range(4) for k in driver.state_bytes("uji.satu", p)]
    assert set(kept) == {b"timer/akhir"}


def test_earlier_clusters_sort_before():
    assert cluster_id(Point("z", "", 0, 0, 9)) < cluster_id(Point("a", "", 0, 0, 10))


def test_distances_are_those_of_a_map():
    monas, istiqlal = (-6_175_400, 106_827_200), (-6_170_200, 106_831_400)
    assert distance_m(*monas, *istiqlal) == pytest.approx(742, abs=5)
    assert distance_m(0, 0, 0, 1_000_000) == pytest.approx(111_195, abs=1)


@pytest.mark.parametrize("number", range(40))
def test_cells_near_hold_every_place_within_the_radius(number):
    lat, lon = LAT + number * 2411, LON + number * 3571
    near = cells_near(lat, lon, 100, 500)
    assert cell_of(lat, lon, 500) in near
    assert len(near) <= 6
    for angle in range(0, 360, 15):
        north = math.sin(math.radians(angle)) * 100 * METRE
        east = math.cos(math.radians(angle)) * 100 * METRE
        there = round(lon + east / math.cos(math.radians(lat / 1e6)))
        assert cell_of(round(lat + north), there, 500) in near
