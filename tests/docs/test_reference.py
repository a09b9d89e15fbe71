"""The reference page of connector files says what the program says, key by key."""

import re
from typing import Any

import pytest
from pydantic import BaseModel

from bus.connect.mapping.rule_book import IDENTITY_RULES, OF_TYPE
from bus.normalise import NORMALISERS, describe
from bus.normalise.registry import Description, Option
from tests.architecture.tree import ROOT
from tests.docs.model_table import rows_of, tables
from tests.docs.sections import NAMES, SECTIONS

PAGE = (ROOT / "ops/docs/connector-yaml.md").read_text(encoding="utf-8")
TABLES = tables(PAGE)


@pytest.mark.parametrize("heading", SECTIONS)
def test_every_key_type_and_default(heading: str) -> None:
    told = [tuple(row[:3]) for row in TABLES[heading]]
    assert told == rows_of(SECTIONS[heading], NAMES)


@pytest.mark.parametrize("heading", SECTIONS)
def test_every_key_has_a_meaning(heading: str) -> None:
    assert all(len(row) == 4 and row[3] for row in TABLES[heading])


def test_there_is_no_other_table() -> None:
    assert set(TABLES) - {"Normalisers", "Identity rules"} - set(SECTIONS) == {
        "Connector files: every key"
    }


@pytest.mark.parametrize("heading", SECTIONS)
def test_models_inside_have_a_section_too(heading: str) -> None:
    fields = SECTIONS[heading].model_fields.values()
    inside = {model for field in fields for model in models(field)}
    assert inside <= set(SECTIONS.values())


def models(field: Any) -> set[type[BaseModel]]:
    """Models that a field's type names."""
    found, waiting = set(), [field.annotation]
    while waiting:
        kind = waiting.pop()
        waiting.extend(getattr(kind, "__args__", ()))
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            found.add(kind)
    return found


@pytest.mark.parametrize("found", describe(), ids=lambda found: found.name)
def test_normaliser_is_told_with_its_options(found: Description) -> None:
    row = next(row for row in TABLES["Normalisers"] if row[0] == f"`{found.name}`")
    assert row[1]
    assert row[2] == (", ".join(map(option, found.options)) or "-")


def option(found: Option) -> str:
    """An option as the page writes it."""
    text = f"`{found.name}`"
    if found.is_required:
        text += " (required)"
    elif found.default is not None:
        default = str(found.default)
        text += f" = `{default.lower() if found.default in (True, False) else default}`"
    return f"{text} ↔" if found.is_per_row else text


def test_no_other_rules_are_told() -> None:
    told = {row[0].strip("`") for row in TABLES["Normalisers"]}
    assert told == set(NORMALISERS)
    identities = {row[0].strip("`") for row in TABLES["Identity rules"]}
    assert identities == IDENTITY_RULES


def test_rules_by_type_are_told() -> None:
    section = PAGE.partition("## Normalisers")[2].partition("|")[0]
    assert set(OF_TYPE.values()) <= set(re.findall(r"`(\w+)`", section))
