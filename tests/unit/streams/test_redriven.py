"""A rejected record that is sent again is for its one reader, under its own id."""

import pytest

from bus.connect.delivery.dead import dead_letter as sink_letter
from bus.contracts import Catalog
from bus.errors import DecodeError
from bus.record import ATTEMPTS, REDRIVE, Event, Record, header, headers_of
from bus.serde import Serde
from bus.streams.topology.pipeline import Pipeline, Route, Router
from bus.streams.wiring.batch import PipelineProcessor
from bus.streams.wiring.router import RouterProcessor
from bus.testing.clock import ManualClock
from bus.testing.registry import MemoryRegistry

SOURCE = "santunan.anggaran.repartition.v1"
SINK = "keuangan.anggaran.state.v1"
TYPE = "AnggaranDitetapkan"
TOPIC = f"k3325.{SOURCE}"
PLACE = (TOPIC, 0)
CATALOG = Catalog.load()


@pytest.fixture
def serde() -> Serde:
    return Serde(CATALOG, MemoryRegistry())


def processor(serde: Serde, *, fails: bool = False) -> PipelineProcessor:
    def decide(event, ctx):
        if fails:
            raise ValueError
        ctx.emit(SINK, TYPE, event.key, event.value)

    pipeline = Pipeline("uji.satu", SOURCE, {TYPE: decide}, sinks=(SINK,))
    return PipelineProcessor(pipeline, serde, "k3325", 4, ManualClock())


def record(serde: Serde, *extra: tuple[str, bytes], offset: int = 0) -> Record:
    example = CATALOG.event(TYPE).examples[0]
    event = Event(TYPE, example.key, example.value, "a" * 32, "/k3325/x", 1)
    value = serde.encode(TOPIC, TYPE, example.value)
    headers = [*headers_of(event), *extra]
    return Record(TOPIC, 0, offset, 1, event.key.encode(), value, headers)


def test_its_pipeline_decides_and_the_ids_are_those_of_the_first_time(serde):
    first = processor(serde).process(PLACE, [record(serde)], {})
    again = record(serde, (REDRIVE, b"uji.satu"), offset=7)
    second = processor(serde).process(PLACE, [again], {})
    assert [out.headers for out in second.outputs] == [
        out.headers for out in first.outputs
    ]
    assert second.events == {TYPE: 1}


def test_every_other_pipeline_and_router_passes_it_over(serde):
    other = record(serde, (REDRIVE, b"uji.dua"))
    result = processor(serde, fails=True).process(PLACE, [other], {})
    assert (result.outputs, result.events, result.rejects) == ([], {}, {})
    route = Route(SINK, frozenset({TYPE}), SOURCE)
    router = RouterProcessor(Router("uji.rute", (route,)), "k3325", 4)
    place = (f"k3325.{SINK}", 0)
    assert router.process(place, [other], {}).outputs == []
    assert len(router.process(place, [record(serde)], {}).outputs) == 1


def test_attempts_are_counted_and_the_letter_is_another_one(serde):
    failing = processor(serde, fails=True)
    again = record(serde, (REDRIVE, b"uji.satu"), (ATTEMPTS, b"2"), offset=7)
    letters = failing.process(PLACE, [record(serde), again], {}).outputs
    values = [serde.decode(letter.value)[1] for letter in letters]
    assert [value["attempts"] for value in values] == [1, 3]
    assert {value["ce_id"] for value in values} == {"a" * 32}
    assert {value["key"] for value in values} == {record(serde).key.decode()}
    assert len({header(letter.headers, "ce_id") for letter in letters}) == 2


def test_attempts_of_a_sink_are_counted_too(serde):
    again = record(serde, (REDRIVE, b"dinas"), (ATTEMPTS, b"3"))
    error = DecodeError("UJI", "uji")
    letter = sink_letter(again, error, ("k3325", "dinas"), 2, 5)
    assert letter.value["attempts"] == 5
    assert letter.value["key"] == again.key.decode()
