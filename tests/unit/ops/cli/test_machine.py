from pathlib import Path

import pytest

from bus.config.load import unknown_settings
from bus.config.settings import Settings
from ops.cli import machine
from ops.cli.doctor import line
from ops.cli.machine import Finding, disk, package, program, python


def test_an_old_python_is_missing_and_says_what_to_do() -> None:
    finding = python((3, 10, 2))
    assert not finding.ok
    assert finding.needed
    assert "3.11" in finding.remedy


def test_a_module_without_its_compiled_part_does_not_count() -> None:
    assert package("faust", "compiled", compiled="_cython/streams*.so").ok
    assert not package("faust", "compiled", compiled="no-such-file*.so").ok


def test_an_optional_driver_names_its_package() -> None:
    finding = package("no_such_driver", "a driver", install="its-distribution")
    assert not finding.needed
    assert finding.remedy == "pip install its-distribution"


def test_a_missing_server_names_its_debian_package() -> None:
    finding = program("Server", ("no-such-server",), "the-package", "tests")
    assert finding.remedy == "for tests: apt-get install the-package"


def test_disk_space_is_read_where_the_folder_will_be(tmp_path: Path) -> None:
    assert str(tmp_path) in disk(tmp_path / "not" / "made" / "yet").found


def test_a_full_disk_says_how_much_is_lacking(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(machine, "DISK_MB", 2**40)
    finding = disk(tmp_path)
    assert not finding.ok
    assert finding.remedy.startswith("free ")


def test_a_mistyped_setting_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPDBUS_BOOTSTRAPP", "kafka:9092")
    monkeypatch.setenv("OPDBUS_SAMPLES", "x")
    assert unknown_settings(machine.OTHERS) == ["OPDBUS_BOOTSTRAPP"]
    finding = machine.unknown("OPDBUS_BOOTSTRAPP")
    assert (finding.ok, finding.needed) == (False, False)


def test_lines_tell_needed_from_optional() -> None:
    assert line(Finding("A", True, True, "1")).startswith("ok")
    assert line(Finding("A", False, True, "none", "do x")).startswith("MISSING")
    assert line(Finding("A", False, False, "none", "do x")).startswith("absent")
    assert "→ do x" in line(Finding("A", False, False, "none", "do x"))


@pytest.mark.parametrize(
    ("bootstrap", "broker", "looked_at"),
    [
        ("127.0.0.1:19092", False, True),
        ("127.0.0.1:19092", True, False),
        ("kafka.pemda:9092", False, False),
    ],
    ids=["free for a local broker", "a broker answers", "elsewhere"],
)
def test_the_local_broker_s_port_is_looked_at(
    bootstrap: str, *, broker: bool, looked_at: bool
) -> None:
    ports = dict(machine._ports(Settings(bootstrap=bootstrap), broker=broker))
    assert ("Kafka" in ports) == looked_at
    assert {"gateway", "metrics", "receive", "collect"} <= set(ports)
