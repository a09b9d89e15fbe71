"""The gateway that serves pulling apps, and one of its apps."""

import json
from pathlib import Path
from typing import Any

import httpx
import yaml

from ops.kafka.broker import free_ports
from tests.integration.sinks.site import MUTU, PAUSE, SANTUNAN, Process, Site
from tests.unit.gateway.granted import granted

TOKEN, OTHER_TOKEN, THIRD_TOKEN = ("token-0" * 5, "token-1" * 5, "token-2" * 5)


class Window:
    """`opdbus gateway run` with grants, and requests of the app that has the first.

    Args:
        site: tenant, registry and broker.
        bootstrap: another broker than the site's.
        grants: grant → keys of its YAML that differ.
    """

    def __init__(self, site: Site, bootstrap: str = "", **grants: Any) -> None:
        self.site = site
        self.bootstrap = bootstrap or site.settings.bootstrap
        (self.port,) = free_ports(1)
        self.base = f"http://127.0.0.1:{self.port}"
        self.client = httpx.Client(base_url=self.base, trust_env=False, timeout=60)
        self.grants = site.folder / "grants"
        self.grants.mkdir()
        self.write("kios", tokens=["${TOKEN}"], **grants)
        self.process: Process | None = None

    def write(self, name: str, **parts: Any) -> Path:
        usual = {
            "rate": {"per_second": 1000, "burst": 1000},
            "topics": {MUTU: {}, SANTUNAN: {"fields": ["*"]}},
        }
        data = granted(name, **(usual | parts))
        path = self.grants / f"{name}.yaml"
        path.write_text(yaml.safe_dump(data), encoding="utf-8")
        return path

    def start(self) -> "Window":
        env = {
            "OPDBUS_BOOTSTRAP": self.bootstrap,
            "OPDBUS_REGISTRY_URL": self.base,
            "OPDBUS_STATE_DIR": str(self.site.folder / "gateway"),
            "OPDBUS_TENANT_FILE": str(self.site.settings.tenant_file),
            "OPDBUS_GATEWAY_PORT": str(self.port),
            "OPDBUS_SECRET": "a secret only for tests",
            "TOKEN": TOKEN,
            "OTHER_TOKEN": OTHER_TOKEN,
            "THIRD_TOKEN": THIRD_TOKEN,
        }
        log = self.site.folder / "gateway.log"
        arguments = ["-m", "ops.cli", "gateway", "run", str(self.grants)]
        self.process = Process(arguments, env, log)
        self.process.wait_ready()
        return self

    def close(self) -> None:
        self.client.close()
        if self.process and self.process.child.poll() is None:
            self.process.kill()

    def ask(self, ref: str = MUTU, token: str = TOKEN, **query: Any) -> httpx.Response:
        params = {name: str(value) for name, value in query.items()}
        headers = {"authorization": f"Bearer {token}"}
        return self.client.get(f"/tarik/{ref}", params=params, headers=headers)

    def page(self, ref: str = MUTU, **query: Any) -> dict[str, Any]:
        answer = self.ask(ref, **query)
        assert answer.status_code == 200, answer.text
        body: dict[str, Any] = json.loads(answer.content)
        return body

    def all(
        self, ref: str = MUTU, cursor: str = "", **query: Any
    ) -> tuple[list[Any], str]:
        """Everything there is, page by page, and the cursor behind it."""
        found: list[Any] = []
        while True:
            body = self.page(ref, **query, **({"kursor": cursor} if cursor else {}))
            found += body["peristiwa"]
            cursor = body["kursor"]
            if not body["lagi"]:
                return found, cursor

    def visible(self, ref: str, count: int) -> None:
        """Wait until so many records can be read; a commit returns a little before."""
        for _ in range(600):
            if len(self.site.records(ref)) >= count:
                return
            PAUSE.wait(0.05)
        raise AssertionError(f"never {count} records in {ref}")

    def counted(self, metric: str) -> dict[str, float]:
        """Result → number, over all grants and topics."""
        assert self.process is not None
        found: dict[str, float] = {}
        for line in self.process.get("/metrics").text.splitlines():
            if line.startswith(metric + "{"):
                result = line.partition('result="')[2].partition('"')[0]
                found[result] = found.get(result, 0) + float(line.rpartition(" ")[2])
        return found
