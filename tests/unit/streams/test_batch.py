"""One batch through a processor: what is staged, dropped, refused or passed on."""

import pytest

from bus.contracts import Catalog
from bus.errors import ConfigError, RetriableError, RowError
from bus.health import Health
from bus.kafka.partitioner import partition_for
from bus.record import Event, Record, header, headers_of
from bus.serde import Serde
from bus.streams.topology.pipeline import Pipeline, Route, Router
from bus.streams.wiring.batch import PipelineProcessor
from bus.streams.wiring.router import RouterProcessor
from bus.streams.wiring.stage import Stage
from bus.streams.wiring.state_reader import state_key
from bus.streams.wiring.tasks import TaskSet
from bus.streams.wiring.ticks import local_day, tick_event
from bus.testing.clock import ManualClock
from bus.testing.registry import MemoryRegistry

TENANT = "k3325"
SOURCE = "santunan.anggaran.repartition.v1"
SINK = "keuangan.anggaran.state.v1"
TYPE = "AnggaranDitetapkan"
PLACE = (f"{TENANT}.{SOURCE}", 0)
SECRET_WORDS = "SUTRISNO 3325124501580003"


@pytest.fixture(scope="module")
def catalog():
    return Catalog.load()


@pytest.fixture
def serde(catalog):
    return Serde(catalog, MemoryRegistry())


@pytest.fixture
def example(catalog):
    return catalog.event(TYPE).examples[0]


def _processor(serde, handler):
    pipeline = Pipeline(
        name="uji.satu",
        source=SOURCE,
        handlers={TYPE: handler},
        stores={"satu": TYPE},
        changelog="santunan.anggaran.changelog.v1",
        sinks=(SINK,),
    )
    return PipelineProcessor(pipeline, serde, TENANT, 4, ManualClock())


def _record(serde, example, offset=0, **changed):
    event = Event(TYPE, example.key, example.value, f"{offset:032x}", "/k3325/x", 1)
    value = serde.encode(f"{TENANT}.{SOURCE}", TYPE, example.value)
    parts = {"key": event.key.encode(), "value": value, "headers": headers_of(event)}
    parts |= changed
    return Record(f"{TENANT}.{SOURCE}", 0, offset, 1, **parts)


def test_dead_letters_stay_in_the_one_partition_of_their_topic(serde, example):
    bad = [_record(serde, example, offset, value=b"no avro") for offset in range(8)]
    good = _record(serde, example, 8)
    result = _processor(serde, _count).process(PLACE, [*bad, good], {})
    *letters, answer = result.outputs
    assert {letter.partition for letter in letters} == {0}
    assert answer.partition == partition_for(answer.key, 4)


def _count(event, context):
    before = context.get("satu", "n") or {**event.value, "versi": 0}
    context.put("satu", "n", {**before, "versi": before["versi"] + 1})
    context.emit(SINK, TYPE, event.key, event.value)


def test_state_changes_of_a_batch_are_coalesced_and_visible_within_it(serde, example):
    records = [_record(serde, example, n) for n in range(3)]
    result = _processor(serde, _count).process(PLACE, records, {})
    assert list(result.changes) == [state_key("satu", "n")]
    assert serde.decode(result.changes[state_key("satu", "n")])[1]["versi"] == 3
    assert len(result.outputs) == 3
    assert result.events == {TYPE: 3}


def test_ids_of_outputs_follow_from_the_cause_not_from_the_batch(serde, example):
    records = [_record(serde, example, n) for n in range(4)]
    processor = _processor(serde, _count)
    together = processor.process(PLACE, records, {}).outputs
    apart = [out for r in records for out in processor.process(PLACE, [r], {}).outputs]
    ids = [header(out.headers, "ce_id") for out in together]
    assert ids == [header(out.headers, "ce_id") for out in apart]
    assert len(set(ids)) == 4


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (RowError("NIK_RUSAK", "NIK 33**********0003 rusak"), "NIK_RUSAK"),
        (ValueError(SECRET_WORDS), "PROSES_GAGAL"),
        (KeyError(SECRET_WORDS), "PROSES_GAGAL"),
    ],
)
def test_a_failing_handler_makes_a_dead_letter_and_leaves_nothing(
    serde, example, error, code
):
    def fail(event, context):
        _count(event, context)
        raise error

    record = _record(serde, example)
    result = _processor(serde, fail).process(PLACE, [record], {})
    assert result.changes == {}
    assert result.rejects == {code: 1}
    (letter,) = result.outputs
    assert letter.topic == "k3325.platform.deadletter.dlq.v1"
    value = serde.decode(letter.value)[1]
    assert value["payload"] == record.value
    assert (value["code"], value["offset"]) == (code, 0)
    assert "SUTRISNO" not in value["message"]
    assert "3325124501580003" not in value["message"]


