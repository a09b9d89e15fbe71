"""Columns that a captured table has lost."""

import pytest

from bus.errors import ConfigError
from connectors.sql.capture.missing import missing_in

WANTED = ("id", "Nama", "desa")


def test_columns_are_known_by_name_in_any_case() -> None:
    assert missing_in("uji: table t", WANTED, {"id"}, ["ID", "nama", "x"]) == ("desa",)


def test_without_a_needed_one_it_stops_and_says_which() -> None:
    said = "uji: table t has no column desa, id; correct the connector file"
    with pytest.raises(ConfigError, match=said):
        missing_in("uji: table t", WANTED, {"id", "desa"}, ["nama"])
