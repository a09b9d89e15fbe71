"""Sums that stay right when rows repeat, change and are taken back."""

from dataclasses import replace

from bus.streams.topology.operators.aggregate import Aggregate
from bus.streams.topology.operators.chain import chain
from tests.unit.operators.kontrak import HASIL, LOG, catatan, hasil, meja

TOTAL = Aggregate(
    store="jumlah",
    rows="baris",
    numbers="nomor",
    start={"isi": "jumlah", "angka": 0},
    add=lambda total, row: {**total, "angka": total["angka"] + row["angka"]},
    subtract=lambda total, row: {**total, "angka": total["angka"] - row["angka"]},
)


def _driver():
    return meja(
        {
            "Catatan": chain(TOTAL.take(lambda e: e.value["isi"]), hasil),
            "Lawan": chain(TOTAL.take(lambda e: e.id, lambda e: "semua"), hasil),
            "HariBerganti": lambda e, ctx: TOTAL.forget(ctx, "a"),
        },
        {"jumlah": "Tersimpan", "baris": "Catatan", "nomor": "NomorTersimpan"},
        partitions=1,
    )


def told(driver):
    return [(e.value["angka"], e.value["revisi"]) for e in driver.read(HASIL)]


def test_each_change_is_a_revision_with_the_whole_sum():
    driver = _driver()
    driver.pipe(LOG, catatan("a", "x", 5), catatan("a", "y", 7), catatan("a", "x", 6))
    driver.restart()
    driver.pipe(LOG, catatan("a", "y", 7), catatan("b", "x", 1))
    assert told(driver) == [(5, 0), (12, 1), (13, 2), (1, 0)]
    assert [e.operation for e in driver.read(HASIL)][:2] == ["DIBUAT", "DIKOREKSI"]


def test_a_row_taken_back_is_subtracted_once():
    driver = _driver()
    gone = replace(catatan("a", "x", 5, waktu=1), operation="DIBATALKAN")
    driver.pipe(LOG, catatan("a", "x", 5), catatan("a", "y", 7), gone, gone)
    assert told(driver) == [(5, 0), (12, 1), (7, 2)]


def test_a_key_of_its_own_and_forgetting():
    driver = _driver()
    driver.pipe(LOG, catatan("p", "x", 5, jenis="Lawan"), catatan("a", "x", 1))
    driver.pipe(LOG, catatan("q", "x", 5, jenis="Lawan"))
    assert told(driver) == [(5, 0), (1, 0), (10, 1)]
    driver.tick(1)
    assert {k.split(b"/")[1] for k in driver.state_bytes("uji.satu", 0)} == {b"semua"}
