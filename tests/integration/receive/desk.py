"""The process apps post to, its senders, and what reached Kafka."""

import asyncio
import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import httpx

from bus.contracts import topic_name
from bus.kafka.reader import read_committed
from bus.record import Record, header
from connectors.webhook.signature import ID, SIGNATURE, TIMESTAMP, signature
from ops.kafka.broker import free_ports
from tests.integration.sinks.site import Process, Site

FILES = (
    Path("ops/examples/legacy/g-oss-webhook.yaml"),
    Path("ops/examples/legacy/l-vms-webhook.yaml"),
)
SECRETS = {
    "VMS_SECRET": "a secret of the tests of posts",
    "OSS_USER": "pemda-uji",
    "OSS_PASSWORD": "kata-sandi-uji",
}
CAMERA, NIB, LETTERS = (
    "cctv.kejadian.fact.v1",
    "izin.permohonan.fact.v1",
    "platform.deadletter.dlq.v1",
)
JSON = {"content-type": "application/json"}


class Desk:
    """`opdbus receive` on the example files.

    Args:
        site: tenant, registry and broker.
        bootstrap: another broker than the site's.
        ready: what `/health/ready` has to say first.
        files: connector files.
    """

    def __init__(
        self,
        site: Site,
        bootstrap: str = "",
        ready: int = 200,
        files: Sequence[Path] = FILES,
    ) -> None:
        self.site = site
        self.files = files
        self.bootstrap = bootstrap or site.settings.bootstrap
        self.port, self._metrics = free_ports(2)
        self.base = f"http://127.0.0.1:{self.port}"
        self.client = httpx.Client(base_url=self.base, trust_env=False, timeout=30)
        self.process = self.start(ready)

    def start(self, ready: int = 200) -> Process:
        self.env = env = SECRETS | {
            "OPDBUS_BOOTSTRAP": self.bootstrap,
            "OPDBUS_REGISTRY_URL": self.site.settings.registry_url,
            "OPDBUS_STATE_DIR": str(self.site.folder / "receive"),
            "OPDBUS_TENANT_FILE": str(self.site.settings.tenant_file),
            "OPDBUS_METRICS_PORT": str(self._metrics),
            "OPDBUS_RECEIVE_PORT": str(self.port),
            "OPDBUS_SECRET": "a secret only for tests",
        }
        log = self.site.folder / "receive.log"
        arguments = ["-m", "ops.cli", "receive", *map(str, self.files)]
        self.process = Process(arguments, env, log)
        self.process.wait_ready(ready)
        return self.process

    def close(self) -> None:
        self.client.close()
        if self.process.child.poll() is None:
            self.process.kill()

    def operator(self, *words: str) -> tuple[int, str]:
        """`opdbus connector` as an operator types it; exit code and what it says."""
        done = subprocess.run(
            [sys.executable, "-m", "ops.cli", "connector", *words],
            env=os.environ | self.env,
            capture_output=True,
            text=True,
            check=False,
        )
        return done.returncode, done.stdout + done.stderr

    def camera(self, number: int, ident: str = "", **headers: str) -> httpx.Response:
        """One signed event of a camera."""
        body = camera_body(number)
        signed = self.signed(body, ident or f"kejadian-{number}")
        return self.client.post("/vms/kejadian", content=body, headers=signed | headers)

    def signed(
        self, body: bytes, ident: str, late: int = 0, secret: str = ""
    ) -> dict[str, str]:
        key = (secret or SECRETS["VMS_SECRET"]).encode()
        seconds = str(self.site.clock.now_ms() // 1000 - late)
        made = signature(key, ident, seconds, body)
        return JSON | {ID: ident, TIMESTAMP: seconds, SIGNATURE: made}

    def oss(self, body: dict[str, Any], nib: str = "", day: str = "") -> httpx.Response:
        number = nib or body["dataNIB"]["nib"]
        words = SECRETS["OSS_USER"] + SECRETS["OSS_PASSWORD"] + number
        token = hashlib.sha1((words + (day or today(self.site))).encode()).hexdigest()
        return self.client.post("/oss/receiveNIB", json=body, headers={"Token": token})

    def records(self, ref: str) -> list[Record]:
        topic = topic_name(self.site.tenant.id, ref)

        async def run() -> list[Record]:
            return [r async for r in read_committed(self.bootstrap, topic)]

        return asyncio.run(run())

    def values(self, ref: str) -> list[dict[str, Any]]:
        return [self.site.serde.decode(r.value or b"")[1] for r in self.records(ref)]

    def ids(self, ref: str) -> list[str]:
        return [header(r.headers, "ce_id") or "" for r in self.records(ref)]

    def counted(self) -> dict[str, float]:
        """Result or reason → posts, over all connectors."""
        found: dict[str, float] = {}
        for line in self.process.get("/metrics").text.splitlines():
            if line.startswith("opdbus_received_total{"):
                result = line.partition('result="')[2].partition('"')[0]
                count = float(line.rpartition(" ")[2])
                found[result] = found.get(result, 0) + count
        return found


def camera_body(number: int) -> bytes:
    return json.dumps(
        {
            "device_id": f"C-{number % 7:04d}",
            "event": "motion",
            "ts": 1_772_494_811_000 + number,
            "snapshot_url": None,
        }
    ).encode()


def nib_body(number: int, projects: int = 1, **other: Any) -> dict[str, Any]:
    data = {
        "nib": f"{9_120_001_230_000 + number}",
        "oss_id": f"P-{number}",
        "id_izin": f"I-{number}",
        "tgl_terbit_nib": "2026-03-02",
        "nama_perseroan": "",
        "skala_usaha": "01",
        "kd_daerah": "3325000000",
        "data_proyek": [
            {"id_proyek": f"R-{number}-{each}", "kbli": "47111"}
            for each in range(projects)
        ],
    }
    return {"dataNIB": data | other}


def today(site: Site) -> str:
    from datetime import datetime
    from zoneinfo import ZoneInfo

    zone = ZoneInfo(site.tenant.zona_waktu)
    return datetime.fromtimestamp(site.clock.now_ms() / 1000, zone).strftime("%Y%m%d")