@pytest.mark.parametrize(
    "changed",
    [
        {"value": b"not avro"},
        {"key": None},
        {"headers": [("ce_type", TYPE.encode())]},
    ],
)
def test_a_record_that_cannot_be_read_is_a_dead_letter(serde, example, changed):
    record = _record(serde, example, **changed)
    result = _processor(serde, _count).process(PLACE, [record], {})
    assert sum(result.rejects.values()) == 1
    assert len(result.outputs) == 1


@pytest.mark.parametrize("headers", [[], [("ce_type", TYPE.encode())]])
def test_a_tombstone_is_counted_and_reaches_nobody(serde, example, headers):
    gone = _record(serde, example, value=None, headers=headers)
    after = _record(serde, example, 1)
    result = _processor(serde, _count).process(PLACE, [gone, after], {})
    assert result.rejects == {}
    assert result.events == {"tombstone": 1, TYPE: 1}
    assert len(result.outputs) == 1


def test_a_state_value_that_does_not_fit_drops_the_whole_event(serde, example):
    def wrong(event, context):
        context.emit(SINK, TYPE, event.key, event.value)
        context.put("satu", "n", {"versi": "not a number"})

    result = _processor(serde, wrong).process(PLACE, [_record(serde, example)], {})
    assert result.changes == {}
    assert result.rejects == {"TIDAK_SESUAI_SKEMA": 1}


def test_what_is_not_the_record_s_fault_ends_the_task(serde, example):
    def away(event, context):
        raise RetriableError("registry away")

    with pytest.raises(RetriableError):
        _processor(serde, away).process(PLACE, [_record(serde, example)], {})


def test_an_undeclared_store_or_sink_is_a_dead_letter_not_a_silent_write(
    serde, example
):
    def stray(event, context):
        context.emit("sosial.santunan.fact.v1", TYPE, event.key, event.value)

    result = _processor(serde, stray).process(PLACE, [_record(serde, example)], {})
    assert result.rejects == {"PROSES_GAGAL": 1}


def test_a_router_copies_bytes_by_type_and_skips_the_rest(serde, example):
    router = Router("uji", (Route(SOURCE, frozenset({TYPE}), SINK),))
    processor = RouterProcessor(router, TENANT, 4)
    taken = _record(serde, example)
    other = _record(serde, example, 1, headers=[("ce_type", b"Lain")])
    result = processor.process(PLACE, [taken, other], {})
    (copy,) = result.outputs
    assert (copy.key, copy.value, copy.headers) == (
        taken.key,
        taken.value,
        taken.headers,
    )
    assert copy.topic == f"{TENANT}.{SINK}"


def test_a_topic_has_one_reader_in_a_worker(serde):
    processor = _processor(serde, _count)
    stages = [Stage("a", processor, ("t",)), Stage("b", processor, ("t",))]
    with pytest.raises(ConfigError, match="one topic has one reader"):
        TaskSet(stages, None, Health("uji"))


@pytest.mark.parametrize(
    ("moment_ms", "zone", "day"),
    [
        (0, "Asia/Jakarta", 0),
        (17 * 3_600_000 - 1, "Asia/Jakarta", 0),
        (17 * 3_600_000, "Asia/Jakarta", 1),
        (16 * 3_600_000, "Asia/Makassar", 1),
    ],
)
def test_a_day_begins_at_the_tenant_s_midnight(moment_ms, zone, day):
    assert local_day(moment_ms, zone) == day


def test_the_tick_of_a_day_is_one_event_however_often_it_is_written():
    first, again = (tick_event(TENANT, "p", 1, 20_000) for _ in range(2))
    assert first == again
    assert first.id != tick_event(TENANT, "p", 2, 20_000).id


def test_a_broadcast_goes_to_every_partition_byte_for_byte(serde, example):
    routes = (
        Route(SOURCE, frozenset({TYPE}), SINK, broadcast=True),
        Route(SOURCE, frozenset({TYPE}), "tata.mutu.fact.v1"),
    )
    record = _record(serde, example)
    result = RouterProcessor(Router("uji", routes), TENANT, 4).process(
        PLACE, [record], {}
    )
    table = [out for out in result.outputs if out.topic == f"{TENANT}.{SINK}"]
    assert [out.partition for out in table] == [0, 1, 2, 3]
    assert {(out.key, out.value) for out in table} == {(record.key, record.value)}
    assert len(result.outputs) == 5
    assert result.events == {TYPE: 1}
