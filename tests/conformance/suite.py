"""What every source must do, whatever it reads (`design.md` §7)."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

import pytest

from bus.connect.files.connector import Connector
from bus.connect.rows.memory import RowMemory
from bus.record import DIBATALKAN, DIBUAT, DIKOREKSI
from bus.testing.clock import ManualClock
from tests.conformance.workshop import NO_KK, Run, connector_from, decoded, person


class Legacy(Protocol):
    """A legacy system a test can change."""

    def connector(self) -> str:
        """YAML of a connector that reads it."""
        ...

    def holds(self, rows: Sequence[dict[str, Any]]) -> None:
        """From now on it holds exactly these rows."""
        ...


class SourceSuite:
    """Inherit it and give a fixture `legacy`."""

    chunk = 3

    def memory(self, folder: Path) -> RowMemory:
        """An empty memory."""
        return RowMemory(folder / "rows")

    def between(self, connector: Connector, folder: Path) -> Connector:
        """The connector, or what stands between it and its app."""
        del folder
        return connector

    @pytest.fixture
    def clock(self) -> ManualClock:
        return ManualClock(4_000_000_000_000)

    @pytest.fixture
    def run(self, legacy: Legacy, tmp_path: Path, clock: ManualClock) -> Any:
        connector = self.between(connector_from(tmp_path, legacy.connector()), tmp_path)
        run = Run(connector, clock, lambda: self.memory(tmp_path))
        yield run
        run.close()

    def test_nothing_there_gives_nothing(self, run: Run, legacy: Legacy) -> None:
        legacy.holds([])
        assert run.catch_up() == []
        assert run.refused == []

    def test_the_file_tells_whether_rows_are_remembered(self, run: Run) -> None:
        assert run.connector.remembers_all == run.source.reading.remembers_all

    def test_every_row_becomes_one_event(self, run: Run, legacy: Legacy) -> None:
        legacy.holds([person(i) for i in range(7)])
        events = run.catch_up()
        assert len(events) == 7
        assert run.operations() == {DIBUAT: 7}
        assert len({made.id for made in events}) == 7

    def test_the_same_again_gives_nothing(self, run: Run, legacy: Legacy) -> None:
        rows = [person(i) for i in range(7)]
        legacy.holds(rows)
        run.catch_up()
        legacy.holds(rows)
        assert run.catch_up() == []
        run.crash()
        assert run.catch_up() == []

    @pytest.mark.parametrize("steps", [0, 1, 2, 3])
    def test_a_crash_loses_and_repeats_nothing(
        self, run: Run, legacy: Legacy, steps: int
    ) -> None:
        legacy.holds([person(i) for i in range(8)])
        for _ in range(steps):
            run.step()
        run.crash()
        run.catch_up()
        keys = [made.key for made in run.events]
        assert len(keys) == len(set(keys)) == 8

    def test_a_change_is_a_correction(self, run: Run, legacy: Legacy) -> None:
        legacy.holds([person(i) for i in range(4)])
        run.catch_up()
        legacy.holds([person(0), person(1, status="2"), person(2), person(3)])
        (made,) = run.catch_up()
        assert made.operation == DIKOREKSI
        assert made.value["status_dasar"] == "MATI"

    def test_changed_and_changed_back_are_two_events(
        self, run: Run, legacy: Legacy
    ) -> None:
        found = []
        for status in ("1", "2", "1"):
            legacy.holds([person(5, status=status)])
            found += run.catch_up()
        assert [made.value["status_dasar"] for made in found] == [
            "HIDUP",
            "MATI",
            "HIDUP",
        ]
        assert len({made.id for made in found}) == 3

    def test_a_missing_row_is_withdrawn(self, run: Run, legacy: Legacy) -> None:
        legacy.holds([person(i) for i in range(4)])
        first = run.catch_up()
        run.crash()
        legacy.holds([person(i) for i in (0, 1, 3)])
        (made,) = run.catch_up()
        assert made.operation == DIBATALKAN
        assert made.key == first[2].key
        assert made.value == first[2].value
        assert run.catch_up() == []
        legacy.holds([person(i) for i in range(4)])
        (again,) = run.catch_up()
        assert again.operation == DIBUAT
        assert again.id != first[2].id

    def test_another_person_in_a_row_withdraws_the_first(
        self, run: Run, legacy: Legacy
    ) -> None:
        legacy.holds([person(1)])
        (first,) = run.catch_up()
        legacy.holds([person(1, nik="3325014501589002")])
        gone, new = run.catch_up()
        assert (gone.operation, gone.key) == (DIBATALKAN, first.key)
        assert new.operation == DIBUAT
        assert new.key != first.key

    def test_spaces_make_no_correction(self, run: Run, legacy: Legacy) -> None:
        legacy.holds([person(1)])
        run.catch_up()
        legacy.holds([person(1, status=" 1 ")])
        assert run.catch_up() == []

    def test_text_survives(self, run: Run, legacy: Legacy) -> None:
        name = "SITI'AH BINTI ÖNDER, S.PD"
        legacy.holds([person(1, nama=name)])
        (made,) = run.catch_up()
        value = decoded(run, made)
        assert value["orang"]["nama"] == name
        assert value["alamat"]["rt"] == "004"
        assert value["alamat"]["kode_desa"] == "33.25.01.2001"

    def test_a_bad_row_stops_nobody_and_is_told_once(
        self, run: Run, legacy: Legacy
    ) -> None:
        rows = [person(0), person(1, nik="2147483647"), person(2)]
        legacy.holds(rows)
        assert len(run.catch_up()) == 2
        assert run.codes == ["NIK_RUSAK"]
        legacy.holds(rows)
        run.catch_up()
        run.crash()
        run.catch_up()
        assert run.codes == ["NIK_RUSAK"]

    def test_nothing_personal_leaves_the_payload(
        self, run: Run, legacy: Legacy
    ) -> None:
        legacy.holds([person(1), person(2, nik="33250145015890")])
        run.catch_up()
        for made in run.events:
            assert made.value["orang"]["nik"] not in made.key + made.id
            assert NO_KK not in made.key
        for item in run.refused:
            assert "33250145015890" not in item.error.message + item.ref

    def test_positions_are_short_json(self, run: Run, legacy: Legacy) -> None:
        legacy.holds([person(i) for i in range(20)])
        run.catch_up()
        assert run.kept is not None
        assert len(run.kept) < 500
