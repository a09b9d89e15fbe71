"""Which files still have to go back to their senders."""

from collections.abc import Callable, Sequence
from pathlib import Path

GiveBack = Callable[[Path, Path], None]


class Returns:
    """Files that were read; each is looked at once, after it was committed.

    A file that waits at two polls is committed: the second poll begins only after the
    transaction of the step before the first was; what waits at the first poll of a
    process was stored, so a death in between costs no copy.

    Args:
        folder: where copies go; None for no copies.
        give: writes the copy, if there is anything to write; None in a trial.
        digest: hash of a file's content.
    """

    def __init__(
        self, folder: Path | None, give: GiveBack | None, digest: Callable[[Path], str]
    ) -> None:
        self._folder = folder
        self._give = give
        self._digest = digest
        self._wanted: list[str] = []
        self._before: frozenset[str] | None = None

    @property
    def waiting(self) -> dict[str, list[str]]:
        """What the position keeps of it; empty while nothing waits."""
        return {"back": self._wanted} if self._wanted else {}

    def wait_for(self, digest: str) -> None:
        """A file was read to its end."""
        if self._folder is not None and self._give is not None:
            self._wanted = [*self._wanted, digest]

    def take(
        self, waiting: Sequence[str], candidates: Callable[[], Sequence[Path]]
    ) -> None:
        """Give back what waits and is committed.

        Args:
            waiting: hashes of contents, as the position says.
            candidates: the files in the folder.
        """
        committed = set(waiting if self._before is None else self._before)
        committed.intersection_update(waiting)
        self._before = frozenset(waiting)
        self._wanted = [each for each in waiting if each not in committed]
        if not committed or self._folder is None or self._give is None:
            return
        for path in candidates():
            try:
                ours = self._digest(path) in committed
            except OSError:
                continue  # it went away while looking
            if ours:
                self._give(path, self._folder)
