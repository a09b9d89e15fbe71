"""Every edge case that a flow's page lists has the test it names."""

import re
from pathlib import Path

import pytest

from tests.architecture.tree import ROOT

PAGES = ["selisih", "aduan"]
NAMED = re.compile(r"`(test_\w+)`")


@pytest.mark.parametrize("flow", PAGES)
def test_the_tests_of_the_table_exist(flow: str) -> None:
    page = (ROOT / f"ops/docs/architecture/{flow}.md").read_text(encoding="utf-8")
    section = page.partition("## Edge cases and their tests")[2].partition("\n## ")[0]
    rows = [line for line in section.splitlines() if line.startswith("| ")][1:]
    assert len(rows) > 10
    there = set(re.findall(r"^def (test_\w+)", text_of(flow), re.MULTILINE))
    for row in rows:
        named = NAMED.findall(row)
        assert named, row
        assert set(named) <= there, set(named) - there


def text_of(flow: str) -> str:
    """All tests of a flow."""
    folder = Path(ROOT / "tests/unit/pipelines" / flow)
    return "\n".join(p.read_text(encoding="utf-8") for p in folder.glob("*.py"))
