"""The rules of registration, on the registry that tests use."""

import pytest

from bus.errors import ConfigError, DecodeError
from bus.gateway.registry.state import RegistryState
from bus.testing.registry import MemoryRegistry

A = {"type": "record", "name": "a.B", "fields": [{"name": "x", "type": "int"}]}
A_PLUS = A | {
    "fields": [
        {"name": "x", "type": "int"},
        {"name": "y", "type": ["null", "int"], "default": None},
    ]
}
RETYPED = A | {"fields": [{"name": "x", "type": "string"}]}


def test_ids_and_versions_count_up() -> None:
    registry = MemoryRegistry()
    assert registry.register("s", A) == 1
    assert registry.register("s", A_PLUS) == 2
    assert registry.register("t", RETYPED) == 3
    assert [v.version for v in registry.state.versions("s")] == [1, 2]


def test_registering_again_changes_nothing() -> None:
    registry = MemoryRegistry()
    registry.register("s", A)
    turned = {"fields": A["fields"], "name": "a.B", "type": "record"}
    assert registry.register("s", turned) == 1
    assert len(registry.log) == 1


def test_one_schema_has_one_id_under_all_subjects() -> None:
    registry = MemoryRegistry()
    assert registry.register("s", A) == registry.register("t", A) == 1


@pytest.mark.parametrize(
    ("level", "first", "second", "ok"),
    [
        ("BACKWARD_TRANSITIVE", A, A_PLUS, True),
        ("BACKWARD_TRANSITIVE", A, RETYPED, False),
        ("NONE", A, RETYPED, True),
        ("FULL", A, A_PLUS, True),
        ("FORWARD", A, RETYPED, False),
    ],
)
def test_compatibility_levels(level: str, first: dict, second: dict, ok: bool) -> None:
    registry = MemoryRegistry()
    registry.set_compatibility(level)
    registry.register("s", first)
    if ok:
        assert registry.register("s", second) == 2
    else:
        with pytest.raises(ConfigError, match=r"s: .*incompatible.*x"):
            registry.register("s", second)


@pytest.mark.parametrize(
    "schema",
    [{}, {"type": "nix"}, {"type": "record", "name": "1x", "fields": []}, {"type": 5}],
    ids=["empty", "type", "name", "number"],
)
def test_what_is_not_avro_is_refused(schema: dict) -> None:
    with pytest.raises(ConfigError, match="Invalid schema"):
        MemoryRegistry().register("s", schema)


def test_the_log_rebuilds_the_state() -> None:
    registry = MemoryRegistry()
    registry.set_compatibility("FULL", "s")
    registry.register("s", A)
    registry.register("s", A_PLUS)
    again = RegistryState()
    for key, value in registry.log:
        again.apply(key, value)
    assert again.versions("s") == registry.state.versions("s")
    assert again.level("s") == "FULL"


def test_schema_by_id() -> None:
    registry = MemoryRegistry()
    registry.register("s", A)
    assert registry.schema(1) == A
    with pytest.raises(DecodeError) as caught:
        registry.schema(2)
    assert caught.value.code == "SKEMA_TIDAK_DIKENAL"


def test_a_subject_gets_the_level_it_is_registered_with_unless_it_has_one() -> None:
    registry = MemoryRegistry()
    registry.set_compatibility("NONE")
    registry.set_compatibility("FULL", "t")
    for subject in ("s", "t"):
        registry.register(subject, A, "BACKWARD_TRANSITIVE")
    assert registry.state.own_level("s") == "BACKWARD_TRANSITIVE"
    assert registry.state.own_level("t") == "FULL"
    with pytest.raises(ConfigError, match="incompatible"):
        registry.register("s", RETYPED)
