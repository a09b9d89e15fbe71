"""Global tables: every task has the whole of it, by validity."""

from bus.streams.topology.operators.chain import chain
from bus.streams.topology.operators.lookup import Lookup
from bus.streams.topology.pipeline import Pipeline, Route, Router, Topology
from bus.testing.topology_driver import TopologyDriver
from tests.unit.operators.kontrak import (
    HASIL,
    LOG,
    MASUK,
    SIMPANAN,
    TENANT,
    catatan,
    katalog,
    serde,
    terbit,
)

TABLE = Lookup("tabel")


def _decide(event, ctx):
    at = TABLE.at(ctx, "kode", event.time_ms)
    newest = TABLE.newest(ctx, "kode")
    text = f"{(at or {'isi': '-'})['isi']}/{(newest or {'isi': '-'})['isi']}"
    ctx.emit(HASIL, "Hasil", event.key, {"isi": text, "angka": 0, "revisi": 0})


def _topology(changed):
    def seen(event, ctx):
        changed.append(event)
        return ()

    return Topology(
        "uji",
        (
            Router(
                "uji.masuk",
                (
                    Route(MASUK, frozenset({"Rujukan"}), LOG, broadcast=True),
                    Route(MASUK, frozenset({"Catatan"}), LOG),
                ),
            ),
        ),
        (
            Pipeline(
                "uji.satu",
                LOG,
                {
                    "Rujukan": chain(
                        TABLE.learn(lambda e: e.key),
                        seen,
                    ),
                    "Catatan": _decide,
                },
                {"tabel": "Rujukan"},
                SIMPANAN,
                (HASIL,),
            ),
        ),
    )


def test_all_tasks_see_the_table_and_a_replay_sees_it_at_the_same_place():
    changed = []
    driver = TopologyDriver(_topology(changed), katalog(), TENANT, serde=serde())
    keys = [f"k{n}" for n in range(12)]
    first = catatan("kode", "lama", waktu=10, jenis="Rujukan")
    driver.pipe(MASUK, first)
    driver.pipe(MASUK, *(catatan(key, waktu=20) for key in keys))
    driver.restart()
    driver.pipe(MASUK, catatan("kode", "baru", waktu=15, jenis="Rujukan"), first)
    driver.pipe(MASUK, *(catatan(key, waktu=21) for key in keys))
    driver.pipe(MASUK, *(catatan(key, waktu=12) for key in keys))
    driver.pipe(MASUK, *(catatan(key, waktu=9) for key in keys))
    found = terbit(driver)
    assert sorted(found) == sorted(
        text for text in ("lama/lama", "baru/baru", "lama/baru", "-/baru") for _ in keys
    )
    assert len(changed) == 2 * driver.partitions
