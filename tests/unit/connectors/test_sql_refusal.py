"""Which errors of the drivers are final, and the words for them."""

import psycopg
import pymysql
import pytest
from sqlalchemy import make_url

from connectors.sql.refusal import refusal

PG = make_url("postgresql+psycopg://baca:rahasia@db/desa")
MY = make_url("mysql+pymysql://baca:rahasia@db/desa")


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (
            psycopg.errors.UndefinedTable('relation "x" does not exist\nLINE 1: "x"'),
            'relation "x" does not exist; compare table, columns',
        ),
        (
            psycopg.errors.UndefinedColumn("column warga.x does not exist"),
            "column warga.x does not exist; compare table",
        ),
        (
            psycopg.errors.InsufficientPrivilege("permission denied for table warga"),
            'GRANT SELECT ON warga TO "baca";',
        ),
        (
            psycopg.errors.InsufficientPrivilege("permission denied for schema lain"),
            'GRANT USAGE ON SCHEMA lain TO "baca";',
        ),
        (psycopg.errors.InvalidPassword("no"), "check user and password"),
        (
            psycopg.OperationalError(
                'connection failed: FATAL:  password authentication failed for "baca"'
            ),
            "check user and password",
        ),
        (
            psycopg.OperationalError('FATAL:  database "desa" does not exist'),
            "no such database",
        ),
    ],
)
def test_postgresql(error: psycopg.Error, words: str) -> None:
    said = refusal(error, PG) or ""
    assert words in said
    assert "rahasia" not in said


@pytest.mark.parametrize(
    ("code", "text", "words"),
    [
        (1044, "Access denied for user 'b'@'h' to database 'desa'", "ON `desa`.* TO"),
        (1045, "Access denied for user 'b'@'h'", "check user and password"),
        (1054, "Unknown column 'x' in 'SELECT'", "compare table, columns"),
        (
            1142,
            "SELECT command denied to user 'b'@'h' for table 'warga'",
            "GRANT SELECT ON `desa`.`warga` TO 'b'@'h';",
        ),
        (
            1142,
            "SELECT command denied to user 'b'@'h' for table `lain`.`warga`",
            "GRANT SELECT ON `lain`.`warga` TO 'b'@'h';",
        ),
        (
            1143,
            "SELECT command denied to user 'b'@'h' for column 'x' in table 'warga'",
            "GRANT SELECT (`x`) ON `desa`.`warga` TO 'b'@'h';",
        ),
        (1146, "Table 'desa.x' doesn't exist", "compare table, columns"),
    ],
)
def test_mysql(code: int, text: str, words: str) -> None:
    said = refusal(pymysql.err.OperationalError(code, text), MY) or ""
    assert words in said
    assert "rahasia" not in said


@pytest.mark.parametrize(
    ("error", "url"),
    [
        (pymysql.err.OperationalError(2003, "Can't connect to MySQL server"), MY),
        (pymysql.err.OperationalError(1205, "Lock wait timeout exceeded"), MY),
        (psycopg.OperationalError("connection refused"), PG),
        (psycopg.OperationalError("FATAL:  the database system is starting up"), PG),
        (psycopg.errors.QueryCanceled("canceling statement"), PG),
    ],
)
def test_what_may_be_there_later_is_not_refused(error: Exception, url) -> None:
    assert refusal(error, url) is None


class OracleError:
    def __init__(self, code: int) -> None:
        self.code = code

    def __str__(self) -> str:
        return f"ORA-{self.code:05}: no"


@pytest.mark.parametrize(
    ("url", "args", "words"),
    [
        ("mssql+pymssql://baca:x@db/apbd", (18456, b"Login failed"), "Login failed"),
        ("mssql+pymssql://baca:x@db/apbd", (229, b"SELECT denied"), "GRANT SELECT"),
        ("mssql+pymssql://baca:x@db/apbd", (208, b"no object"), "compare table"),
        ("oracle+oracledb://baca:x@db/", (OracleError(1017),), "user and password"),
        ("oracle+oracledb://baca:x@db/", (OracleError(942),), "compare table"),
    ],
)
def test_sql_server_and_oracle_by_their_numbers(
    url: str, args: tuple[object, ...], words: str
) -> None:
    said = refusal(Exception(*args), make_url(url))
    assert said is not None
    assert words in said
    assert "b'" not in said


def test_a_lost_line_is_waited_for_there_too() -> None:
    lost = Exception(20009, b"server is unavailable")
    assert refusal(lost, make_url("mssql+pymssql://baca:x@db/apbd")) is None
    lost = Exception(OracleError(6005))
    assert refusal(lost, make_url("oracle+oracledb://baca:x@db/")) is None
