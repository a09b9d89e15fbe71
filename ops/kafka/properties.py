"""Settings of a single KRaft broker on loopback, as file and as environment."""

from pathlib import Path

NODE = 1

# One node: every internal topic has one replica and few partitions. Positions of a
# group that is stopped are kept for a year, not for Kafka's 7 days. The session is
# long, so that a machine that stalls (or a frozen broker) never makes the controller
# fence its own broker; ops/kafka/fencing.py says why that must not happen, and why
# leadership is not handed over at a stop.
_FIXED = """\
process.roles=broker,controller
controller.listener.names=CONTROLLER
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT
inter.broker.listener.name=PLAINTEXT
auto.create.topics.enable=false
num.partitions=4
default.replication.factor=1
min.insync.replicas=1
offsets.topic.num.partitions=4
offsets.topic.replication.factor=1
offsets.retention.minutes=525600
transaction.state.log.num.partitions=4
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
transaction.abort.timed.out.transaction.cleanup.interval.ms=1000
share.coordinator.state.topic.num.partitions=1
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
group.initial.rebalance.delay.ms=0
group.min.session.timeout.ms=1000
num.network.threads=2
num.io.threads=4
num.recovery.threads.per.data.dir=2
log.segment.bytes=67108864
log.index.size.max.bytes=1048576
log.retention.hours=168
log.cleaner.threads=1
log.cleaner.dedupe.buffer.size=8388608
controlled.shutdown.enable=false
broker.session.timeout.ms=90000
broker.heartbeat.interval.ms=1000
"""


def server_properties(folder: Path, port: int, controller_port: int) -> str:
    """The file's text.

    Args:
        folder: the broker's own folder; its data goes to `data` inside.
        port: client listener on loopback.
        controller_port: controller listener on loopback.
    """
    address = f"127.0.0.1:{port}"
    return _FIXED + (
        f"node.id={NODE}\n"
        f"controller.quorum.voters={NODE}@127.0.0.1:{controller_port}\n"
        f"listeners=PLAINTEXT://{address},CONTROLLER://127.0.0.1:{controller_port}\n"
        f"advertised.listeners=PLAINTEXT://{address}\n"
        f"log.dirs={folder / 'data'}\n"
    )


def controller_properties(folder: Path, controller_port: int) -> str:
    """The same node as controller only, quick to give up its silent broker."""
    address = f"127.0.0.1:{controller_port}"
    return (
        "process.roles=controller\n"
        "controller.listener.names=CONTROLLER\n"
        "listener.security.protocol.map=CONTROLLER:PLAINTEXT\n"
        "broker.session.timeout.ms=500\n"
        "broker.heartbeat.interval.ms=200\n"
        f"node.id={NODE}\n"
        f"controller.quorum.voters={NODE}@{address}\n"
        f"listeners=CONTROLLER://{address}\n"
        f"log.dirs={folder / 'data'}\n"
    )


def port_in(text: str) -> int:
    """Client port that a `server.properties` written here names; 0 if none."""
    for line in text.splitlines():
        if line.startswith("advertised.listeners="):
            return int(line.rpartition(":")[2])
    return 0


def container_settings(port: int) -> dict[str, str]:
    """Environment of Apache's image for one KRaft node that clients reach on `port`."""
    return {
        "KAFKA_NODE_ID": "1",
        "KAFKA_PROCESS_ROLES": "broker,controller",
        "KAFKA_LISTENERS": f"PLAINTEXT://:{port},CONTROLLER://:29093",
        "KAFKA_ADVERTISED_LISTENERS": f"PLAINTEXT://127.0.0.1:{port}",
        "KAFKA_CONTROLLER_LISTENER_NAMES": "CONTROLLER",
        "KAFKA_LISTENER_SECURITY_PROTOCOL_MAP": (
            "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT"
        ),
        "KAFKA_CONTROLLER_QUORUM_VOTERS": "1@localhost:29093",
        "KAFKA_AUTO_CREATE_TOPICS_ENABLE": "false",
        "KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR": "1",
        "KAFKA_OFFSETS_RETENTION_MINUTES": "525600",
        "KAFKA_TRANSACTION_STATE_LOG_REPLICATION_FACTOR": "1",
        "KAFKA_TRANSACTION_STATE_LOG_MIN_ISR": "1",
        "KAFKA_GROUP_INITIAL_REBALANCE_DELAY_MS": "0",
        "KAFKA_TRANSACTION_STATE_LOG_NUM_PARTITIONS": "4",
        "KAFKA_OFFSETS_TOPIC_NUM_PARTITIONS": "4",
        "KAFKA_GROUP_MIN_SESSION_TIMEOUT_MS": "1000",
    }
