"""The grants in force: their files as they are now, or as they last were right."""

from __future__ import annotations

import logging
from hashlib import blake2b
from typing import TYPE_CHECKING

from bus import metrics
from bus.connect.files.watch import FileWatch
from bus.errors import ConfigError
from bus.gateway.pull.access import access
from bus.gateway.pull.grant import compile_grant
from bus.gateway.pull.grant_file import read_grant, tokens_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from bus.connect.files.watch import Look
    from bus.gateway.pull.access import Access
    from bus.gateway.pull.grant import Grant, Rules

log = logging.getLogger(__name__)


class Grants:
    """Loads grants, and loads again the ones that change.

    Args:
        paths: files, and folders of files.
        rules: what they are compiled with.

    Attributes:
        accesses: what is in force; an unchanged grant stays the same object.
        problems: file → why its present content is not used.
    """

    def __init__(self, paths: Sequence[Path], rules: Rules) -> None:
        self.accesses: tuple[Access, ...] = ()
        self.problems: dict[Path, str] = {}
        self._paths = tuple(paths)
        self._rules = rules
        self._watch = FileWatch(paths)
        self._read: dict[Path, tuple[bytes, Access, tuple[Path, ...]]] = {}

    def load(self) -> None:
        """The first look; everything has to be right.

        Raises:
            ConfigError: every problem of every file.
        """
        look = looked(self._watch, self._paths)
        problems: list[str] = []
        for path, digest in look.files.items():
            try:
                self._take(path, digest)
            except ConfigError as error:
                problems += error.problems
        if problems:
            raise ConfigError(*problems)
        self._arrange(look)

    def reload(self) -> bool:
        """Look again; a file that has gone is a grant withdrawn.

        Of a file that is not right the version before stays in force.

        Returns:
            Whether `accesses` has changed.
        """
        look = self._watch.look()
        there = look.files.keys() | look.broken.keys()
        for path in [path for path in self._read if path not in there]:
            log.info("%s: removed, its grant is withdrawn", path)
            del self._read[path]
        refused = {path: error.problems for path, error in look.broken.items()}
        for path, digest in look.files.items():
            try:
                if self._take(path, digest):
                    log.info("%s: loaded", path)
            except ConfigError as error:
                refused[path] = error.problems
        self._tell(refused)
        return self._arrange(look)

    def _take(self, path: Path, digest: bytes) -> bool:
        """Put a file in force, if it has changed.

        Raises:
            ConfigError: it is not right.
        """
        known = self._read.get(path)
        if known is not None and known[0] == _with_tokens(digest, known[2]):
            return False
        file, document = read_grant(path)
        grant = compile_grant(file, path, self._rules)
        stamp = _with_tokens(digest, file.token_files)
        found = access(grant, tokens_of(file, document))
        others = [each[1] for at, each in self._read.items() if at != path]
        problems = []
        if any(each.grant.name == grant.name for each in others):
            problems.append(f"{path}: grant {grant.name!r} is in another file too")
        if any(each.digests & found.digests for each in others):
            problems.append(
                f"{path}: another grant has the same token; give each app its own"
            )
        if problems:
            raise ConfigError(*problems)
        self._read[path] = stamp, found, file.token_files
        return True

    def _tell(self, refused: dict[Path, Sequence[str]]) -> None:
        problems = {path: "; ".join(each) for path, each in refused.items()}
        for path, text in problems.items():
            if self.problems.get(path) != text:
                kept = path in self._read
                what = "the version before stays in force" if kept else "not used"
                log.error("%s: %s: %s", path, what, text)
        self.problems = problems

    def _arrange(self, look: Look) -> bool:
        order = (*look.files, *look.broken)
        found = tuple(self._read[path][1] for path in order if path in self._read)
        changed, self.accesses = found != self.accesses, found
        metrics.GRANTS.labels("in_force").set(len(found))
        metrics.GRANTS.labels("refused").set(len(self.problems))
        return changed


def look_at(paths: Sequence[Path], rules: Rules) -> list[Grant]:
    """Grants without their tokens, to be looked at.

    Raises:
        ConfigError: every problem of every file.
    """
    grants: list[Grant] = []
    problems: list[str] = []
    for path in looked(FileWatch(paths), paths).files:
        try:
            grants.append(compile_grant(read_grant(path)[0], path, rules))
        except ConfigError as error:
            problems += error.problems
    names = [grant.name for grant in grants]
    problems += [
        f"grant {name!r} is in two of the files; names must differ"
        for name in sorted({name for name in names if names.count(name) > 1})
    ]
    if problems:
        raise ConfigError(*problems)
    return grants


def looked(watch: FileWatch, paths: Iterable[Path]) -> Look:
    """A first look, in which each path has to be there and to be readable.

    Raises:
        ConfigError: one is not.
    """
    missing = [f"{p}: No such file or directory" for p in paths if not p.exists()]
    look = watch.look()
    problems = [*missing, *(x for e in look.broken.values() for x in e.problems)]
    if problems:
        raise ConfigError(*problems)
    return look


def _with_tokens(digest: bytes, files: Iterable[Path]) -> bytes:
    """Digest of a grant and of its tokens in files: they change without it."""
    whole = blake2b(digest, digest_size=16)
    for path in files:
        try:
            whole.update(path.read_bytes())
        except OSError as error:
            whole.update(str(error).encode())
    return whole.digest()
