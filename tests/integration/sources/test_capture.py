"""Capture from real servers: nothing missed, nothing twice."""

import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from bus.record import DIBATALKAN, DIBUAT
from connectors.sql.capture.log import WHOLE_ROWS
from tests.integration.sources.capture_app import App, disturb, last, repeats

pytestmark = pytest.mark.database

SERIES = {
    False: (
        "select a.n + 1000 * b.n + 1 as n from ({thousand}) a, ({thousand}) b "
        "where a.n + 1000 * b.n < {count}"
    ),
    True: "select n from generate_series(1, {count}) n",
}
DIGIT = "select 0 n " + " ".join(f"union all select {n}" for n in range(1, 10))
THOUSAND = (
    f"select a.n + 10 * b.n + 100 * c.n as n from ({DIGIT}) a, ({DIGIT}) b, ({DIGIT}) c"
)
"""Numbers of MariaDB and MySQL, old ones too: no sequence, no recursion."""


@pytest.fixture(params=["mariadb_url", "postgresql_url"])
def app(request: pytest.FixtureRequest) -> Iterator[App]:
    url = request.getfixturevalue(request.param)
    found = App(url, "text" if url.startswith("postgresql") else "longtext")
    yield found
    found.close()


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_changes_while_it_is_read_and_deaths_anywhere(
    app: App, tmp_path: Path, seed: int
) -> None:
    dice = random.Random(seed)
    app.put(*range(1, 12))
    with app.captured(tmp_path) as run:
        for _ in range(25):
            disturb(app, dice)
            run.step()
            if dice.random() < 0.25:
                run.crash()
        run.catch_up()
        assert last(run) == app.rows()
        assert repeats(run) == []
        assert len({made.id for made in run.events}) == len(run.events)


def test_a_line_that_breaks_while_the_table_is_read_deletes_nothing(
    app: App, tmp_path: Path
) -> None:
    app.put(*range(1, 9))
    with app.captured(tmp_path) as run:
        run.step()
        run.source._told = None  # as after an error that passes
        run.catch_up()
        assert run.operations() == {DIBUAT: 8}


def test_every_committed_state_is_told(app: App, tmp_path: Path) -> None:
    app.put(1)
    with app.captured(tmp_path, chunk=100) as run:
        run.catch_up()
        for status in ("2", "1", "2"):
            app.run(f"update warga set status='{status}'")
        told = [made.value["status_dasar"] for made in run.catch_up()]
        assert told == ["MATI", "HIDUP", "MATI"]


def test_another_key_is_another_row(app: App, tmp_path: Path) -> None:
    app.put(1)
    with app.captured(tmp_path) as run:
        run.catch_up()
        app.run("update warga set id=7")
        assert [made.operation for made in run.catch_up()] == [DIBATALKAN, DIBUAT]


def test_a_large_transaction_comes_in_parts_and_is_resumed(
    app: App, tmp_path: Path
) -> None:
    app.put(0)
    with app.captured(tmp_path, chunk=2000) as run:
        run.catch_up()
        count = 2 * WHOLE_ROWS + 5_000
        fields = ", ".join(
            f"'{value}'" for value in ("A", "3325011204069001", "3325012001", "1", "1")
        )
        series = SERIES[app.is_postgresql].format(count=count, thousand=THOUSAND)
        app.run(
            "insert into warga (id, nik, nama, no_kk, desa, rt, status) select n, "
            "concat('332501450158', lpad(cast(n % 9000 + 1 as char(4)), 4, '0')), "
            f"{fields} from ({series}) series"
        )
        sizes = []
        while sum(sizes) < count:
            batch = run.source.poll(run.position)
            sizes.append(len(batch.rows))
            run.source.close()
            run.source = run.connector.open(run.clock, lambda: run.kept)
            run.position = batch.cursor
        assert sum(sizes) == count
        assert len(sizes) == 3


def test_a_change_of_ten_megabytes_is_a_dead_letter(app: App, tmp_path: Path) -> None:
    with app.captured(tmp_path) as run:
        run.catch_up()
        app.put(1)
        app.put(2, nama="A" * 10_000_000)
        app.put(3)
        assert len(run.catch_up()) == 2
        assert run.codes == ["TERLALU_BESAR"]
