"""Files that a source has read, found again by their content."""

from __future__ import annotations

from difflib import SequenceMatcher
from hashlib import blake2b
from typing import TYPE_CHECKING

from bus.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from pathlib import Path

_BLOCK = 1 << 20
_LOOKED_AT, _NAMED = 40, 3
WANTED = (
    "give the file as it lies now: in the archive (`arsip` of the connector's file), "
    "or in its folder where nothing is archived; a copy with the same content will do"
)


def digest_of_read(path: Path, done: Collection[str]) -> str:
    """The content's hash, one of those that were read.

    Args:
        path: the file, wherever it lies.
        done: hashes of what was read.

    Raises:
        ConfigError: it is not there, or its content was not read; names files near it
            that were.
    """
    try:
        digest = _digest(path)
    except OSError as error:
        raise ConfigError(f"{path}: {error.strerror}; {_instead(path, done)}") from None
    if digest not in done:
        told = "this content was not read yet, so nothing has to be done to read it"
        raise ConfigError(
            f"{path}: {told}; if another is meant: {_instead(path, done)}"
        )
    return digest


def _digest(path: Path) -> str:
    digest = blake2b(digest_size=12)
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            digest.update(block)
    return digest.hexdigest()


def _instead(path: Path, done: Collection[str]) -> str:
    found = [str(each) for each in _known(path, done)]
    return WANTED + (f". Read were: {', '.join(found)}" if found else "")


def _known(path: Path, done: Collection[str]) -> list[Path]:
    """Files around it that were read, the most alike first."""
    likeness = SequenceMatcher(b=path.name)

    def alike(other: Path) -> float:
        likeness.set_seq1(other.name)
        return likeness.ratio()

    found: list[Path] = []
    for other in sorted(_around(path), key=alike, reverse=True)[:_LOOKED_AT]:
        try:
            if _digest(other) in done:
                found.append(other)
        except OSError:
            continue  # it may not be read, or went away while looking
        if len(found) == _NAMED:
            break
    return found


def _around(path: Path) -> Iterator[Path]:
    """Files in its folder, and in those below and beside: an archive is often there."""
    folder = next((each for each in path.absolute().parents if each.is_dir()), None)
    if folder is None:
        return
    folders = {folder}
    for above in (folder, folder.parent):
        folders.update(each for each in _listed(above) if each.is_dir())
    for each in sorted(folders):
        yield from (file for file in _listed(each) if file.is_file())


def _listed(folder: Path) -> list[Path]:
    try:
        return sorted(folder.iterdir())
    except OSError:
        return []
