"""A real Prometheus as a child process, with the bus's rules and given targets."""

import os
import shutil
import subprocess
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Self

import httpx
import pytest
import yaml

from ops.kafka.broker import free_ports
from ops.prometheus.queries import OPS, Query

PAUSE = threading.Event()


class Prometheus:
    """Scrapes `targets` (role → host:port) every second; stop it with `with`."""

    def __init__(self, folder: Path, targets: Mapping[str, str]) -> None:
        program = shutil.which("prometheus") or shutil.which(
            "prometheus", path=os.defpath + ":/usr/sbin"
        )
        if program is None:
            pytest.fail(
                "Prometheus is not installed: "
                "sudo apt-get install --no-install-recommends prometheus"
            )
        folder.mkdir(parents=True, exist_ok=True)
        config = yaml.safe_load((OPS / "prometheus" / "prometheus.yml").read_text())
        config["global"] = {"scrape_interval": "1s", "evaluation_interval": "1s"}
        config["rule_files"] = [str((OPS / "prometheus" / "alerts.yml").absolute())]
        (job,) = config["scrape_configs"]
        job["static_configs"] = [
            {"targets": [place], "labels": {"role": role}}
            for role, place in targets.items()
        ]
        file = folder / "prometheus.yml"
        file.write_text(yaml.safe_dump(config), encoding="utf-8")
        (port,) = free_ports(1)
        self.url = f"http://127.0.0.1:{port}"
        self._log = folder / "prometheus.log"
        with self._log.open("ab") as out:
            self._child = subprocess.Popen(
                [
                    program,
                    f"--config.file={file}",
                    f"--storage.tsdb.path={folder / 'data'}",
                    f"--web.listen-address=127.0.0.1:{port}",
                ],
                stdout=out,
                stderr=out,
            )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._child.terminate()
        self._child.wait(timeout=20)

    def ask(self, path: str, **params: str) -> Any:
        """`data` of one API answer."""
        for _ in range(100):
            assert self._child.poll() is None, self._log.read_text()[-2000:]
            try:
                answer = httpx.get(
                    f"{self.url}/api/v1/{path}", params=params, trust_env=False
                )
            except httpx.TransportError:
                PAUSE.wait(0.2)
                continue
            if answer.status_code != 503:  # still starting
                break
            PAUSE.wait(0.2)
        body = answer.json()
        assert body["status"] == "success", (params, body)
        return body["data"]

    def value(self, expr: str) -> list[dict[str, Any]]:
        """The samples of one expression, now."""
        found: list[dict[str, Any]] = self.ask("query", query=expr)["result"]
        return found

    def missing(
        self, wanted: list[Query], interval: str = "10s", seconds: float = 30
    ) -> list[str]:
        """Queries that give no data, asked again until they do or time is up.

        An alert's expression is run as it is, and must have data without its
        threshold: then silence means that all is well.
        """
        waiting = list(wanted)
        for _ in range(int(seconds)):
            waiting = [
                query for query in waiting if not self._has_data(query, interval)
            ]
            if not waiting:
                return []
            PAUSE.wait(1)
        return [f"{query.where}: {query.expr}" for query in waiting]

    def _has_data(self, query: Query, interval: str) -> bool:
        if query.is_alert:
            self.value(query.runnable(interval))
            return bool(self.value(query.without_threshold(interval)))
        return bool(self.value(query.runnable(interval)))
