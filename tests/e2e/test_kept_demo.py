"""What a newcomer's demo leaves on the bus, read by others than ourselves."""

import csv
import os
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import httpx
import pytest
from confluent_kafka import OFFSET_BEGINNING, Consumer, TopicPartition
from confluent_kafka.schema_registry import SchemaRegistryClient
from confluent_kafka.schema_registry.avro import AvroDeserializer

from ops.prometheus.queries import queries
from tests.e2e.conftest import RESIDENTS, Demo
from tests.integration.observability.prometheus import Prometheus

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.kafka,
    pytest.mark.timeout(300),
    # confluent-kafka's registry client leaves its socket to the garbage collector.
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]

ENVELOPE = {
    *("ce_specversion", "ce_id", "ce_source", "ce_type", "ce_time"),
    *("content-type", "ce_operation", "ce_classification", "ce_correlationid"),
}

NOT_IN_THE_DEMO = re.compile(
    "opdbus_(change_log|received|receive_seconds|agent|collected|stops|grants)"
)
"""No app posts to the demo, pulls, sends from afar, keeps a change log or stops a
source; `tests/integration/observability` asks about these."""


def _consume(demo: Demo):
    """Every committed record of the tenant, by librdkafka."""
    consumer = Consumer(
        {
            "bootstrap.servers": demo.note["bootstrap"],
            "group.id": "independent",
            "enable.auto.commit": False,
            "isolation.level": "read_committed",
            "fetch.queue.backoff.ms": 10,
            "enable.partition.eof": True,
        }
    )
    topics = consumer.list_topics(timeout=10).topics
    places = [
        TopicPartition(name, number, OFFSET_BEGINNING)
        for name, topic in topics.items()
        if name.startswith("k3325.")
        for number in topic.partitions
    ]
    consumer.assign(places)
    ended = 0
    while ended < len(places):
        message = consumer.poll(10)
        assert message is not None, "no answer for 10 s"
        if message.error():
            ended += 1
        else:
            yield message
    consumer.close()


@pytest.fixture(scope="module")
def records(demo: Demo):
    return list(_consume(demo))


def test_an_independent_client_reads_every_topic_headers_included(demo, records):
    decode = AvroDeserializer(SchemaRegistryClient({"url": demo.url("gateway")}))
    read: Counter[str] = Counter()
    for message in records:
        if message.value() is None:
            continue
        value = decode(message.value(), None)
        assert isinstance(value, dict)
        headers = dict(message.headers() or [])
        # Changelogs are read by nobody but their own task: value only.
        if ".changelog." not in message.topic():
            assert headers.keys() >= ENVELOPE, (message.topic(), headers)
            assert headers["content-type"] == b"application/avro"
        read[message.topic()] += 1
    filled = {name.split(".", 1)[1] for name in read}
    assert {
        "adminduk.penduduk.state.v1",
        "adminduk.keluarga.state.v1",
        "adminduk.peristiwa.fact.v1",
        "sosial.kelayakan.state.v1",
        "sosial.santunan.fact.v1",
        "keuangan.anggaran.state.v1",
        "keuangan.reservasi.fact.v1",
        "keuangan.rencana.state.v1",
        "keuangan.realisasi.fact.v1",
        "keuangan.selisih.state.v1",
        "aduan.laporan.fact.v1",
        "aduan.status.state.v1",
        "trantib.insiden.fact.v1",
        "platform.deadletter.dlq.v1",
        "santunan.klaim.repartition.v1",
        "santunan.klaim.changelog.v1",
    } <= filled
    assert read["k3325.adminduk.penduduk.state.v1"] >= RESIDENTS * 0.95


def test_no_nik_in_keys_topics_headers_logs_or_metrics(demo, records):
    private = _numbers(demo.folder / "apps" / "siak" / "penduduk")
    assert len(private) > RESIDENTS

    def leaks(text: bytes) -> bool:
        runs = re.findall(rb"\d{16,}", text)
        return any(r[i : i + 16] in private for r in runs for i in range(len(r) - 15))

    assert leaks(b"x" + min(private) + b"y")
    for message in records:
        places = [message.topic().encode(), message.key() or b""]
        places += [text for _, text in message.headers() or []]
        assert not any(leaks(place) for place in places), message.topic()
    for log in (demo.folder / "logs").glob("*.log"):
        assert not leaks(log.read_bytes()), log.name
    assert not leaks(demo.output.read_bytes())
    for name in demo.note["urls"]:
        text = httpx.get(f"{demo.url(name)}/metrics", trust_env=False).content
        assert not leaks(text), name


