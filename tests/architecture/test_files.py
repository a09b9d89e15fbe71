"""One concept per file: short, named after what is in it."""

import re
from pathlib import Path

import pytest

from tests.architecture.tree import PACKAGES, ROOT, files, sources, text_of

LONGEST = 300
FORBIDDEN = re.compile(r"(^|_)(utils?|helpers?|common|managers?|misc)(_|$)")
LOOSE = re.compile(r"^class \w*(Manager|Helper|Utils?)\b", re.MULTILINE)


@pytest.mark.parametrize("path", sources(), ids=str)
def test_no_file_is_longer_than_300_lines(path: Path) -> None:
    lines = (text_of(path) or "").count("\n")
    assert lines <= LONGEST, f"{path}: {lines} lines; split it by concept"


@pytest.mark.parametrize("path", sources(), ids=str)
def test_names_say_what_is_inside(path: Path) -> None:
    for part in path.with_suffix("").parts:
        assert not FORBIDDEN.search(part), f"{path}: '{part}' says nothing"
    assert not LOOSE.search(text_of(path) or "")


def packages() -> list[Path]:
    return [
        path
        for path in sources()
        if path.name == "__init__.py" and path.parts[0] in PACKAGES
    ]


@pytest.mark.parametrize("path", packages(), ids=str)
def test_every_package_says_what_it_is(path: Path) -> None:
    assert (text_of(path) or "").lstrip().startswith('"""')


def test_every_source_folder_is_a_package() -> None:
    folders = {path.parent for path in sources() if path.parts[0] in PACKAGES}
    missing = [str(f) for f in folders if not (ROOT / f / "__init__.py").is_file()]
    assert missing == []


@pytest.mark.parametrize("path", files(), ids=str)
def test_no_merge_is_left_half_done(path: Path) -> None:
    lines = (text_of(path) or "").split("\n")
    assert not [each for each in lines if each.startswith(("<" * 7, ">" * 7))]
