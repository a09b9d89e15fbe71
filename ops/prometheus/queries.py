"""Every PromQL expression of dashboards and alert rules, for tests that run them."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

OPS = Path(__file__).parent.parent
_COMPARISON = re.compile(r"\s[<>]=?\s[\d.]+(?=\s|\)|$)")


@dataclass(frozen=True, slots=True)
class Query:
    """One expression.

    Attributes:
        where: dashboard, panel and its letter, or alert.
        expr: PromQL as written.
        is_alert: an alert's expression returns data only while it fires.
    """

    where: str
    expr: str
    is_alert: bool

    def runnable(self, interval: str = "1m") -> str:
        """The expression with Grafana's variables filled in."""
        text = self.expr.replace("$__rate_interval", interval)
        return text.replace("$__range", interval)

    def without_threshold(self, interval: str = "1m") -> str:
        """An alert's expression that has data whenever its metrics have.

        Comparisons with numbers are taken out and the range is `interval`.
        """
        text = _COMPARISON.sub("", self.runnable(interval))
        return re.sub(r"\[\d+[smh]\]", f"[{interval}]", text)


def queries() -> list[Query]:
    """All expressions of `ops/grafana/dashboards` and `ops/prometheus/alerts.yml`."""
    return [*_of_dashboards(), *_of_alerts()]


def _of_dashboards() -> Iterator[Query]:
    for path in sorted((OPS / "grafana" / "dashboards").glob("*.json")):
        dashboard = json.loads(path.read_text(encoding="utf-8"))
        for panel in dashboard["panels"]:
            for target in panel["targets"]:
                where = f"{path.stem}: {panel['title']} {target['refId']}"
                yield Query(where, target["expr"], is_alert=False)


def _of_alerts() -> Iterator[Query]:
    for rule in alerts():
        yield Query(rule["alert"], rule["expr"], is_alert=True)


def alerts() -> list[dict[str, Any]]:
    """The alert rules as written."""
    text = (OPS / "prometheus" / "alerts.yml").read_text(encoding="utf-8")
    groups = yaml.safe_load(text)["groups"]
    return [rule for group in groups for rule in group["rules"]]
