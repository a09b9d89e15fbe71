"""CSV worklist on an office's SFTP server: what stands in the sink file.

The client is loaded when a file asks for it: not every site has it, and it takes a
fifth of a second.
"""

from importlib import import_module
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from bus.connect.sink import Sink, SinkContext, SinkSpec
from bus.errors import ConfigError


class SftpConfig(BaseModel):
    """The `sink:` part of an `sftp-worklist`.

    Attributes:
        host: the server.
        port: its port.
        user: who logs in.
        key_file: private key (mode 600), better than a password.
        password: `${NAME}`, where the server takes no key.
        host_key: the server's public key, `ssh-ed25519 AAAA…`, as `ssh-keyscan`
            shows it and its owner confirms it; another one is refused.
        remote: folder on the server; it must exist.
        folder: where the list is kept here.
        berkas: start of the file names; the day follows.
        pemisah: separator.
        timeout_seconds: for one step of the conversation.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    host: str
    port: int = Field(default=22, ge=1, le=65535)
    user: str
    key_file: Path | None = None
    password: str = ""
    host_key: str
    remote: str = "."
    folder: Path
    berkas: str = Field(default="daftar-kerja", pattern=r"^[\w.-]+$")
    pemisah: Literal[";", ",", "\t"] = ";"
    timeout_seconds: float = Field(default=20.0, gt=0, le=300)


def _open(config: SftpConfig, context: SinkContext) -> Sink:
    try:
        found = import_module("connectors.csv.sftp_worklist")
    except ImportError:
        raise ConfigError(
            f"{context.name}: kind sftp-worklist needs paramiko: pip install "
            "'opd-bus[sftp]'"
        ) from None
    made: Sink = found.SftpWorklist(config, context)
    return made


SINK_SPEC = SinkSpec(
    kind="sftp-worklist",
    summary="A CSV file a day with the office's work, on its SFTP server.",
    guarantee="each event id at most once over all files, none lost, files whole",
    config=SftpConfig,
    open=_open,
    example="{host: sftp.example, user: bus, key_file: kunci, remote: masuk, "
    'host_key: "${SFTP_HOST_KEY}", folder: "${WORKLISTS}/bpkad"}',
)
