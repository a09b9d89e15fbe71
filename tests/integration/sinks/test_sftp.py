"""A worklist on a real SFTP server: whole files, once, after every kind of trouble."""

import shutil
from datetime import UTC
from pathlib import Path
from typing import Any

import pytest

from bus.connect.sink import Delivery, SinkContext, Written
from bus.errors import ConfigError, RetriableError
from bus.testing.clock import ManualClock
from connectors.csv.sftp import SINK_SPEC, SftpConfig
from ops.kafka.broker import free_ports
from tests.fixtures.sshd import Sshd

DAY = "kerja-2026-03-02.csv"


def sink(server: Sshd, folder: Path, **other: Any) -> Any:
    given = {
        "host": "127.0.0.1",
        "port": server.port,
        "user": server.user,
        "key_file": server.key,
        "host_key": server.host_key,
        "remote": "masuk",
        "folder": folder / "keluar",
        "berkas": "kerja",
    }
    context = SinkContext("uji", "opd", ("nomor",), ManualClock(), UTC)
    return SINK_SPEC.open(SftpConfig.model_validate(given | other), context)


def event(number: int) -> Delivery:
    return Delivery(f"{number:032x}", "UJI", {"nomor": f"T{number}"}, 0)


def lines(folder: Path) -> list[str]:
    text = (folder / DAY).read_text(encoding="utf-8-sig")
    return [line.partition(";")[0] for line in text.splitlines()[1:]]


def test_the_list_is_on_the_server_whole_and_once(sshd: Sshd, tmp_path: Path) -> None:
    there = sshd.home / "masuk"
    made = sink(sshd, tmp_path)
    made.check()
    assert made.write([event(1), event(2)]) == [Written.NEW] * 2
    assert made.write([event(2), event(3)]) == [Written.DUPLICATE, Written.NEW]
    assert lines(there) == ["T1", "T2", "T3"]
    assert [path.name for path in there.iterdir()] == [DAY]

    shutil.rmtree(tmp_path / "keluar")  # a new machine: the server knows what it has
    (there / f"{DAY}.sebagian").write_text("a torn transfer")
    again = sink(sshd, tmp_path)
    again.check()
    assert again.write([event(3)]) == [Written.DUPLICATE]
    assert lines(there) == ["T1", "T2", "T3"]

    (there / DAY).unlink()  # the office took it away
    again.check()
    assert list(there.glob("*.csv")) == []

    away = sink(sshd, tmp_path, port=free_ports(1)[0])
    with pytest.raises(RetriableError):
        away.write([event(4)])
    assert again.write([event(4)]) == [Written.DUPLICATE]
    assert lines(there) == ["T1", "T2", "T3", "T4"]
    assert [path.name for path in there.iterdir()] == [DAY]


def test_what_only_the_owner_can_mend_is_said(sshd: Sshd, tmp_path: Path) -> None:
    cases = [
        ({"remote": "tidak-ada"}, "no folder 'tidak-ada'"),
        ({"user": "orang-lain"}, "refuses the login"),
        ({"host_key": "ssh-ed25519 AAAA"}, "not a key"),
        ({"host_key": "-----BEGIN"}, "ssh-keyscan"),
        ({"key_file": None}, "`key_file` or `password`"),
        ({"host_key": _another(tmp_path)}, "another host key"),
    ]
    for given, expected in cases:
        with pytest.raises(ConfigError) as caught:
            sink(sshd, tmp_path, **given).check()
        assert expected in str(caught.value)
    assert list((sshd.home / "masuk").iterdir()) == []


def _another(folder: Path) -> str:
    """A host key that is not the server's."""
    public = (folder / "sshd/user.pub").read_text(encoding="ascii")
    return " ".join(public.split()[:2])
