"""What goes back to who sent a file: the reasons beside the rows that were rejected."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

TITLE = "ALASAN DITOLAK"
SUFFIX = "-ditolak"
Reasons = Mapping[tuple[str, int], str]
"""Sheet (empty for the only one) and line, from 1 → reason; empty for the heading."""


@dataclass(frozen=True, slots=True)
class Returned:
    """A copy to be written.

    Attributes:
        path: the file as it was sent; it is not changed.
        folder: where the copy goes; made if missing.
        reasons: why rows were rejected.
        heads: sheet → line above the first row, where the column's title goes.
    """

    path: Path
    folder: Path
    reasons: Reasons
    heads: Mapping[str, int]

    def target(self, suffix: str) -> Path:
        """Name of the copy, `warga-ditolak.xlsx`; readable by its owner only."""
        self.folder.mkdir(parents=True, exist_ok=True)
        target = self.folder / f"{self.path.stem}{SUFFIX}{suffix}"
        target.touch(mode=0o600)
        return target
