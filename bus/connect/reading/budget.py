"""When a source stops by itself: too many rejected rows, too many deletions."""

from bus.connect.files.definition import Limits
from bus.errors import FatalError

EARLY_FACTOR = 10


class PausedError(FatalError):
    """The source stopped itself on purpose and waits for a person."""


class Budget:
    """Counts one pass over a source.

    Args:
        name: connector, for messages.
        limits: what the connector file allows.
    """

    def __init__(self, name: str, limits: Limits) -> None:
        self._name = name
        self._limits = limits
        self._rows = 0
        self._rejected = 0

    def add(self, rows: int, rejected: int) -> None:
        """Count a batch."""
        self._rows += rows
        self._rejected += rejected

    def judge(self, *, complete: bool) -> str | None:
        """Why to pause after this batch, or None; a complete pass begins anew.

        Judged at the end of a pass, or earlier when very many rows are bad: a first
        file that is bad as a whole still gets all its dead letters.
        """
        rows, rejected = self._rows, self._rejected
        if complete:
            self._rows = self._rejected = 0
        enough = self._limits.minimum_baris * (1 if complete else EARLY_FACTOR)
        if rows < enough or rejected * 100 <= self._limits.tolak_persen * rows:
            return None
        return (
            f"{self._name}: paused: {rejected} of {rows} rows were rejected, more than "
            f"{self._limits.tolak_persen:g} %; look at them with `opdbus dlq`, correct "
            "the source or the mapping, then let it go on with `opdbus connector "
            f"resume {self._name}`"
        )

    def check_deletes(self, missing: int, remembered: int) -> None:
        """Refuse to withdraw most of what is known because a source was emptied.

        Raises:
            PausedError: more deletions than the connector file allows.
        """
        limits = self._limits
        if missing <= limits.minimum_hapus:
            return
        if missing * 100 > limits.hapus_persen * remembered:
            raise PausedError(
                f"{self._name}: paused: {missing} of {remembered} known rows have "
                f"disappeared, more than {limits.hapus_persen:g} %; nothing was "
                "withdrawn. If that is right, raise `batas.hapus_persen` in the file, "
                "which starts it anew; if not, the source was emptied by mistake"
            )
