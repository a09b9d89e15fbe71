"""Local state is lost, damaged or has nowhere to go; the changelog has a hole."""

import os
import random
import signal
import subprocess
import sys
from contextlib import closing

import pytest
from kafka import TopicPartition
from kafka.admin import ConfigResource, ConfigResourceType, KafkaAdminClient

from tests.chaos.conftest import SEED

pytestmark = [pytest.mark.chaos, pytest.mark.kafka, pytest.mark.timeout(240)]
KEYS = 40_000


def test_damaged_local_state_is_built_anew_with_progress(field):
    field.fill(KEYS)
    worker = field.start("satu", kept=False)
    field.rest()
    worker.signal(signal.SIGKILL)
    worker.process.wait(10)
    damaged = _damage(field.state(worker))
    assert damaged, "no state to damage"
    seen: set[str] = set()
    with field.load():
        worker.start()

        def is_ready() -> bool:
            seen.add(field.reason(worker))
            return field.ready(worker)

        took = field.until(is_ready, 60, worker)
        field.until_moving()
    field.rest()
    field.end(worker)
    progress = [text for text in seen if "recovering" in text]
    assert any("records" in text for text in progress), seen
    field.say(f"{damaged} damaged files: ready after {took:.1f} s, {max(progress)}")
    assert field.audit("damaged state", KEYS).state_keys >= KEYS


def _damage(folder) -> int:
    chance = random.Random(SEED)
    files = [p for p in folder.rglob("*") if p.suffix in {".sst", ".log"}]
    for file in files:
        file.write_bytes(chance.randbytes(max(100, file.stat().st_size)))
    return len(files)


def test_a_changelog_with_a_hole_is_refused(field):
    with field.load() as load:
        worker = field.start("satu", kept=False)
        load.more(3000)  # several hundred in each partition, more than are cut off
    field.rest()
    field.end(worker)
    _cut(field)
    again = field.worker("dua")  # without a local copy of its own
    again.start()
    said: set[str] = set()

    def has_ended() -> bool:
        said.add(field.reason(again))
        assert not field.ready(again)
        return not again.running

    field.until(has_ended, 60, again)
    assert again.exit_code == 1
    assert "the changelog has a hole" in again.tail(40), again.tail(40)
    before = field.positions()
    worker.start()  # this one still has a whole copy
    field.until_ready(worker)
    with field.load():
        field.until_moving()
    field.rest()
    assert field.positions() > before
    field.say("a changelog with a hole: refused, and a whole local copy goes on")


def _cut(field) -> None:
    """Take away the beginning of one changelog partition, as a wrong setting would."""
    with closing(KafkaAdminClient(bootstrap_servers=field.track.bootstrap)) as admin:
        for policy in ("delete", "compact"):
            admin.alter_configs(
                [
                    ConfigResource(
                        ConfigResourceType.TOPIC,
                        field.changelog,
                        {"cleanup.policy": policy},
                    )
                ]
            )
            if policy == "delete":
                admin.delete_records({TopicPartition(field.changelog, 0): 200})


def test_a_full_disk_stops_the_worker_and_loses_nothing(field, tmp_path):
    state = tmp_path / "kecil"
    state.mkdir()
    child = field.worker("satu")
    # A disk of two megabytes, seen by this process only.
    script = f'mount -t tmpfs -o size=2m none {state} && exec "$@"'
    command = ["unshare", "--map-root-user", "--mount", "sh", "-c", script, "sh"]
    with field.load(2000):
        done = subprocess.run(
            [*command, sys.executable, "-m", child.module, *child.arguments],
            env={
                **os.environ,
                **child.environment,
                "OPDBUS_STATE_DIR": str(state),
                "PATH": "/usr/sbin:/usr/bin:/sbin:/bin",
            },
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert done.returncode == 1, done.stderr[-3000:]
        assert "disk full" in done.stderr, done.stderr[-3000:]
        assert "nothing is lost" in done.stderr
        worker = field.start("satu")
        field.until_moving()
    rested = field.rest()
    field.end(worker)
    field.say(f"full disk: at rest {rested:.1f} s after the last record")
    field.audit("full disk", 1000)


def test_another_partition_count_is_refused(field):
    with closing(KafkaAdminClient(bootstrap_servers=field.track.bootstrap)) as admin:
        admin.create_partitions({field.source: 6})
    child = field.worker("satu")
    child.start()
    field.until(lambda: not child.running, 30, child)
    assert child.exit_code == 1
    said = child.tail(20)
    assert f"{field.source}: has 6 partitions, the tenant file says 4" in said
    field.say("another partition count: refused")
