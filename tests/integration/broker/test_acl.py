"""Apps log in by TLS and read what they were given, on a real broker with ACLs."""

import asyncio
import shlex
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from confluent_kafka import Consumer, KafkaException
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from bus.config.settings import Settings
from bus.contracts import Catalog, topic_name
from bus.kafka.topics import ensure_topics
from bus.kafka.writer import TransactionalWriter
from ops.kafka.acl import commands
from ops.kafka.broker import LocalBroker, free_ports
from tests.architecture.tree import ROOT
from tests.conformance.workshop import TENANT

pytestmark = [pytest.mark.kafka, pytest.mark.timeout(180)]

REPORTERS, STATUS = "aduan.pelapor.fact.v1", "aduan.status.state.v1"
CATALOG = Catalog.load()
PASSWORD = "kata-sandi-uji"


def certificate(folder: Path) -> Path:
    """Key and certificate of the broker in one PEM file, as the properties want it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime(2026, 1, 1, tzinfo=UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now)
        .not_valid_after(now + timedelta(days=36500))
        .add_extension(
            x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    public = made.public_bytes(serialization.Encoding.PEM)
    (folder / "ca.pem").write_bytes(public)
    (folder / "kafka.pem").write_bytes(private + public)
    return folder / "kafka.pem"


def properties(folder: Path, ports: list[int]) -> str:
    """The documented lines with this test's ports and certificate."""
    text = (ROOT / "ops/kafka/apps.properties").read_text(encoding="utf-8")
    for documented, port in zip((19092, 19093, 19094), ports, strict=True):
        text = text.replace(f":{documented}", f":{port}")
    quorum = f"controller.quorum.voters=1@127.0.0.1:{ports[2]}\n"
    return quorum + text.replace("kafka.example.go.id", "localhost").replace(
        "/etc/opdbus/kafka.pem", str(certificate(folder))
    )


def admin(line: str) -> None:
    """A printed command, as the operator types it."""
    words = shlex.split(line)
    assert words.pop(0) == "python"
    done = subprocess.run(
        [sys.executable, *words], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


class Desk:
    """The broker, its topics with a record each, and apps that log in."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(exist_ok=True)
        ports = free_ports(3)
        self._ca = folder / "ca.pem"
        self._apps = f"localhost:{ports[1]}"
        more = properties(folder, ports)
        self.broker = LocalBroker(folder / "kafka", ports[0], tied=True, more=more)

    def fill(self) -> None:
        settings = Settings(bootstrap=self.broker.bootstrap)
        ensure_topics(settings, CATALOG, TENANT, [REPORTERS, STATUS])

        async def write() -> None:
            writer = TransactionalWriter(self.broker.bootstrap, "isi")
            await writer.start()
            await writer.begin()
            for ref in (REPORTERS, STATUS):
                writer.append(topic_name(TENANT.id, ref), 0, b"k", b"isi", [])
            await writer.commit()
            await writer.stop()

        asyncio.run(write())

    def login(self, name: str) -> None:
        what = f"{name}:SCRAM-SHA-512:{PASSWORD}"
        place = self.broker.bootstrap
        admin(
            f"python -m kafka.admin -b {place} users alter-scram-credentials"
            f" --upsert {what}"
        )

    def give(self, name: str, *refs: str, taking: bool = False) -> None:
        place = (self.broker.bootstrap, name)
        for line in commands(CATALOG, TENANT.id, place, refs, taking=taking):
            if not line.startswith("#"):
                admin(line)

    def read(self, name: str, ref: str, password: str = PASSWORD) -> str:
        """The first record's value, or why there is none."""
        consumer = Consumer(
            {
                "bootstrap.servers": self._apps,
                "security.protocol": "SASL_SSL",
                "ssl.ca.location": str(self._ca),
                "sasl.mechanism": "SCRAM-SHA-512",
                "sasl.username": name,
                "sasl.password": password,
                "group.id": name,
                "auto.offset.reset": "earliest",
                "enable.auto.commit": False,
                "log_level": 0,
            }
        )
        try:
            consumer.subscribe([topic_name(TENANT.id, ref)])
            for _ in range(40):
                found = consumer.poll(0.5)
                if found is not None and found.error() is None:
                    return (found.value() or b"").decode()
                if found is not None:
                    return str(found.error().name())
        except KafkaException as error:
            return str(error.args[0].name())
        finally:
            consumer.close()
        return "nothing"


def test_only_the_named_officer_reads_the_secret_reporters(tmp_path: Path) -> None:
    desk = Desk(tmp_path / "acl")
    with desk.broker:
        desk.fill()  # the bus itself needs no list
        for name in ("pengawas", "dinsos"):
            desk.login(name)
        desk.give("pengawas", REPORTERS)
        desk.give("dinsos", STATUS)
        assert desk.read("pengawas", REPORTERS) == "isi"
        assert desk.read("dinsos", STATUS) == "isi"
        assert desk.read("dinsos", REPORTERS) == "TOPIC_AUTHORIZATION_FAILED"
        desk.give("dinsos", STATUS, taking=True)
        assert "AUTHORIZATION_FAILED" in desk.read("dinsos", STATUS)
