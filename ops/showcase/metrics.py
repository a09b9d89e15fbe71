"""Reading a process's own numbers: `/metrics`, readiness, memory."""

from __future__ import annotations

import contextlib
from collections import Counter
from pathlib import Path

import httpx
from prometheus_client.parser import text_string_to_metric_families


def ready(url: str) -> bool:
    """Whether the process behind this base URL says that it is ready."""
    try:
        return httpx.get(f"{url}/health/ready", timeout=2, trust_env=False).is_success
    except httpx.HTTPError:
        return False


def sums(url: str, metric: str, label: str) -> Counter[str]:
    """A counter added up by one label; empty while the process is away.

    Args:
        url: base URL of the process.
        metric: name with `_total`.
        label: label to group by.
    """
    found: Counter[str] = Counter()
    with contextlib.suppress(httpx.HTTPError):
        text = httpx.get(f"{url}/metrics", timeout=5, trust_env=False).text
        for family in text_string_to_metric_families(text):
            for sample in family.samples:
                if sample.name == metric:
                    found[sample.labels.get(label, "")] += int(sample.value)
    return found


def peak_memory_mb(pid: int) -> float | None:
    """Largest resident memory of a process so far, in MB; None where unknown."""
    try:
        status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    except OSError:
        return None
    for line in status.splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    return None
