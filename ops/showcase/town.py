"""The demo's processes and where they listen, in a folder of its own."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from bus.config.settings import Settings
from ops.kafka.broker import free_ports, port_free
from ops.showcase.crew import Child

if TYPE_CHECKING:
    from pathlib import Path

DOCUMENTED_PORTS = {
    "gateway": 18080,
    "sources": 18101,
    "streams": 18102,
    "sinks": 18103,
    "selisih": 18104,
    "aduan": 18105,
}
EXAMPLE = "ops/examples/batang"


class Town:
    """Everything of one demo run that has a place or a port.

    Args:
        folder: the run's own folder.
        bootstrap: the broker.
        stores: what the connectors' `${NAME}` stand for.
    """

    def __init__(self, folder: Path, bootstrap: str, stores: dict[str, str]) -> None:
        self.folder = folder
        self.bootstrap = bootstrap
        self.ports = _ports()
        self._stores = stores
        self._secret = folder / "tenant.secret"
        if not self._secret.exists():
            self._secret.touch(mode=0o600)
            self._secret.write_text(secrets.token_urlsafe(32) + "\n", encoding="ascii")

    @property
    def settings(self) -> Settings:
        """Settings of the demo's own process."""
        return Settings(
            bootstrap=self.bootstrap,
            registry_url=f"http://127.0.0.1:{self.ports['gateway']}",
            state_dir=self.folder / "state" / "demo",
            secret_file=self._secret,
        )

    def url(self, name: str) -> str:
        """Base URL of a child's metrics, health or API."""
        return f"http://127.0.0.1:{self.ports[name]}"

    def child(self, name: str, *arguments: str) -> Child:
        """A process of the bus, not started."""
        environment = {**self.environment(name), **self._stores}
        log = self.folder / "logs" / f"{name}.log"
        return Child(name, arguments, environment, log)

    def environment(self, name: str) -> dict[str, str]:
        """`OPDBUS_*` of one process."""
        return {
            "OPDBUS_BOOTSTRAP": self.bootstrap,
            "OPDBUS_REGISTRY_URL": self.url("gateway"),
            "OPDBUS_GATEWAY_PORT": str(self.ports["gateway"]),
            "OPDBUS_METRICS_PORT": str(self.ports.get(name, 0)),
            "OPDBUS_STATE_DIR": str(self.folder / "state" / name),
            "OPDBUS_SECRET_FILE": str(self._secret),
            "OPDBUS_TENANT_FILE": f"{EXAMPLE}/tenant.yaml",
        }


def _ports() -> dict[str, int]:
    """The documented ports, or free ones where somebody else has them."""
    wanted = dict(DOCUMENTED_PORTS)
    busy = [name for name, port in wanted.items() if not port_free(port)]
    wanted.update(zip(busy, free_ports(len(busy)), strict=True))
    return wanted
