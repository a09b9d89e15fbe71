"""Texts of mysqlclient as dates."""

from datetime import date, datetime

import pytest

from connectors.sql.conversions import day, moment


@pytest.mark.parametrize("text", ["0000-00-00", "2019-02-00", "2019-13-01"])
def test_what_is_no_date_stays_text(text: str) -> None:
    assert day(text) == text
    assert moment(f"{text} 00:00:00") == f"{text} 00:00:00"


def test_dates_and_moments() -> None:
    assert day("2026-03-02") == date(2026, 3, 2)
    found = [moment("2026-03-02 23:40:11"), moment("2026-03-02 23:40:11.000500")]
    assert [each.isoformat() for each in found] == [
        "2026-03-02T23:40:11",
        "2026-03-02T23:40:11.000500",
    ]
    assert isinstance(found[0], datetime)
