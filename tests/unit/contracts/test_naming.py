import pytest

from bus.contracts import ref_of, topic_name
from bus.contracts.naming import make_ref
from bus.errors import ConfigError

REF = "sosial.santunan.fact.v1"


def test_topic_and_back():
    topic = topic_name("k3325", REF)
    assert topic == "k3325.sosial.santunan.fact.v1"
    assert ref_of(topic) == ("k3325", REF)


def test_national_tenant():
    assert ref_of(topic_name("nas", "ref.wilayah.state.v2")) == (
        "nas",
        "ref.wilayah.state.v2",
    )


@pytest.mark.parametrize("tenant", ["", "3325", "k332", "k33250", "K3325", "k33a5"])
def test_bad_tenant(tenant):
    with pytest.raises(ConfigError, match="as in k3325"):
        topic_name(tenant, REF)


@pytest.mark.parametrize(
    "ref",
    [
        "",
        "sosial.santunan.fact",
        "sosial.santunan.berita.v1",
        "sosial.santunan.fact.v0",
        "sosial.santu_nan.fact.v1",
        "Sosial.santunan.fact.v1",
        "k3325.sosial.santunan.fact.v1",
        "sosial.santunan.fact.v1.x",
    ],
)
def test_bad_ref(ref):
    with pytest.raises(ConfigError, match=r"example: sosial\.santunan\.fact\.v1"):
        topic_name("k3325", ref)


@pytest.mark.parametrize("topic", ["_schemas", REF, "k3325.x", "__consumer_offsets"])
def test_foreign_topic(topic):
    with pytest.raises(ConfigError, match="expected <tenant>"):
        ref_of(topic)


def test_make_ref():
    assert make_ref("sosial", "santunan", "fact", 1) == REF
