"""Every metric, alert and query is documented, named by the rules and really exists."""

import re
from pathlib import Path

import pytest
from prometheus_client import REGISTRY, Metric

from bus import metrics as _defines  # noqa: F401 - registers them
from ops.prometheus.queries import alerts, queries

DOCUMENT = Path("ops/docs/metrics.md").read_text(encoding="utf-8")
SERIES = ("_total", "_bucket", "_sum", "_count", "_created")


def families() -> list[Metric]:
    found = [
        family for family in REGISTRY.collect() if family.name.startswith("opdbus")
    ]
    assert len(found) > 10
    return found


def exposed(family: Metric) -> str:
    return family.name + "_total" if family.type == "counter" else family.name


@pytest.mark.parametrize("family", families(), ids=lambda family: family.name)
def test_metric_is_documented_with_its_kind(family: Metric) -> None:
    row = next((r for r in DOCUMENT.splitlines() if f"`{exposed(family)}`" in r), "")
    assert f"| {family.type} |" in row
    assert family.documentation.endswith(".")


def test_document_names_no_other_metrics() -> None:
    named = set(re.findall(r"`(opdbus_[a-z_]+)`", DOCUMENT))
    assert named == {exposed(family) for family in families()}


@pytest.mark.parametrize("query", queries(), ids=lambda query: query.where)
def test_queries_use_metrics_that_exist(query: object) -> None:
    known = {exposed(family) for family in families()}
    for name in re.findall(r"\bopdbus_[a-z_]+", query.expr):  # type: ignore[attr-defined]
        base = re.sub("_(bucket|sum|count)$", "", name)
        assert base in known


def test_every_alert_has_a_runbook_in_two_languages() -> None:
    rules = alerts()
    assert len(rules) == 9
    for rule in rules:
        page = Path(rule["annotations"]["runbook"])
        text = page.read_text(encoding="utf-8")
        assert text.startswith(f"# {rule['alert']}:")
        assert "## Bahasa Indonesia" in text


def test_every_runbook_belongs_to_an_alert() -> None:
    used = {Path(rule["annotations"]["runbook"]) for rule in alerts()}
    assert used == set(Path("ops/runbooks").glob("*.md"))


def test_documented_ports_are_scraped() -> None:
    scraped = Path("ops/prometheus/prometheus.yml").read_text(encoding="utf-8")
    ports = re.findall(r"\| (\d{5}) \|", DOCUMENT)
    assert ports == re.findall(r"127\.0\.0\.1:(\d{5})", scraped)
