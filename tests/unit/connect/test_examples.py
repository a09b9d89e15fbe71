"""The connectors of the example tenant: checked, and their own test rows pass."""

from pathlib import Path

import pytest

from bus.connect.connector import load_connector
from bus.connect.rehearsal import Rehearsal
from ops.wiring import SOURCE_SPECS, SOURCES
from tests.conformance.workshop import CATALOG, RULES, TENANT

FILES = sorted(Path("ops/examples/batang/connectors").glob("*.yaml"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_example(path: Path) -> None:
    connector = load_connector(path, SOURCES, CATALOG, RULES)
    verdicts = Rehearsal(connector, CATALOG, TENANT.id).test_rows()
    assert verdicts
    assert [(each.name, each.problems) for each in verdicts if each.problems] == []


def test_there_are_examples() -> None:
    assert FILES


@pytest.mark.parametrize("spec", SOURCE_SPECS, ids=lambda spec: spec.kind)
def test_examples_of_the_specs_are_valid(spec) -> None:  # type: ignore[no-untyped-def]
    assert spec.examples
    for example in spec.examples.values():
        spec.config.model_validate(example)
