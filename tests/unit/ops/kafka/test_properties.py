from pathlib import Path

from ops.kafka.properties import container_settings, port_in, server_properties


def test_the_port_can_be_read_back() -> None:
    text = server_properties(Path("/srv/kafka"), 19092, 19093)
    assert port_in(text) == 19092
    assert port_in("node.id=1") == 0


def test_a_broker_listens_on_loopback_only() -> None:
    text = server_properties(Path("/srv/kafka"), 19092, 19093)
    listeners = next(
        line for line in text.splitlines() if line.startswith("listeners=")
    )
    assert listeners.count("//127.0.0.1:") == listeners.count("//") == 2


def test_every_setting_is_given_once() -> None:
    text = server_properties(Path("/srv/kafka"), 1, 2)
    names = [line.split("=")[0] for line in text.splitlines()]
    assert len(names) == len(set(names))


def test_topics_come_from_contracts_never_from_a_typing_error() -> None:
    assert "auto.create.topics.enable=false" in server_properties(Path("/x"), 1, 2)
    assert container_settings(1)["KAFKA_AUTO_CREATE_TOPICS_ENABLE"] == "false"


def test_positions_of_a_stopped_group_are_kept_for_a_year() -> None:
    assert "offsets.retention.minutes=525600\n" in server_properties(Path("/x"), 1, 2)
    assert container_settings(1)["KAFKA_OFFSETS_RETENTION_MINUTES"] == "525600"
