"""The values of one column, and questions about them."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from bus.connect.proposal.words import words
from bus.errors import RowError
from bus.normalise import NORMALISERS
from bus.normalise.result import is_blank, text_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from bus.connect.survey import FoundColumn


class Sample:
    """The filled values of one column, and questions about them."""

    def __init__(self, column: FoundColumn, values: Sequence[Any]) -> None:
        self.column = column
        self.words = words(column.name)
        self.all = len(values)
        self.values = [v for v in values if not is_blank(text_of(v))]
        self.texts = [text_of(v) for v in self.values]

    def __len__(self) -> int:
        return len(self.values)

    def share(self, test: Callable[[str], object]) -> float:
        """Share of the filled values for which the test holds."""
        return sum(bool(test(text)) for text in self.texts) / max(1, len(self))

    def accepted(self, rule: str, **options: Any) -> float:
        """Share of the filled values that a normaliser accepts."""
        good = 0
        for value in self.values:
            try:
                good += NORMALISERS[rule](value, **options)[0] is not None
            except RowError:
                continue
        return good / max(1, len(self))

    def counted(self) -> Counter[str]:
        return Counter(self.texts)
