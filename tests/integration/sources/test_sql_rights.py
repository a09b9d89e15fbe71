"""What a real MariaDB refuses for good is told to its owner, never tried again."""

from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from sqlalchemy import URL, column, select, table

from bus.errors import ConfigError, RetriableError
from connectors.sql.database import Database

pytestmark = pytest.mark.database

PASSWORD = "sangat rahasia"
OWNER = "'pembaca'@'127.0.0.1'"


@pytest.fixture(scope="module")
def url(mariadb_url: str) -> Iterator[URL]:
    """URL of a user who may read `desa`.`boleh` and a column of `desa`.`sebagian`."""
    found = sa.make_url(mariadb_url)
    engine = sa.create_engine(found)
    with engine.begin() as connection:
        for statement in (
            "create database desa",
            "create database lain",
            "create table desa.boleh (id int)",
            "create table desa.sebagian (id int, nik varchar(16))",
            "create table desa.tertutup (id int)",
            f"create user {OWNER} identified by '{PASSWORD}'",
            f"grant select on desa.boleh to {OWNER}",
            f"grant select (id) on desa.sebagian to {OWNER}",
        ):
            connection.exec_driver_sql(statement)
    yield found.set(username="pembaca", password=PASSWORD, database="desa")
    with engine.begin() as connection:
        for statement in (
            "drop database desa",
            "drop database lain",
            f"drop user {OWNER}",
        ):
            connection.exec_driver_sql(statement)
    engine.dispose()


def refused(url: URL, name: str, *columns: str) -> str:
    database = Database(url.render_as_string(hide_password=False), "uji")
    origin = table(name, *map(column, columns))
    with pytest.raises(ConfigError) as caught:
        database.rows(select(*(origin.c[each] for each in columns)))
    said = str(caught.value)
    assert PASSWORD not in said
    assert "salah" not in said
    return said


def test_a_missing_column(url: URL) -> None:
    assert "compare table, columns" in refused(url, "boleh", "nama")


def test_a_missing_table(mariadb_url: str) -> None:
    owner = sa.make_url(mariadb_url).set(database="desa")
    assert "tidakada" in refused(owner, "tidakada", "id")


def test_no_right_in_a_whole_database(url: URL) -> None:
    said = refused(url.set(database="lain"), "boleh", "id")
    assert f"GRANT SELECT ON `lain`.* TO {OWNER};" in said


@pytest.mark.parametrize(
    ("name", "columns", "statement"),
    [
        ("tertutup", ["id"], "GRANT SELECT ON `desa`.`tertutup` TO"),
        ("sebagian", ["id", "nik"], "GRANT SELECT (`nik`) ON `desa`.`sebagian` TO"),
    ],
)
def test_the_statement_told_gives_the_right(
    mariadb_url: str, url: URL, name: str, columns: list[str], statement: str
) -> None:
    told = refused(url, name, *columns).partition("gives the right by: ")[2]
    assert told == f"{statement} {OWNER};"
    engine = sa.create_engine(mariadb_url)
    with engine.begin() as connection:
        connection.exec_driver_sql(told)
    engine.dispose()
    database = Database(url.render_as_string(hide_password=False), "uji")
    origin = table(name, *map(column, columns))
    found = database.rows(select(*(origin.c[each] for each in columns)))
    assert found == (tuple(columns), [])
    database.close()


@pytest.mark.parametrize("host", ["%", "127.0.0.%"])
def test_the_statement_names_the_account_not_where_we_come_from(
    mariadb_url: str, url: URL, host: str
) -> None:
    whom = f"'orang''lain'@'{host}'"
    engine = sa.create_engine(mariadb_url, execution_options={"no_parameters": True})
    with engine.begin() as connection:
        connection.exec_driver_sql(f"create user {whom} identified by '{PASSWORD}'")
        connection.exec_driver_sql(f"grant select (id) on desa.sebagian to {whom}")
    try:
        other = url.set(username="orang'lain")
        for place, name in ((other, "tertutup"), (other.set(database="lain"), "boleh")):
            told = refused(place, name, "id").partition("gives the right by: ")[2]
            assert told.endswith(f" TO {whom};")
            with engine.begin() as connection:
                connection.exec_driver_sql(told)
    finally:
        with engine.begin() as connection:
            connection.exec_driver_sql(f"drop user {whom}")
        engine.dispose()


def test_a_wrong_password(url: URL) -> None:
    said = refused(url.set(password="salah"), "boleh", "id")
    assert "check user and password in source.url" in said


def test_no_such_database(mariadb_url: str, url: URL) -> None:
    owner = sa.make_url(mariadb_url).set(database="tidakada")
    assert "no such database" in refused(owner, "boleh", "id")


def test_a_server_that_is_away_is_waited_for(url: URL) -> None:
    away = url.set(port=1).render_as_string(hide_password=False)
    with pytest.raises(RetriableError) as caught:
        Database(away, "uji").rows(select(table("boleh", column("id")).c.id))
    assert PASSWORD not in str(caught.value)
