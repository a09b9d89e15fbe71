"""The connectors of the example tenant: checked, and their own test rows pass."""

import re
from pathlib import Path

import pytest

from bus.connect.files.connector import load_connector
from bus.connect.reading.rehearsal import Rehearsal
from ops.wiring import SINKS, SOURCES
from tests.conformance.workshop import CATALOG, RULES, TENANT

EXAMPLES = Path("ops/examples")
FILES = sorted(
    path
    for folder in ("batang/connectors", "legacy", "opensid")
    for path in (EXAMPLES / folder).glob("*.yaml")
)
SHAPES = "abcdefghijklmnopq"


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_example(path: Path) -> None:
    connector = load_connector(path, SOURCES, CATALOG, RULES)
    verdicts = Rehearsal(connector, CATALOG, TENANT.id).test_rows()
    assert verdicts
    assert [(each.name, each.problems) for each in verdicts if each.problems] == []


def test_every_shape_of_legacy_app_has_an_example() -> None:
    page = EXAMPLES / "legacy/README.md"
    told = page.read_text(encoding="utf-8")
    for shape in SHAPES:
        row = next(x for x in told.splitlines() if x.startswith(f"| {shape}: "))
        files = re.findall(r"`([^`]+\.yaml)`", row)
        assert files
        assert all((page.parent / file).resolve() in RESOLVED for file in files)


RESOLVED = {path.resolve() for path in FILES}


@pytest.mark.parametrize("specs", [SOURCES, SINKS], ids=["sources", "sinks"])
def test_each_kind_is_the_one_it_says(specs) -> None:  # type: ignore[no-untyped-def]
    assert [spec.kind for spec in specs.values()] == list(specs)


@pytest.mark.parametrize("spec", SOURCES.values(), ids=lambda spec: spec.kind)
def test_examples_of_the_specs_are_valid(spec) -> None:  # type: ignore[no-untyped-def]
    assert spec.examples
    for example in spec.examples.values():
        spec.config.model_validate(example)
