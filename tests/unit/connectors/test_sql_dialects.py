"""SQL Server and Oracle without a server: what would be sent to them is what they take.

The statements are compiled by SQLAlchemy's own dialects. No SQL Server and no Oracle
has seen them.
"""

from datetime import datetime
from typing import Any

import pytest
from sqlalchemy.dialects import mssql, mysql, oracle, postgresql, sqlite

from connectors.sql.config import SqlConfig
from connectors.sql.refused import one_of
from connectors.sql.statement import Statements, shape

KEY = ("Tahun", "No SP2D")
MOMENT = datetime(2026, 3, 2, 8)  # noqa: DTZ001 - as columns hold it
QUERY = """SELECT a, '{"x":1}' AS j FROM t WHERE c LIKE 'x%' AND d > '07:30';"""


def oracle_of(version: int) -> Any:
    """The dialect as it is after connecting: before 12 it counts rows by ROWNUM."""
    found = oracle.dialect()
    found.server_version_info = (version,)
    found._supports_offset_fetch = version >= 12
    return found


DIALECTS = {
    "mssql": mssql.dialect(),
    "oracle": oracle_of(19),
    "oracle-11": oracle_of(11),
    "mysql": mysql.dialect(),
    "postgresql": postgresql.dialect(),
    "sqlite": sqlite.dialect(),
}


def statements(name: str) -> list[Any]:
    """Everything a source of modes snapshot, incremental and snapshot-diff asks."""
    found = []
    for block in (
        {"table": "dbo.Ta_SP2D", "mode": "incremental", "cursor": "Tgl"},
        {"table": "dbo.Ta_SP2D", "mode": "snapshot"},
        {"query": QUERY, "mode": "snapshot-diff"},
    ):
        url = f"{name.partition('-')[0]}://h/d"
        config = SqlConfig.model_validate({"url": url, "key": KEY, **block})
        made = Statements(config, (*config.columns(), "desc"), ("desc",))
        after = (MOMENT, 2026, "x") if config.cursor else (2026, "x")
        found += [made.page(None), made.page(after), made.count(), made.doubles()]
        found += [made.page(None).limit(1), shape(config), made.mark()]
        if config.cursor:
            found += [made.page(None, MOMENT), made.page(None, MOMENT, above=True)]
            found += [made.highest(), made.without_cursor()]
    return [*found, one_of("dbo.Ta_SP2D")]


def compiled(name: str) -> list[str]:
    words = {"literal_binds": True, "render_postcompile": True}
    dialect = DIALECTS[name]
    made = (
        each.compile(dialect=dialect, compile_kwargs=words) for each in statements(name)
    )
    return [" ".join(str(each).split()) for each in made]


@pytest.mark.parametrize("name", DIALECTS)
def test_every_statement_can_be_written(name: str) -> None:
    for said in compiled(name):
        assert "POSTCOMPILE" not in said
        if "sumber" in said:
            assert QUERY.rstrip(";") in said.replace("%%", "%")


@pytest.mark.parametrize("name", ["mssql", "oracle", "oracle-11"])
def test_no_words_that_they_do_not_know(name: str) -> None:
    for said in compiled(name):
        assert " LIMIT " not in said
        assert "`" not in said
        assert ") > (" not in said, "they cannot compare rows"
        assert ") IN (" not in said, "they cannot compare rows"


def test_sql_server_takes_the_first_rows_with_top() -> None:
    first = compiled("mssql")[1]
    assert first == (
        "SELECT TOP 2000 dbo.[Ta_SP2D].[Tgl], dbo.[Ta_SP2D].[Tahun], "
        "dbo.[Ta_SP2D].[No SP2D], NULL AS [desc] FROM dbo.[Ta_SP2D] WHERE "
        "(dbo.[Ta_SP2D].[Tgl] > '2026-03-02 08:00:00' OR "
        "dbo.[Ta_SP2D].[Tgl] = '2026-03-02 08:00:00' AND "
        "dbo.[Ta_SP2D].[Tahun] > 2026 OR "
        "dbo.[Ta_SP2D].[Tgl] = '2026-03-02 08:00:00' AND "
        "dbo.[Ta_SP2D].[Tahun] = 2026 AND dbo.[Ta_SP2D].[No SP2D] > 'x') AND "
        "dbo.[Ta_SP2D].[Tgl] IS NOT NULL ORDER BY dbo.[Ta_SP2D].[Tgl], "
        "dbo.[Ta_SP2D].[Tahun], dbo.[Ta_SP2D].[No SP2D]"
    )


def test_oracle_takes_the_first_rows_as_its_version_does() -> None:
    assert all("ROWNUM" not in said for said in compiled("oracle"))
    assert "FETCH FIRST 2000 ROWS ONLY" in compiled("oracle")[0]
    old = compiled("oracle-11")
    assert all("FETCH FIRST" not in said for said in old)
    assert "ROWNUM <= 2000" in old[0]
    assert "ORDER BY" in old[0].partition("ROWNUM")[0], "ordered before it is cut"


@pytest.mark.parametrize("name", ["mssql", "oracle", "oracle-11"])
def test_values_are_sent_beside_the_statement(name: str) -> None:
    for each in statements(name):
        said = str(each.compile(dialect=DIALECTS[name]))
        assert "2026-03-02" not in said, "no date literal that a server's format reads"
