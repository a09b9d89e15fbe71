"""Within a transaction only the last state of a row counts."""

from connectors.sql.capture.log import Piece
from connectors.sql.capture.transaction import Transaction


def test_a_row_deleted_and_inserted_again_is_a_change() -> None:
    piece, transaction = Piece(["log", 4, 0]), Transaction(stamp=9)
    transaction.add(1, (1, "a"), deleted=True)
    transaction.add(2, (2, "b"), deleted=False)
    transaction.add(1, (1, "c"), deleted=False)
    assert transaction.give(piece) == 3
    assert piece.rows == [(2, "b"), (1, "c")]
    assert piece.deleted == [False, False]
    assert piece.stamps == [9, 9]


def test_what_was_given_out_before_is_passed_over() -> None:
    piece, transaction = Piece(["log", 4, 0]), Transaction(skip=2)
    transaction.add(1, (1,), deleted=False)
    transaction.add(2, (2,), deleted=True, counts=False)
    transaction.add(3, (3,), deleted=False)
    transaction.add(4, (4,), deleted=False)
    assert transaction.give(piece) == 3
    assert piece.rows == [(4,)]
