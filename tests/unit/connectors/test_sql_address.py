"""Database URLs as people write them."""

import pytest

from bus.errors import ConfigError
from connectors.sql.address import address, kind_of, place_of


@pytest.mark.parametrize(
    "text",
    [
        "mysql://bus:p@ss:w/rd@10.0.0.7:3306/sipena",
        "mysql://bus:p@ss:1/rd@10.0.0.7:3306/sipena",
        "mysql://bus:p@ss@10.0.0.7/sipena",
        "10.0.0.7/sipena",
        "mysql://bus:pass@10.0.0.7:port/sipena",
    ],
)
def test_a_password_that_is_not_quoted_is_told_and_not_shown(text: str) -> None:
    with pytest.raises(ConfigError) as caught:
        address(text, "sipena")
    said = str(caught.value)
    assert "%40 for @" in said
    assert "rd" not in said.replace("password", "")
    assert "ss" not in said.replace("password", "").replace("address", "")


def test_a_quoted_password_is_taken() -> None:
    url = address("mysql://bus:p%40ss%3Aw%2Frd@10.0.0.7:3306/sipena", "sipena")
    assert url.password == "p@ss:w/rd"
    assert place_of(url) == "mysql://10.0.0.7:3306/sipena"


@pytest.mark.parametrize(
    ("text", "kind", "driver"),
    [
        ("postgres://a:b@h/d", "postgresql", "postgresql+psycopg"),
        ("postgresql+psycopg://a:b@h/d", "postgresql", "postgresql+psycopg"),
        ("mariadb+pymysql://a:b@h/d", "mysql", "mysql+pymysql"),
        ("mssql://a:b@h/d", "mssql", "mssql+pymssql"),
        ("mssql+pyodbc://a:b@h/d?driver=X", "mssql", "mssql+pyodbc"),
        ("oracle://a:b@h/?service_name=PBB", "oracle", "oracle+oracledb"),
    ],
)
def test_the_driver_is_chosen(text: str, kind: str, driver: str) -> None:
    assert address(text, "uji").drivername == driver
    assert kind_of(text) == kind


def test_another_kind_is_refused_with_those_there_are() -> None:
    with pytest.raises(ConfigError, match="valid: mysql, mariadb"):
        address("mongo://a:b@h/d", "uji")
