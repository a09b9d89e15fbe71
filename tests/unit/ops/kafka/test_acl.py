"""Commands for Kafka's access lists: exact, and never for what is the bus's own."""

import pytest

from bus.contracts import Catalog
from bus.errors import ConfigError
from ops.kafka.acl import commands

CATALOG = Catalog.load()


def told(name: str, *refs: str, taking: bool = False) -> list[str]:
    place = ("kafka:9092", name)
    return [*commands(CATALOG, "k3325", place, refs, taking=taking)]


def test_a_reader_gets_its_topics_and_its_group() -> None:
    start = "python -m kafka.admin -b kafka:9092 acls create --principal User:dinsos"
    topic = "--resource-type topic --resource-name k3325.aduan.status.state.v1"
    assert told("dinsos", "aduan.status.state.v1") == [
        f"{start} --operation read {topic}",
        f"{start} --operation read --resource-type group --resource-name dinsos",
    ]
    assert "acls delete" in told("dinsos", "aduan.status.state.v1", taking=True)[0]


def test_personal_data_is_marked() -> None:
    assert told("pengawas", "aduan.pelapor.fact.v1")[0].startswith("# ")


def test_what_cannot_be_given_is_told_all_at_once() -> None:
    refs = ("santunan.klaim.repartition.v1", "platform.deadletter.dlq.v1", "tidak.ada")
    with pytest.raises(ConfigError) as caught:
        told("Dinas Sosial", *refs)
    assert len(caught.value.problems) == 4
