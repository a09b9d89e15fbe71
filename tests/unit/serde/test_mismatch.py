import traceback
from decimal import Decimal
from typing import Any

import pytest

from bus.serde import EncodeError, Serde
from bus.testing.registry import MemoryRegistry
from tests.unit.serde.small import TOPIC, V1, catalog, value

SERDE = Serde(catalog(V1), MemoryRegistry())
RAHASIA = "3325012345670001"


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"ref": 5}, "ref", "needs string, got int"),
        ({"ref": None}, "ref", "needs string, got null"),
        ({"tgl": RAHASIA}, "tgl", "needs int, got str"),
        ({"tgl": 1.5}, "tgl", "needs int, got float"),
        ({"tgl": True}, "tgl", "needs int, got bool"),
        ({"tgl": 2**40}, "tgl", "out of range"),
        ({"pada": RAHASIA}, "pada", "needs long, got str"),
        ({"pada": 2**70}, "pada", "out of range"),
        ({"jumlah": RAHASIA}, "jumlah", r"needs decimal\(20,2\), got str"),
        ({"jumlah": 5}, "jumlah", r"needs decimal\(20,2\), got int"),
        ({"jumlah": Decimal("1.234")}, "jumlah", "3 decimal places"),
        ({"jumlah": Decimal("NaN")}, "jumlah", "no finite number"),
        ({"jumlah": Decimal("1e30")}, "jumlah", "too many digits"),
        ({"orang": RAHASIA}, "orang", "needs a record, got str"),
        ({"orang": {"nama": RAHASIA, "jk": RAHASIA}}, "orang.jk", "L, P, LAINNYA"),
        ({"orang": {"nama": RAHASIA, "jk": None}}, "orang.jk", "got null"),
        ({"orang": {"jk": "L"}}, "orang.nama", "is missing"),
        ({"saksi": {"nama": 1, "jk": "L"}}, "saksi.nama", "needs string, got int"),
        ({"mutu": ["A", 7]}, "mutu[1]", "needs string, got int"),
        ({"mutu": RAHASIA}, "mutu", "needs a list, got str"),
        ({"mutu": None}, "mutu", "needs a list, got null"),
        ({"lain": {"a": 1}}, "lain{}", "needs string, got int"),
        ({"lain": [RAHASIA]}, "lain", "needs a map, got list"),
        ({"benar": "ya"}, "benar", "needs boolean, got str"),
        ({"salah_tulis": RAHASIA}, "salah_tulis", "no field of the contract"),
    ],
)
def test_the_error_names_field_and_type_and_never_the_value(
    changes: dict[str, Any], field: str, words: str
) -> None:
    with pytest.raises(EncodeError, match=words) as caught:
        SERDE.encode(TOPIC, "Dicatat", value(**changes))
    assert caught.value.field == field
    assert caught.value.code == "TIDAK_SESUAI_SKEMA"
    assert RAHASIA not in "".join(traceback.format_exception(caught.value)[-1:])
    assert caught.value.__suppress_context__


def test_a_missing_field_is_named() -> None:
    short = value()
    del short["tgl"]
    with pytest.raises(EncodeError, match="Dicatat: tgl: is missing"):
        SERDE.encode(TOPIC, "Dicatat", short)


def test_a_value_that_is_no_record_is_refused() -> None:
    with pytest.raises(EncodeError, match="needs a record, got list"):
        SERDE.encode(TOPIC, "Dicatat", [])  # type: ignore[arg-type]