def test_no_name_of_a_resident_in_what_operators_see(demo):
    names = _names(demo.folder / "apps" / "siak" / "penduduk")
    assert len(names) > RESIDENTS / 2
    shown = demo.output.read_text(encoding="utf-8")
    shown += "".join(p.read_text() for p in (demo.folder / "logs").glob("*.log"))
    assert not [name for name in names if len(name) > 10 and name in shown]


def test_every_row_read_is_an_event_or_a_dead_letter(demo, records):
    """SIAK's extract: one row, one person or one reason."""
    rows = 0
    for path in (demo.folder / "apps" / "siak" / "penduduk").glob("*.csv"):
        rows += len(path.read_text(encoding="utf-8").splitlines()) - 1
    people = sum(m.topic() == "k3325.adminduk.penduduk.state.v1" for m in records)
    text = httpx.get(f"{demo.url('sources')}/metrics", trust_env=False).text
    rejected = sum(
        float(line.rsplit(" ", 1)[1])
        for line in text.splitlines()
        if line.startswith('opdbus_rejects_total{component="siak-penduduk"')
    )
    assert rows == people + rejected


def test_every_process_is_ready_and_alive(demo):
    for name in demo.note["urls"]:
        for kind in ("ready", "live"):
            answer = httpx.get(f"{demo.url(name)}/health/{kind}", trust_env=False)
            assert answer.status_code == 200, (name, answer.text)


def test_every_query_of_dashboard_and_alerts_has_data_from_the_demo(demo, tmp_path):
    places = {
        name: url.removeprefix("http://") for name, url in demo.note["urls"].items()
    }
    asked = [query for query in queries() if not NOT_IN_THE_DEMO.search(query.expr)]
    assert len(asked) > len(queries()) / 2
    with Prometheus(tmp_path / "prometheus", places) as prometheus:
        assert prometheus.missing(asked, seconds=60) == []


@pytest.mark.parametrize("flow", ["selisih", "aduan"])
def test_what_a_flow_decided_can_be_computed_again(demo, flow):
    done = subprocess.run(
        [sys.executable, "-m", "ops.cli", "pipeline", "verify", flow],
        env={**os.environ, **demo.note["settings"]},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_no_secret_on_a_command_line_or_readable_by_others(demo):
    secret = demo.folder / "tenant.secret"
    assert secret.stat().st_mode & 0o077 == 0
    text = secret.read_bytes().strip()
    for pid in demo.note["processes"].values():
        assert text not in Path(f"/proc/{pid}/cmdline").read_bytes()


def test_the_summary_tells_a_person_what_happened(demo):
    shown = demo.output.read_text(encoding="utf-8")
    for words in (
        "Read from the apps",
        "Rejected",
        "On the bus",
        "Death grant claims",
        "DISETUJUI",
        "Rp1.000.000" if "Rp1.000.000" in shown else "Rp",
        "differences that stand",
        "SKPD_BERUBAH",
        "followed through every hop",
        "p50",
        "p99",
        "Ctrl-C stops everything",
    ):
        assert words in shown


def _names(folder: Path) -> set[str]:
    found: set[str] = set()
    for path in folder.glob("*.csv"):
        with path.open(encoding="utf-8", newline="") as file:
            found |= {row["NAMA_LGKP"] for row in csv.DictReader(file, delimiter="|")}
    return found


def _numbers(folder: Path) -> set[bytes]:
    """Every NIK and No KK of the extract, bad ones too."""
    found: set[bytes] = set()
    for path in folder.glob("*.csv"):
        found |= set(re.findall(rb"(?<!\d)\d{16}(?!\d)", path.read_bytes()))
    return found
