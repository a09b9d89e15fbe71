"""`opdbus connector check` for a drop folder: is it there, can its files be read?"""

from __future__ import annotations

import os
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from bus.connect.finding import BAD, GOOD, NOTE, Finding
from bus.connect.source import Unreadable
from connectors._tabular.reader import FileReader, UnreadableFileError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from bus.connect.spec import Opening
    from connectors._tabular.config import FolderConfig

MOST_FILES = 50


def examine_folder(
    config: FolderConfig, opening: Opening, reader: FileReader
) -> Iterator[Finding]:
    """Findings about the folder and each of its files, newest first.

    Args:
        config: the `source:` block.
        opening: name and columns.
        reader: opens one file.
    """
    if bad := _unusable(config):
        yield from bad
        return
    yield from _copies(config)
    files = sorted(
        config.folder.glob(config.pattern), key=lambda path: -path.stat().st_mtime
    )
    level = GOOD if files else NOTE
    told = f"{len(files)} files {config.pattern} in {config.folder}"
    yield Finding("folder", level, told)
    if others := _others(config):
        yield Finding("folder", NOTE, others)
    wanted = tuple(dict.fromkeys((*opening.columns, *config.scope)))
    found = [_file(path, reader, wanted) for path in files[:MOST_FILES]]
    yield from found
    total = sum(finding.rows or 0 for finding in found)
    yield Finding("rows", GOOD, f"{total:,} rows", total)


def _others(config: FolderConfig) -> str:
    """What lies there and is not read, as a file renamed by a clerk."""
    names = sorted(
        path.name
        for path in config.folder.iterdir()
        if path.is_file() and path.name[0] not in ".~"
    )
    others = [name for name in names if not fnmatchcase(name, config.pattern)]
    if not others:
        return ""
    more = f" and {len(others) - MOST_FILES} more" if len(others) > MOST_FILES else ""
    return (
        f"not read, since `pattern` {config.pattern} does not match: "
        f"{', '.join(others[:MOST_FILES])}{more}"
    )


def _unusable(config: FolderConfig) -> list[Finding]:
    folder = config.folder
    if not folder.is_dir():
        return [Finding("folder", BAD, f"{folder} does not exist")]
    bad = []
    if not os.access(folder, os.R_OK | os.X_OK):
        bad.append(f"{folder}: no right to read; chmod or chown it")
    bad += [text for text in (_closed(config.arsip),) if text]
    return [Finding("folder", BAD, text) for text in bad]


def _copies(config: FolderConfig) -> Iterator[Finding]:
    """Where files with rejected rows go; a run goes on without."""
    if told := _closed(config.returns_to()):
        yield Finding("copies", NOTE, f"{told}; or set `kembali:`")


def _closed(folder: Path | None) -> str:
    place = _first_there(folder) if folder else None
    if place and not os.access(place, os.W_OK):
        return f"{folder}: no right to write in {place}; chmod or chown it"
    return ""


def _first_there(folder: Path) -> Path:
    """The folder, or the nearest above it in which it would be made."""
    return next((each for each in (folder, *folder.parents) if each.exists()), folder)


def _file(path: Path, reader: FileReader, wanted: tuple[str, ...]) -> Finding:
    try:
        lines = reader(path, wanted)
        rows = list(lines.rows)
        lines.close()
    except UnreadableFileError as error:
        return Finding(path.name, BAD, error.message)
    except OSError as error:
        return Finding(path.name, BAD, f"{error.strerror}; check its rights")
    bad = sum(isinstance(row, Unreadable) for row in rows)
    good = len(rows) - bad
    told = f"{good:,} rows, all columns found"
    if bad:
        return Finding(path.name, NOTE, f"{told}, {bad} broken lines", good)
    return Finding(path.name, GOOD, told, good)
