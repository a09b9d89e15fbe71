"""Dates and times: quirks Q6 and Q18."""
# ruff: noqa: DTZ001 - drivers of legacy databases hand over naive datetimes

from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bus.errors import ConfigError, RowError
from bus.normalise.dates import days, mask_date, tanggal, tanggal_bagian, to_date
from bus.normalise.times import local_date, waktu
from tests.unit.normalise.cells import quick

DAY = days(date(2019, 8, 12))
SUBMITTED = round(datetime(2026, 3, 2, 16, 40, 11, tzinfo=UTC).timestamp() * 1000)


@pytest.mark.parametrize(
    "raw",
    [
        "12-08-2019",
        "12/08/2019",
        "12.08.2019",
        "12/8/2019",
        "2019-08-12",
        "2019/08/12",
        "20190812",
        20190812,
        "12 Agustus 2019",
        "12 agustus 2019",
        "12-Agu-2019",
        "12 Agt 2019",
        "12 AUG 2019",
        "Senin, 12 Agustus 2019",
        "'12-08-2019",
        "2019-08-12 00:00:00",
        "2019-08-12T07:00:00.000Z",
        "12/08/2019 13:45",
        "12 Agustus 2019 13.45 WIB",
        date(2019, 8, 12),
        datetime(2019, 8, 12, 23, 59),
        43689,
        43689.99,
        "43689",
        b"12-08-2019",
    ],
    ids=ascii,
)
def test_notations_of_one_day(raw: object) -> None:
    assert tanggal(raw) == (DAY, ())


@pytest.mark.parametrize(
    "raw",
    [
        "0000-00-00",
        "00-00-0000",
        "0000-00-00 00:00:00",
        "01-01-1900",
        "1900-01-01 00:00:00",
        date(1900, 1, 1),
        datetime(1899, 12, 30),
        date(1899, 12, 31),
        0,
        1,
        "1",
    ],
    ids=ascii,
)
def test_zero_dates_are_nothing_with_a_flag(raw: object) -> None:
    assert tanggal(raw) == (None, ("TGL_NOL",))
    assert waktu(raw) == (None, ("TGL_NOL",))


@pytest.mark.parametrize("raw", [None, "", "-", "  ", "NULL"], ids=ascii)
def test_nothing_written_is_nothing(raw: object) -> None:
    assert tanggal(raw) == (None, ())
    assert waktu(raw) == (None, ())


@pytest.mark.parametrize(
    ("raw", "says"),
    [
        ("31-02-2020", "tidak ada di kalender"),
        ("31/04/2020", "tidak ada di kalender"),
        ("29-02-2019", "tidak ada di kalender"),
        ("12/31/1968", "bulan dan hari tertukar"),
        ("2020-00-10", "nol"),
        ("00-05-2020", "nol"),
        ("05-01-58", "dua angka"),
        ("12 Foo 2019", "nama bulannya"),
        ("kemarin", "bukan tanggal"),
        ("1958", "tahun"),
        (1958, "tahun"),
        (12, "tahun"),
        (True, "bukan tanggal"),
        (1e15, "bukan tanggal"),
        (999999, "bukan tanggal"),
        (float("nan"), "bukan tanggal"),
        ("12-08-0219", "di luar"),
        ("12-08-2419", "di luar"),
        (date(1, 1, 1), "di luar"),
    ],
    ids=ascii,
)
def test_impossible_dates_are_refused(raw: object, says: str) -> None:
    with pytest.raises(RowError, match=says) as refused:
        tanggal(raw, field="tgl")
    assert refused.value.code == "TANGGAL_TIDAK_SAH"
    assert refused.value.field == "tgl"


def test_month_first_only_where_the_source_is_known_for_it() -> None:
    assert tanggal("08/12/2019", urutan="mdy") == (DAY, ())
    assert tanggal("2019-08-12", urutan="mdy") == (DAY, ())


def test_a_date_in_three_columns() -> None:
    assert tanggal_bagian("12", bulan="8", tahun="2019") == (DAY, ())
    assert tanggal_bagian(12.0, bulan="Agustus", tahun=2019.0) == (DAY, ())
    assert tanggal_bagian("12", bulan="VIII", tahun="2019") == (DAY, ())
    assert tanggal_bagian("", bulan=None, tahun="-") == (None, ())
    with pytest.raises(RowError):
        tanggal_bagian("12", bulan="13", tahun="2019")


