"""Changes wait only while those before them are being committed."""

from connectors.sql.capture.gathering import MOST_STEPS, Patience


def test_the_first_change_is_waited_for_long_and_more_only_shortly() -> None:
    patience = Patience(2.0)
    assert patience.seconds(0) == 2.0
    assert patience.seconds(1) < 0.01


def test_changes_go_on_as_soon_as_all_before_them_is_committed() -> None:
    committed = False
    patience = Patience(2.0, lambda: committed)
    assert not patience.goes_on(0)
    assert patience.goes_on(3)
    committed = True
    assert not patience.goes_on(3)


def test_nothing_waits_for_ever() -> None:
    patience = Patience(2.0, lambda: False)
    assert sum(patience.goes_on(1) for _ in range(2 * MOST_STEPS)) < MOST_STEPS
