"""Raw cells as legacy apps hand them over, for property tests. All values invented."""
# ruff: noqa: DTZ001 - drivers of legacy databases hand over naive datetimes

from datetime import date, datetime
from decimal import Decimal

from hypothesis import settings
from hypothesis import strategies as st

quick = settings(
    max_examples=40,
    database=None,
    derandomize=True,
)

_DIGITISH = st.text(alphabet="0123456789 .,-/'EeRpXx\u200b\u00a0()+", max_size=24)

cells = st.one_of(
    st.none(),
    st.booleans(),
    st.text(max_size=30),
    _DIGITISH,
    st.binary(max_size=20),
    st.integers(min_value=-(10**40), max_value=10**40),
    st.floats(allow_nan=True, allow_infinity=True),
    st.decimals(allow_nan=True, allow_infinity=True),
    st.dates(),
    st.datetimes(),
    st.lists(st.integers(), max_size=3),
    st.sampled_from(
        [
            "3,32501E+15",
            "1234567890123450.0",
            2147483647,
            "0000-00-00 00:00:00",
            "<b>x</b> &amp;lt;",
            "Rp 1.000.000,-",
            Decimal("1E+400"),
            10**5000,
            date(1, 1, 1),
            datetime(9999, 12, 31, 23, 59),
            "\ud800",
            object(),
        ]
    ),
)


@st.composite
def niks(draw: st.DrawFn) -> str:
    """A valid NIK of an invented person."""
    born = draw(st.dates(min_value=date(1930, 1, 1), max_value=date(2025, 12, 31)))
    province = draw(st.sampled_from(["11", "33", "35", "63", "94"]))
    region = draw(st.integers(min_value=1, max_value=69))
    district = draw(st.integers(min_value=1, max_value=99))
    day = born.day + draw(st.sampled_from([0, 40]))
    serial = draw(st.integers(min_value=1, max_value=9999))
    return f"{province}{region:02d}{district:02d}{day:02d}{born:%m%y}{serial:04d}"