def test_messages_hide_the_year_of_birth() -> None:
    assert mask_date("31-02-1968") == "31-02-19**"
    assert mask_date("1968-02-31") == "19**-02-31"
    assert mask_date("05-01-58") == "05-01-**"
    assert "3325" not in mask_date("3325124501580003")
    assert mask_date("SUMINAH") == "xxxxxxx"


@pytest.mark.parametrize(
    "raw",
    [
        "2026-03-02 23:40:11",
        "2026-03-02T23:40:11",
        "02/03/2026 23:40:11",
        "2 Maret 2026, 23.40.11 WIB",
        "2026-03-03 00:40:11 WITA",
        "2026-03-02T16:40:11Z",
        "2026-03-02T16:40:11+00:00",
        "2026-03-03T01:40:11+0900",
        "2026-03-02T11:40:11-05:00",
        datetime(2026, 3, 2, 23, 40, 11),
        datetime(2026, 3, 2, 16, 40, 11, tzinfo=UTC),
        datetime(2026, 3, 3, 1, 40, 11, tzinfo=timezone(timedelta(hours=9))),
        SUBMITTED,
        SUBMITTED // 1000,
        str(SUBMITTED),
        46083.98623842593,
    ],
    ids=ascii,
)
def test_notations_of_one_moment(raw: object) -> None:
    assert waktu(raw) == (SUBMITTED, ())


def test_a_date_without_a_time_is_local_midnight() -> None:
    start = round(datetime(2026, 3, 1, 17, tzinfo=UTC).timestamp() * 1000)
    assert waktu("2026-03-02") == (start, ("WAKTU_TANPA_JAM",))
    assert waktu(date(2026, 3, 2)) == (start, ("WAKTU_TANPA_JAM",))


def test_the_zone_is_the_tenants() -> None:
    hour = 3_600_000
    text = "2026-03-02 23:40:11"
    assert waktu(text, zona="Asia/Makassar")[0] == SUBMITTED - hour
    assert waktu(text, zona="Asia/Jayapura")[0] == SUBMITTED - 2 * hour
    assert waktu(text, zona="America/New_York")[0] == SUBMITTED + 12 * hour
    with pytest.raises(ConfigError, match="Asia/Jakarta"):
        waktu(text, zona="Asia/Batang")


@pytest.mark.parametrize(
    "raw",
    ["2026-03-02 25:00:00", "2026-13-02 10:00", "2/3/2026 9:75", 9e15, 8e9, -1],
    ids=ascii,
)
def test_impossible_times_are_refused(raw: object) -> None:
    with pytest.raises(RowError) as refused:
        waktu(raw)
    assert refused.value.code == "TANGGAL_TIDAK_SAH"


def test_the_local_day_of_a_moment() -> None:
    late = SUBMITTED + 3_600_000  # 00:40 on 3 March in Jakarta
    assert to_date(local_date(SUBMITTED, "Asia/Jakarta")) == date(2026, 3, 2)
    assert to_date(local_date(late, "Asia/Jakarta")) == date(2026, 3, 3)
    assert to_date(local_date(late, "America/New_York")) == date(2026, 3, 2)
    assert to_date(local_date(-1, "Asia/Jakarta")) == date(1970, 1, 1)


real_days = st.dates(min_value=date(1900, 1, 2), max_value=date(2199, 12, 31))


@quick
@given(real_days, st.sampled_from(["%d-%m-%Y", "%d/%m/%Y", "%Y-%m-%d", "%Y%m%d"]))
def test_every_day_is_read_back(day: date, notation: str) -> None:
    assert tanggal(day.strftime(notation)) == (days(day), ())
    assert tanggal(to_date(days(day))) == (days(day), ())


@quick
@given(
    st.datetimes(min_value=datetime(1955, 1, 1), max_value=datetime(2190, 1, 1)),
    st.sampled_from(["Asia/Jakarta", "Asia/Makassar", "Asia/Jayapura", "Asia/Tokyo"]),
)
def test_times_agree_with_the_zone_database(moment: datetime, zone: str) -> None:
    moment = moment.replace(microsecond=moment.microsecond // 1000 * 1000)
    epoch = datetime(1970, 1, 1, tzinfo=UTC)
    want = (moment.replace(tzinfo=ZoneInfo(zone)) - epoch) // timedelta(milliseconds=1)
    assert waktu(moment, zona=zone) == (want, ())
    assert waktu(moment.isoformat(" ", "milliseconds"), zona=zone) == (want, ())
    back = epoch + timedelta(milliseconds=want)
    assert local_date(want, zone) == days(back.astimezone(ZoneInfo(zone)).date())
