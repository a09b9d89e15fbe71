"""The page of operators: every one is told, with lines that stand in its test."""

import re
from pathlib import Path

import pytest

from tests.architecture.tree import ROOT

PAGE = (ROOT / "ops/docs/architecture/operators.md").read_text()
FOLDER = ROOT / "bus/streams/topology/operators"
PARTS = {"__init__", "row", "store_key", "deadline", "grid", "versions"}
BLOCK = re.compile(r"^`(test_\w+\.py)`:\n```python\n(.*?)```", re.MULTILINE | re.DOTALL)
EXAMPLES = BLOCK.findall(PAGE)


def test_every_operator_has_a_section():
    told = {
        name.strip()
        for line in re.findall(r"^## (.+)$", PAGE, re.MULTILINE)
        for name in line.split(",")
    }
    there = {path.stem for path in FOLDER.glob("*.py")} - PARTS
    assert there <= told
    assert told - there == {"Proven together"}


@pytest.mark.parametrize(("file", "code"), EXAMPLES)
def test_every_line_of_an_example_stands_in_the_test(file: str, code: str):
    test = Path(ROOT / "tests/unit/operators" / file).read_text()
    lines = {line.strip().rstrip(",") for line in test.splitlines()}
    flat = re.sub(r"\s+", "", test)
    for line in code.splitlines():
        text = line.strip().rstrip(",")
        assert text in lines or re.sub(r"\s+", "", text) in flat, line


def test_there_are_examples():
    assert len(EXAMPLES) >= 13


def test_every_operator_takes_part_in_the_properties():
    shared = (ROOT / "tests/unit/operators/semua.py").read_text(encoding="utf-8")
    used = set(re.findall(r"operators\.(\w+) import", shared))
    assert {path.stem for path in FOLDER.glob("*.py")} - PARTS <= used
