import pytest

from bus.connect.files.definition import Limits
from bus.connect.reading.budget import Budget, PausedError


@pytest.mark.parametrize(
    ("rows", "rejected", "complete", "paused"),
    [
        (199, 199, True, False),
        (200, 100, True, False),
        (200, 101, True, True),
        (1999, 1999, False, False),
        (2000, 2000, False, True),
    ],
)
def test_judges_at_the_end_or_when_very_many_are_bad(
    rows: int, rejected: int, complete: bool, paused: bool
) -> None:
    budget = Budget("uji", Limits())
    budget.add(rows, rejected)
    assert (budget.judge(complete=complete) is not None) is paused


def test_a_pass_begins_anew() -> None:
    budget = Budget("uji", Limits(minimum_baris=2))
    budget.add(2, 1)
    assert budget.judge(complete=True) is None
    budget.add(2, 2)
    text = budget.judge(complete=True)
    assert text is not None
    assert "2 of 2 rows" in text


@pytest.mark.parametrize(
    ("missing", "known", "refused"),
    [(20, 20, False), (21, 41, True), (21, 42, False), (1000, 1000, True)],
)
def test_mass_deletions_are_refused(missing: int, known: int, refused: bool) -> None:
    budget = Budget("uji", Limits())
    if refused:
        with pytest.raises(PausedError, match="nothing was withdrawn"):
            budget.check_deletes(missing, known)
    else:
        budget.check_deletes(missing, known)
