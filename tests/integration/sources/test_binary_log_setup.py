"""What a real MariaDB lacks for capture is told with the statement that mends it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bus.clock import SystemClock
from bus.connect.finding import BAD, GOOD
from bus.errors import ConfigError
from connectors.sql.survey import SqlSurveyor
from tests.integration.sources.capture_app import App

pytestmark = pytest.mark.database


@pytest.fixture
def app(mariadb_url: str) -> Iterator[App]:
    found = App(mariadb_url)
    yield found
    found.close()


def findings(app: App, folder: Path, mode: str = "cdc") -> list[tuple[str, str]]:
    """What `connector check` says about the change log."""
    with app.captured(folder, mode=mode) as run:
        found = run.connector.examine(SystemClock(), "Asia/Jakarta")
        return [(x.level, x.text) for x in found if x.about == "change log"]


@pytest.mark.parametrize(
    ("setting", "bad", "good"),
    [("binlog_format", "MIXED", "ROW"), ("binlog_row_image", "MINIMAL", "FULL")],
)
def test_a_server_that_logs_otherwise_is_told_what_to_set(
    app: App, tmp_path: Path, setting: str, bad: str, good: str
) -> None:
    app.root(f"set global {setting} = '{bad}'")
    try:
        with (
            app.captured(tmp_path) as run,
            pytest.raises(ConfigError, match=f"SET GLOBAL {setting} = '{good}'"),
        ):
            run.step()
    finally:
        app.root(f"set global {setting} = '{good}'")


def test_the_statement_told_gives_the_right_to_the_log(
    app: App, tmp_path: Path
) -> None:
    user, password = f"b{app.name[-12:]}", "sangat rahasia"  # MySQL 5.6: 16 letters
    whom = f"'{user}'@'%'"
    app.root(
        f"create user {whom} identified by '{password}'",
        f"grant select on {app.name}.* to {whom}",
    )
    app.put(1)
    url = app.url.set(username=user, password=password)
    with app.captured(tmp_path, url=url) as run:
        with pytest.raises(ConfigError) as caught:
            run.step()
        told = str(caught.value)
        assert password not in told
        app.root(told.partition("gives the right by: ")[2].partition(";")[0])
        run.crash()
        assert len(run.catch_up()) == 1
        app.put(2)
        assert len(run.catch_up()) == 1
    app.root(f"drop user {whom}")


def test_an_unknown_table_is_told(app: App, tmp_path: Path) -> None:
    app.run("rename table warga to lain")
    with app.captured(tmp_path) as run, pytest.raises(ConfigError, match="no table"):
        run.step()


def test_the_check_says_whether_the_log_may_be_read(app: App, tmp_path: Path) -> None:
    app.put(1)
    ((level, text),) = findings(app, tmp_path)
    assert (level, "as it is committed" in text) == (GOOD, True)
    ((level, text),) = findings(app, tmp_path, "snapshot-diff")
    assert (level, "mode cdc tells every change" in text) == (GOOD, True)
    app.root("set global binlog_row_image = 'NOBLOB'")
    try:
        ((level, text),) = findings(app, tmp_path)
        assert (level, "binlog_row_image = 'FULL'" in text) == (BAD, True)
        ((level, text),) = findings(app, tmp_path, "snapshot-diff")
        assert (level, "snapshot-diff stays right" in text) == (GOOD, True)
    finally:
        app.root("set global binlog_row_image = 'FULL'")


def test_a_look_at_the_table_says_that_the_log_may_be_read(app: App) -> None:
    url = app.url.set(drivername="mysql").render_as_string(hide_password=False)
    surveyor = SqlSurveyor(url, "uji")
    notes = surveyor.look("warga", 5).notes
    surveyor.close()
    assert any("mode: cdc" in note for note in notes)
