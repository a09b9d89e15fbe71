"""Settings of one process; `bus/config/load.py` reads them from the environment."""

import re
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator


class Settings(BaseModel):
    """What every process needs to know; each field is `OPDBUS_<NAME>`.

    Attributes:
        bootstrap: Kafka bootstrap servers, `host:port[,host:port]`.
        registry_url: a Confluent-compatible schema registry; by default the
            embedded one of the gateway.
        tenant_file: the tenant's YAML (`bus/config/tenant.py`).
        state_dir: folder for local state, schema cache and spool files.
        secret_file: file with the tenant secret (mode 600), for `subjek_id`.
        secret: the tenant secret itself, where a file is not wanted.
        host: address that metrics, health and the gateway listen on.
        gateway_port: port of the gateway (registry API, health).
        receive_port: port that apps post to (`opdbus receive`).
        collect_port: port that agents send to (`opdbus collect`).
        metrics_port: port of `/metrics` and `/health/*`; 0 picks a free one.
        standby: whether a stream worker keeps warm copies of the state that other
            workers of its application own.
        replication_factor: of topics the bus creates.
        log_format: `text` for people, `json` for machines.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    bootstrap: str = "127.0.0.1:19092"
    registry_url: str = "http://127.0.0.1:18080"
    tenant_file: Path = Path("ops/examples/batang/tenant.yaml")
    state_dir: Path = Path("var/state")
    secret_file: Path | None = None
    secret: SecretStr | None = None
    host: str = "127.0.0.1"
    gateway_port: int = Field(default=18080, ge=0, le=65535)
    receive_port: int = Field(default=18090, ge=0, le=65535)
    collect_port: int = Field(default=18091, ge=0, le=65535)
    metrics_port: int = Field(default=18100, ge=0, le=65535)
    standby: bool = True
    replication_factor: int = Field(default=1, ge=1)
    log_format: str = Field(default="text", pattern="^(text|json)$")

    @field_validator("bootstrap")
    @classmethod
    def _has_ports(cls, value: str) -> str:
        if not re.fullmatch(r"[^\s,]+:\d+(,[^\s,]+:\d+)*", value):
            raise ValueError("expected host:port[,host:port]")
        return value
