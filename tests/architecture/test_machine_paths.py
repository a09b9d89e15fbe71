"""Nothing in the tree knows the machine it was written on."""

import re
from pathlib import Path

import pytest

from tests.architecture.tree import files, text_of

# Written in pieces, so that this file does not find itself.
PLACES = re.compile(r"(?<![\w.])/(" + "work|root|tmp|" + r"home/\w+|Users/\w+)/")
INDEX = re.compile(
    "(extra-)?index-" + "url|find-" + "links|trusted-" + "host", re.IGNORECASE
)


@pytest.mark.parametrize("path", files(), ids=str)
def test_no_path_of_a_machine(path: Path) -> None:
    text = text_of(path) or ""
    found = [match[0] for match in PLACES.finditer(text)]
    assert found == [], f"{path} names a folder of one machine"


def test_requirements_are_exact_and_name_no_index() -> None:
    lines = (text_of(Path("requirements.txt")) or "").split("\n")
    pins = [line for line in lines if line and not line.startswith("#")]
    assert all(re.fullmatch(r"[\w.-]+(\[[\w,]+\])?==[\w.]+", pin) for pin in pins)


@pytest.mark.parametrize("path", files(), ids=str)
def test_no_package_index_address(path: Path) -> None:
    assert not INDEX.search(text_of(path) or "")
