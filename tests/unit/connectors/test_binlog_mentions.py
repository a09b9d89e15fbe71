"""Which statements of a binary log make a table be compared anew."""

import pytest

from connectors.sql.binlog.mentions import Mentions


@pytest.mark.parametrize(
    ("statement", "word", "concerns"),
    [
        ("BEGIN", "BEGIN", False),
        ("ROLLBACK", "ROLLBACK", False),
        ("ROLLBACK TO SAVEPOINT `a`", "", False),
        ("/* app */ alter table `desa`.`Warga` add x int", "ALTER", True),
        ("truncate warga;", "TRUNCATE", True),
        ("ALTER TABLE warga_lama ADD x int", "ALTER", False),
        ("update surat set a='x' -- warga", "UPDATE", False),
        ("CREATE OR REPLACE VIEW v AS SELECT * FROM warga", "CREATE", False),
        ("CREATE TABLE warga (id int)", "CREATE", True),
        ("GRANT SELECT ON warga TO x", "GRANT", False),
    ],
)
def test_statement(statement: str, word: str, concerns: bool) -> None:
    assert Mentions("warga").look(statement) == (word, concerns)
