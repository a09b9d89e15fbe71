"""Tests get tenants that have nothing on the broker, also on one that is used again."""

import subprocess
import sys
from pathlib import Path

import pytest

from ops.kafka.broker import LocalBroker

pytestmark = pytest.mark.kafka
PROBE = """
from contextlib import closing

from kafka.admin import NewTopic

from bus.kafka.admin import Admin


def test_says(broker, tenant_id):
    with closing(Admin(broker, "uji")) as admin:
        admin.create_topics([NewTopic(f"{tenant_id}.uji.uji.fact.v1", 1, 1)])
    print("tenant", tenant_id)


test_says_again = test_says
"""


def told(folder: Path, env: dict[str, str]) -> list[str]:
    """The tenants that the tests of a run got."""
    probe = folder / "test_probe.py"
    probe.write_text(PROBE, encoding="utf-8")
    root = Path(__file__).parents[3]
    fixtures = ["-p", "tests.fixtures.broker", "-p", "no:cacheprovider"]
    command = [sys.executable, "-m", "pytest", "-q", "-s", *fixtures, str(probe)]
    done = subprocess.run(
        command, cwd=root, env=env, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout
    return [line.split()[-1] for line in done.stdout.splitlines() if "tenant" in line]


def test_a_second_run_gets_others(own_broker: LocalBroker, tmp_path: Path) -> None:
    env = {"OPDBUS_BOOTSTRAP": own_broker.bootstrap, "OPDBUS_TEST_TENANT": "9999"}
    assert told(tmp_path, env) == ["k9999", "k0000"]
    assert told(tmp_path, env) == ["k0001", "k0002"]
