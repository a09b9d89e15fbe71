import json

import pytest

from bus.gateway.registry.entry import (
    SchemaVersion,
    config_entry,
    noop_entry,
    schema_entry,
)
from bus.gateway.registry.failures import RegistryError
from bus.gateway.registry.state import RegistryState

TEXT = '{"type":"record","name":"a.B","fields":[{"name":"x","type":"int"}]}'
OTHER = '{"type":"record","name":"a.C","fields":[{"name":"x","type":"int"}]}'


def state_of(*entries: tuple[bytes, bytes | None]) -> RegistryState:
    state = RegistryState()
    for key, value in entries:
        state.apply(key, value)
    return state


def test_keys_are_byte_for_byte_those_of_other_registries() -> None:
    key, value = schema_entry(SchemaVersion("s", 2, 7, TEXT))
    assert key == b'{"keytype":"SCHEMA","subject":"s","version":2,"magic":1}'
    assert json.loads(value) == {
        "subject": "s",
        "version": 2,
        "id": 7,
        "schema": TEXT,
        "deleted": False,
    }
    key, value = config_entry(None, "FULL")
    assert key == b'{"keytype":"CONFIG","subject":null,"magic":0}'
    assert value == b'{"compatibilityLevel":"FULL"}'


def test_a_later_record_under_a_key_replaces_the_earlier() -> None:
    entries = [
        schema_entry(SchemaVersion("s", 1, 1, TEXT)),
        schema_entry(SchemaVersion("s", 1, 1, TEXT, deleted=True)),
    ]
    state = state_of(*entries)
    assert state.subjects() == []
    assert state.text(1) == TEXT, "events in the log still carry the id"
    assert state.next_version("s") == 2
    assert state.next_id() == 2


def test_a_deleted_subject_and_a_tombstone_are_understood() -> None:
    gone = (
        b'{"keytype":"DELETE_SUBJECT","subject":"s","magic":0}',
        b'{"subject":"s","version":1}',
    )
    one = schema_entry(SchemaVersion("s", 1, 1, TEXT))
    assert state_of(one, gone).subjects() == []
    assert state_of(one, (one[0], None)).subjects() == []


def test_unknown_and_broken_records_are_passed_over() -> None:
    state = state_of(
        noop_entry(),
        (b'{"keytype":"MODE","subject":null,"magic":0}', b'{"mode":"READONLY"}'),
        (b"not json", b"{}"),
        (b"[]", b"{}"),
        (b'{"keytype":"SCHEMA","subject":"s","version":1,"magic":1}', b"{}"),
        schema_entry(SchemaVersion("s", 1, 5, TEXT)),
    )
    assert [v.id for v in state.versions("s")] == [5]
    assert state.next_id() == 6


def test_records_of_other_registries_with_more_attributes_are_read() -> None:
    key = b'{"keytype":"SCHEMA","subject":"s","version":3,"magic":1}'
    value = {"subject": "s", "version": 3, "id": 9, "md5": "x", "schema": TEXT}
    state = state_of((key, json.dumps(value).encode()))
    assert state.version("s", None).version == 3


def test_levels_fall_back_from_subject_to_global_to_default() -> None:
    state = RegistryState()
    assert state.level("s") == "BACKWARD_TRANSITIVE"
    state.apply(*config_entry(None, "FORWARD"))
    assert state.level("s") == "FORWARD"
    state.apply(*config_entry("s", "FULL"))
    assert (state.level("s"), state.level("t")) == ("FULL", "FORWARD")
    state.apply(config_entry("s", "")[0], None)
    assert state.level("s") == "FORWARD"


@pytest.mark.parametrize(
    ("ask", "code"),
    [
        (lambda state: state.versions("x"), 40401),
        (lambda state: state.version("s", 9), 40402),
        (lambda state: state.text(9), 40403),
        (lambda state: state.uses(9), 40403),
    ],
    ids=["subject", "version", "text", "uses"],
)
def test_what_is_not_there_has_the_known_code(ask: object, code: int) -> None:
    state = state_of(schema_entry(SchemaVersion("s", 1, 1, TEXT)))
    with pytest.raises(RegistryError) as caught:
        ask(state)  # type: ignore[operator]
    assert caught.value.code == code
    assert caught.value.status == 404


def test_uses_of_an_id() -> None:
    state = state_of(
        schema_entry(SchemaVersion("s", 1, 1, TEXT)),
        schema_entry(SchemaVersion("t", 4, 1, TEXT)),
        schema_entry(SchemaVersion("u", 1, 2, OTHER)),
    )
    assert [(v.subject, v.version) for v in state.uses(1)] == [("s", 1), ("t", 4)]
