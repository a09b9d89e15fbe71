"""Claims per state: entries do not undo decisions, doubles do not reject the first."""

from decimal import Decimal

import pytest

from bus.connect.views.claims import STATES, ClaimsFold

MILLION = Decimal("1000000.00")


def totals(*events: tuple[str, str]) -> dict[str, tuple[int, Decimal]]:
    fold = ClaimsFold()
    for event_type, reason in events:
        value = {"klaim_id": "s-K", "almarhum": "s", "jumlah": MILLION}
        if reason:
            value |= {"alasan_kode": reason, "no_reg": f"ES/{reason}"}
        if event_type in {"SantunanDisiapkan", "SantunanDiajukan"}:
            value["almarhum"] = {"subjek_id": "s"}
        if event_type == "SantunanDisiapkan":
            del value["jumlah"]
        if event_type in {"SantunanDiajukan", "SantunanDicairkan"}:
            value["klaim_id"] = "ES/0412/III/2026"  # the app's own number
        fold.add(event_type, value)
    return {state: found for state, found in fold.totals().items() if found[0]}


@pytest.mark.parametrize(
    ("events", "state"),
    [
        pytest.param(["SantunanDisiapkan"], "DISIAPKAN", id="prefilled"),
        pytest.param(["SantunanDisiapkan", "SantunanDiajukan"], "DIAJUKAN", id="filed"),
        pytest.param(["SantunanDiajukan", "SantunanDisiapkan"], "DIAJUKAN", id="late"),
        pytest.param(
            ["SantunanDisetujui", "SantunanDiajukan"], "DISETUJUI", id="again"
        ),
        pytest.param(
            ["SantunanDiajukan", "SantunanDisetujui", "SantunanDicairkan"],
            "DICAIRKAN",
            id="paid",
        ),
        pytest.param(
            ["SantunanDitolak", "SantunanDiverifikasi"], "DIVERIFIKASI", id="r"
        ),
    ],
)
def test_newest_state(events: list[str], state: str) -> None:
    rupiah = Decimal(0) if state == "DISIAPKAN" else MILLION
    assert totals(*((event, "") for event in events)) == {state: (1, rupiah)}


def test_second_application_rejected_as_double_leaves_the_first() -> None:
    found = totals(("SantunanDisetujui", ""), ("SantunanDitolak", "DUPLIKAT"))
    assert found == {"DISETUJUI": (1, MILLION)}


def test_second_application_withdrawn_leaves_the_first() -> None:
    found = totals(("SantunanDisetujui", "SATU"), ("SantunanDibatalkan", "DUA"))
    assert found == {"DISETUJUI": (1, MILLION)}
    found = totals(("SantunanDisetujui", "SATU"), ("SantunanDibatalkan", "SATU"))
    assert found == {"DIBATALKAN": (1, MILLION)}


def test_every_state_is_shown_and_strangers_are_ignored() -> None:
    fold = ClaimsFold()
    fold.add("KematianDilaporkan", {"almarhum": "x"})
    fold.add("SantunanDisetujui", {})
    assert fold.totals() == {state: (0, Decimal(0)) for state in STATES}
