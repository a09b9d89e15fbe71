"""Reads the pages of the project: their links and the commands they tell."""

import re
import shlex
from dataclasses import dataclass
from pathlib import Path

from tests.architecture.tree import ROOT, files

_BLOCK = re.compile(r"^```(?:sh|bash|console)\n(.*?)^```", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)#\s]+)(?:#[^)]*)?\)")


@dataclass(frozen=True, slots=True)
class Told:
    """A command that a page tells the reader to type."""

    page: Path
    words: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.page}: {' '.join(self.words)}"


def pages() -> list[Path]:
    """All Markdown files, relative to the root."""
    return [path for path in files() if path.suffix == ".md"]


def links() -> list[tuple[Path, str]]:
    """Every relative link, with the page it is on."""
    return [
        (page, target)
        for page in pages()
        for target in _LINK.findall((ROOT / page).read_text(encoding="utf-8"))
        if "://" not in target and not target.startswith("mailto:")
    ]


def commands() -> list[Told]:
    """Every command in a shell block, without comments and settings before it."""
    return [
        Told(page, words)
        for page in pages()
        for block in _BLOCK.findall((ROOT / page).read_text(encoding="utf-8"))
        for line in block.replace("\\\n", " ").splitlines()
        if (words := _words(line))
    ]


def _words(line: str) -> tuple[str, ...]:
    words = shlex.split(line.removeprefix("$ "), comments=True)
    while words and re.match(r"^[A-Z_]+=", words[0]):
        words = words[1:]
    return tuple(words)
