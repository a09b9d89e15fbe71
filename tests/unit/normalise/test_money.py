"""Money and numbers: quirk Q7."""

from decimal import Decimal, localcontext

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bus.errors import RowError
from bus.normalise.money import uang
from bus.normalise.numbers import bilangan, desimal
from tests.unit.normalise.cells import quick


@pytest.mark.parametrize(
    "raw",
    [
        "Rp 1.000.000,-",
        "Rp1.000.000",
        "Rp. 1.000.000,00",
        "1.000.000,00",
        "1,000,000.00",
        "1000000",
        "1000000.00",
        "1000000.0000",
        "1 000 000",
        "IDR 1,000,000",
        "'1.000.000",
        1000000,
        1000000.0,
        Decimal("1E+6"),
        Decimal("1000000.00"),
        b"1000000",
    ],
    ids=ascii,
)
def test_notations_of_a_million(raw: object) -> None:
    amount, flags = uang(raw)
    assert amount == Decimal("1000000.00")
    assert amount is not None
    assert amount.as_tuple().exponent == -2
    assert flags == ()


@pytest.mark.parametrize(
    ("raw", "want"),
    [
        ("250.000", "250000.00"),
        ("1.500", "1500.00"),
        ("1,500", "1500.00"),
        ("0.500", "0.50"),
        ("1.5", "1.50"),
        ("1.000,5", "1000.50"),
        ("(1.500)", "-1500.00"),
        ("(Rp 1.500)", "-1500.00"),
        ("-1.500", "-1500.00"),
        ("\u22121.500", "-1500.00"),
        ("Rp -1.500", "-1500.00"),
        ("-Rp 1.500", "-1500.00"),
        ("Rp 0,-", "0.00"),
        ("-0", "0.00"),
        (Decimal("0.125"), "0.12"),
        (Decimal("0.135"), "0.14"),
        ("9999999999999", "9999999999999.00"),
    ],
    ids=ascii,
)
def test_last_separator_sign_and_rounding(raw: object, want: str) -> None:
    assert str(uang(raw)[0]) == want


def test_cents_and_rounding_are_flagged() -> None:
    assert uang("10,50") == (Decimal("10.50"), ("SEN_TIDAK_NOL",))
    assert uang("10,50", tunai=False) == (Decimal("10.50"), ())
    assert uang("10.4999") == (Decimal("10.50"), ("DIBULATKAN", "SEN_TIDAK_NOL"))
    assert uang(1000000.001) == (Decimal("1000000.00"), ("DIBULATKAN",))


@pytest.mark.parametrize("raw", [None, "", "-", "NIHIL"], ids=ascii)
def test_nothing_written_is_nothing(raw: object) -> None:
    assert uang(raw) == (None, ())
    assert bilangan(raw) == (None, ())
    assert desimal(raw) == (None, ())


@pytest.mark.parametrize(
    "raw",
    [
        "1.00.000",
        "1.000.000.",
        "1.000.000-",
        "1,5E+9",
        "sejuta",
        "((5))",
        "(-5)",
        "--5",
        True,
        float("nan"),
        float("inf"),
        Decimal("NaN"),
        10**18,
        "1" * 80,
        [1],
    ],
    ids=ascii,
)
def test_what_is_not_money_is_refused(raw: object) -> None:
    with pytest.raises(RowError) as refused:
        uang(raw, field="nominal")
    assert refused.value.code == "UANG_TIDAK_SAH"
    assert refused.value.field == "nominal"


def test_a_nik_in_the_money_column_is_masked() -> None:
    with pytest.raises(RowError) as refused:
        uang("33.2512450158000.3")
    assert "3325124501580003" not in str(refused.value).replace(".", "")


def test_whole_numbers() -> None:
    assert bilangan("1.250") == (1250, ())
    assert bilangan("5,0") == (5, ())
    assert bilangan(5.0) == (5, ())
    assert bilangan("-7") == (-7, ())
    assert bilangan("007", minimum=1, maksimum=10) == (7, ())
    for raw in ("5,5", "lima", True, float("inf"), Decimal("1E+900")):
        with pytest.raises(RowError, match="bilangan bulat"):
            bilangan(raw)
    for value in (11, 10**30):
        with pytest.raises(RowError) as refused:
            bilangan(value, maksimum=10)
        assert refused.value.code == "BILANGAN_DI_LUAR_BATAS"


def test_decimals_keep_their_places() -> None:
    assert desimal("12,345") == (Decimal("12345.00"), ())
    assert desimal("12,3456", angka=3) == (Decimal("12.346"), ("DIBULATKAN",))
    with pytest.raises(RowError):
        desimal("dua")


amounts = st.integers(min_value=-(10**15), max_value=10**15)


@quick
@given(amounts, st.sampled_from([".", ","]))
def test_grouped_amounts_are_read_back(cents: int, mark: str) -> None:
    want = Decimal(cents).scaleb(-2)
    other = "," if mark == "." else "."
    text = f"{abs(want):,.2f}".replace(",", "_").replace(".", other)
    text = ("-" if cents < 0 else "") + text.replace("_", mark)
    assert uang(text)[0] == want


@quick
@given(amounts)
def test_money_does_not_depend_on_the_global_context(cents: int) -> None:
    want = Decimal(cents).scaleb(-2)
    with localcontext() as context:
        context.prec = 3
        assert uang(want)[0] == want
