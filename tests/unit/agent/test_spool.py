"""The agent's spool and reader on a real file: atomic, bounded, begun anew."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bus.agent.frame import Seal, unpacked
from bus.agent.reader import Reader
from bus.agent.spool import Changes, FullError, Spool
from bus.connect.reading.budget import PausedError
from bus.connect.source import Row
from bus.errors import ConfigError, StateError
from bus.testing.clock import ManualClock
from tests.conformance.legacies import SqliteLegacy
from tests.conformance.workshop import connector_from, person

SEAL = Seal("x" * 32, "uji")


class Village:
    """An app and its agent's reader."""

    def __init__(self, folder: Path) -> None:
        self.app = SqliteLegacy(folder, 3)
        self.connector = connector_from(folder, self.app.connector())
        self.path = folder / "spool.db"
        self.start()

    def start(self, seal: Seal = SEAL) -> None:
        self.spool = Spool(self.path, "uji")
        self.reader = Reader(self.connector, self.spool, seal, ManualClock(), 2)

    def stop(self) -> None:
        self.reader.close()
        self.spool.close()

    def holds(self, *numbers: int, **other: Any) -> None:
        self.app.holds([person(number, **other) for number in numbers])

    def read(self) -> list[tuple[Row, bool]]:
        """Rows of the frames of one whole look, and whether they are gone."""
        before = self.spool.next
        while self.reader.step() == 0:
            pass
        found: list[tuple[Row, bool]] = []
        for number in range(before, self.spool.next):
            frame = self.spool.frame(number) or b""
            piece = unpacked(frame, SEAL, self.spool.place(number))
            at = piece.columns.index("id")
            ids = [row[at] for row in piece.rows]
            found += zip(ids, piece.deleted or (), strict=True)
        return found


@pytest.fixture
def village(tmp_path: Path) -> Iterator[Village]:
    made = Village(tmp_path)
    yield made
    made.stop()


def test_only_what_changed_is_kept(village: Village) -> None:
    village.holds(*range(7))
    assert [number for number, _ in village.read()] == list(range(7))
    assert village.read() == []
    village.stop()
    village.start()
    assert village.read() == []
    village.app.holds([person(0), person(1, status="2"), *map(person, range(3, 7))])
    assert village.read() == [(1, False), (2, True)]
    village.holds(*range(7))
    assert sorted(village.read()) == [(1, False), (2, False)]


@pytest.mark.parametrize("steps", [1, 2, 3])
def test_a_crash_between_two_chunks(village: Village, steps: int) -> None:
    village.holds(*range(8))
    for _ in range(steps):
        village.reader.step()
    village.stop()
    village.start()
    village.read()
    frames = [village.spool.frame(n) for n in range(1, village.spool.next)]
    rows = [
        row[piece.columns.index("id")]
        for number, frame in enumerate(frames, 1)
        for piece in [unpacked(frame or b"", SEAL, village.spool.place(number))]
        for row in piece.rows
    ]
    assert sorted(rows) == list(range(8))


def test_an_emptied_app_withdraws_nothing(tmp_path: Path, village: Village) -> None:
    text = village.app.connector().replace("hapus_persen: 100", "hapus_persen: 50")
    village.stop()
    village.connector = connector_from(tmp_path, text)
    village.start()
    village.holds(*range(40))
    village.read()
    village.holds()
    with pytest.raises(PausedError, match="nothing was withdrawn"):
        village.read()
    village.holds(*range(1, 41))
    assert sorted(village.read()) == [(0, True), (40, False)]


def test_a_full_disk_keeps_what_there_was(village: Village) -> None:
    village.holds(1, 2)
    village.read()
    pages = village.spool._file.execute("PRAGMA page_count").fetchone()[0]
    village.spool._file.execute(f"PRAGMA max_page_count={pages}")
    village.app.holds([person(n, nama="A" * 5000 + str(n)) for n in range(9)])
    with pytest.raises(FullError):
        village.spool.commit([b"x" * 4000] * 50, "{}", Changes())
    before = village.spool.next
    village.spool._file.execute("PRAGMA max_page_count=100000")
    village.stop()
    village.start()
    assert village.spool.next == before


def test_a_second_agent_is_refused(village: Village) -> None:
    with pytest.raises(ConfigError, match="another agent"):
        Spool(village.path, "uji")


def test_a_damaged_file_is_told(tmp_path: Path) -> None:
    path = tmp_path / "rusak.db"
    path.write_bytes(b"bukan basis data " * 100)
    with pytest.raises(StateError, match="move it away"):
        Spool(path, "uji")


def test_a_new_order_reads_the_app_anew(village: Village) -> None:
    village.holds(1, 2, 3)
    village.read()
    old = village.spool.id
    village.spool.restart()
    village.reader.reopen()
    assert village.spool.id != old
    assert [number for number, _ in village.read()] == [1, 2, 3]


def test_another_secret_reads_the_app_anew(village: Village) -> None:
    village.holds(1, 2, 3)
    village.read()
    old = village.spool.id
    village.stop()
    village.start(Seal("y" * 32, "uji"))
    assert village.spool.id != old
    assert village.spool.count_known() == village.spool.waiting == 0


def test_nothing_of_a_person_lies_in_the_file(village: Village) -> None:
    village.app.holds([person(1, nama="SUMINAH")])
    village.read()
    village.stop()
    data = b"".join(p.read_bytes() for p in village.path.parent.glob("spool.db*"))
    village.start()
    assert b"SUMINAH" not in data
    assert person(1)["nik"].encode() not in data
    with sqlite3.connect(village.app.path) as app:
        assert app.execute("select nama from warga").fetchone() == ("SUMINAH",)
    app.close()


def test_a_quiet_app_writes_nothing(village: Village) -> None:
    village.holds(1, 2, 3)
    village.read()
    before = village.spool._file.total_changes
    for _ in range(5):
        village.reader.step()
    assert village.spool._file.total_changes == before


def test_a_row_too_large_for_the_line_is_told_and_takes_no_other_with_it(
    village: Village, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bus.agent.frame.MOST_BYTES", 3000)
    noise = "".join(chr(33 + n * n * 7919 % 40_000) for n in range(5000))
    village.app.holds([person(1, nama=noise), person(2), person(3)])
    assert [number for number, _ in village.read()] == [2, 3]
    pieces = [
        unpacked(village.spool.frame(n) or b"", SEAL, village.spool.place(n))
        for n in range(1, village.spool.next)
    ]
    codes = [each.code for piece in pieces for each in piece.unreadable]
    assert codes == ["TERLALU_BESAR"]
