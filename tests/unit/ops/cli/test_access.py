"""Accesses as an operator sees them; a day as he writes it."""

from zoneinfo import ZoneInfo

import pytest

from bus.contracts import Catalog
from bus.errors import ConfigError
from ops.cli.access import moment_ms, print_accesses

WIB = ZoneInfo("Asia/Jakarta")


def test_one_row_for_each_answer(capsys: pytest.CaptureFixture[str]) -> None:
    (example,) = Catalog.load().event("PersonalDataRead").examples
    print_accesses([example.value], WIB)
    shown = " ".join(capsys.readouterr().out.replace("│", " ").split())
    assert "2026-03-02 23:45:00" in shown
    assert "12 Santun" in shown
    assert "0:40-57, 2:31-44" in shown
    for told in ("kios", "sosial.santunan", "PKS"):
        assert told in shown


@pytest.mark.parametrize(
    ("text", "ms"),
    [
        ("2026-03-02", 1_772_384_400_000),
        ("2026-03-02T07:00", 1_772_409_600_000),
        ("2026-03-02T00:00Z", 1_772_409_600_000),
    ],
)
def test_a_day_is_the_tenants(text: str, ms: int) -> None:
    assert moment_ms(text, WIB) == ms


def test_what_is_no_day_is_refused() -> None:
    with pytest.raises(ConfigError, match="write 2026-03-02"):
        moment_ms("kemarin", WIB)
