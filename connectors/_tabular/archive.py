"""Moving files out of a drop folder when their rows are committed for good."""

import logging
from collections.abc import Callable, Sequence
from pathlib import Path

log = logging.getLogger(__name__)


class Archive:
    """The folder for files that are done; does nothing where none is wanted.

    A file that was done at two polls is committed: the second poll begins only after
    the transaction of the step before the first was; what is done at the first poll of
    a process was stored.

    Args:
        folder: where they go; None leaves them where they are.
        digest: hash of a file's content.
    """

    def __init__(self, folder: Path | None, digest: Callable[[Path], str]) -> None:
        self._folder = folder
        self._digest = digest
        self._before: frozenset[str] | None = None

    def take(
        self, done: Sequence[str], candidates: Callable[[], Sequence[Path]]
    ) -> None:
        """Move what is done and committed.

        Args:
            done: hashes of contents read, as the position says.
            candidates: the files in the folder.
        """
        if self._folder is None:
            return
        committed = set(done if self._before is None else self._before)
        committed.intersection_update(done)
        self._before = frozenset(done)
        if not committed:
            return
        for path in candidates():
            try:
                if self._digest(path) in committed:
                    self._move(path, self._folder)
            except OSError as error:
                log.warning("%s stays where it is: %s", path.name, error.strerror)

    def _move(self, path: Path, folder: Path) -> None:
        """In one step on one disk; a name that is taken gets the content's hash."""
        folder.mkdir(parents=True, exist_ok=True)
        target = folder / path.name
        if target.exists():
            target = folder / f"{path.stem}-{self._digest(path)[:8]}{path.suffix}"
        path.rename(target)
