"""Rows of several sides under one key: the latest version of the highest stage."""

from bus.streams.topology.operators.chain import chain
from bus.streams.topology.operators.outer_join import OuterJoin, Side
from tests.unit.operators.kontrak import HASIL, LOG, catatan, meja, terbit

JOIN = OuterJoin(
    {
        "rencana": Side("rencana", version=lambda v: v["angka"]),
        "anggaran": Side(
            "anggaran",
            version=lambda v: v["angka"],
            stage=lambda v: len(v["isi"]),
            is_gone=lambda v: v["isi"].endswith("!"),
        ),
        "belanja": Side("belanja", version=lambda v: v["angka"]),
    }
)
STORES = {"rencana": "Catatan", "anggaran": "Lawan", "belanja": "Rujukan"}


def _show(joined, ctx):
    sides = [(row or {"isi": "-"})["isi"] for row in joined.rows.values()]
    before = (joined.before or {"isi": "-"})["isi"]
    text = f"{'/'.join(sides)} {joined.changed}<{before}"
    ctx.emit(HASIL, "Hasil", joined.key, {"isi": text, "angka": 0, "revisi": 0})
    return ()


def _driver():
    return meja(
        {
            "Catatan": chain(JOIN.take("rencana"), _show),
            "Lawan": chain(JOIN.take("anggaran", lambda e: e.key), _show),
            "Rujukan": chain(JOIN.take("belanja"), _show),
            "HariBerganti": lambda e, ctx: JOIN.forget(ctx, "k"),
        },
        STORES,
        partitions=1,
    )


def row(jenis, isi, version, key="k"):
    return catatan(key, isi, version, jenis=jenis)


def test_every_change_shows_all_sides_as_they_stand():
    driver = _driver()
    driver.pipe(LOG, row("Rujukan", "b1", 1), row("Catatan", "r1", 1))
    driver.pipe(LOG, row("Lawan", "a", 1), row("Lawan", "a", 1, key="k/"))
    assert terbit(driver) == [
        "-/-/b1 belanja<-",
        "r1/-/b1 rencana<-",
        "r1/a/b1 anggaran<-",
        "-/a/- anggaran<-",
    ]


def test_late_and_repeated_rows_change_nothing_and_corrections_do():
    driver = _driver()
    driver.pipe(LOG, row("Catatan", "r2", 2), row("Catatan", "r2", 2))
    driver.pipe(LOG, row("Catatan", "r1", 1), row("Catatan", "r2b", 2))
    driver.restart()
    driver.pipe(LOG, row("Catatan", "r2b", 2), row("Catatan", "r3", 3))
    assert terbit(driver) == [
        "r2/-/- rencana<-",
        "r2b/-/- rencana<r2",
        "r3/-/- rencana<r2b",
    ]


def test_the_highest_stage_counts_and_one_taken_back_gives_way():
    driver = _driver()
    driver.pipe(LOG, row("Lawan", "m", 1), row("Lawan", "pp", 1))
    driver.pipe(LOG, row("Lawan", "n", 2))
    driver.pipe(LOG, row("Lawan", "p!", 2), row("Lawan", "pp", 1))
    assert terbit(driver) == [
        "-/m/- anggaran<-",
        "-/pp/- anggaran<m",
        "-/pp/- anggaran<pp",
        "-/n/- anggaran<pp",
    ]


def test_a_forgotten_key_leaves_nothing():
    driver = _driver()
    driver.pipe(
        LOG, row("Lawan", "m", 1), row("Lawan", "pp", 1), row("Catatan", "r", 1)
    )
    driver.tick(1)
    assert driver.state_bytes("uji.satu", 0) == {}
