"""One record explained: who read it, what that led to, and what had led to it."""

import asyncio
import re

import pytest

from bus.record import iso_time
from bus.streams.wiring.explain import Explainer, Explanation
from bus.streams.wiring.shown import MASK, shown
from bus.streams.wiring.stage import stages_of
from ops.cli.explanation import lines_of
from tests.unit.operators.kontrak import HASIL, LOG, catatan, katalog
from tests.unit.operators.test_timer import MINUTE, driver
from tests.unit.pipelines.acak import dunia_acak
from tests.unit.pipelines.dunia import Dunia

__all__ = ["driver"]


def explainer(world, catalog):
    async def read(topic, partitions):
        wanted = range(world.partitions) if partitions is None else partitions
        for partition in wanted:
            for record in list(world.logs[topic, partition]):
                yield record

    stages = stages_of(world.topology, world.serde, world.tenant, world.clock)
    return Explainer(read, world.tenant.id, stages, world.serde, catalog)


def explain(world, event_id, catalog=None):
    found = explainer(world, catalog or katalog()).event(event_id)
    return asyncio.run(found)


@pytest.fixture(scope="module")
def dunia():
    masuk, _ = dunia_acak(3, 3)
    return Dunia(*masuk), masuk


def _first(world, event_type):
    for log in world.logs.values():
        for record in log:
            head = dict(record.headers)
            if head["ce_type"] == event_type.encode():
                return head["ce_id"].decode()
    raise AssertionError(event_type)


def test_a_source_record_shows_its_copies_its_stage_and_what_followed(dunia):
    world, _ = dunia
    found = explain(world, _first(world, "SantunanDiajukan"))
    assert {copy.topic for copy in found.copies} == {
        "k3325.sosial.santunan.fact.v1",
        "k3325.santunan.identitas.repartition.v1",
    }
    assert [step.stage for step in found.steps] == [
        "santunan.masuk",
        *["santunan.identitas"],
    ]
    router, identity = found.steps
    assert [out.topic for out in router.outputs] == [
        "k3325.santunan.identitas.repartition.v1"
    ]
    assert identity.is_handled
    assert identity.changes
    assert found.causes == []
    stages = {one.source for one in found.effects}
    assert "/k3325/santunan.klaim" in stages


def test_a_decision_is_explained_by_its_causes_up_to_the_source(dunia):
    world, masuk = dunia
    decision = world.terbit()[-1]
    found = explain(world, decision.id)
    assert found.causes[0].id == decision.causation_id
    assert found.causes[-1].id in {event.id for _, event in masuk}
    assert found.steps[0].stage == "santunan.masuk"


def test_every_output_of_a_stage_is_recomputed_with_the_same_id(dunia):
    world, _ = dunia
    for record in world.logs["k3325.santunan.klaim.repartition.v1", 0][:3]:
        name = dict(record.headers)["ce_id"].decode()
        for step in explain(world, name).steps:
            for out in step.outputs:
                ids = [
                    dict(r.headers)["ce_id"]
                    for r in world.logs[out.topic, out.partition]
                ]
                assert out.id.encode() in ids


def test_no_name_and_no_identity_number_is_shown(dunia):
    world, masuk = dunia
    text = ""
    for event in [*world.terbit(), *(event for _, event in masuk)]:
        text += "\n".join(lines_of(explain(world, event.id)))
    assert "noted" in text
    assert "sent" in text
    assert MASK in text
    assert not re.search(r"\b\d{13,}\b", text)
    assert not re.search(r"SUTRISNO|KASMIDI|WARSITO|IBU [A-Z]|ANAK [A-Z]\b", text)


def test_a_timer_names_the_event_that_set_it(driver):
    now = driver.clock.now_ms()
    event = catatan("a", angka=5, waktu=now)
    driver.pipe(LOG, event)
    driver.advance(5 * MINUTE)
    (told,) = [e for e in driver.read(LOG) if e.type == "WaktuTiba"]
    (sent,) = driver.read(HASIL)
    text = "\n".join(lines_of(explain(driver, told.id)))
    assert (
        f"forgot timer/n/tenggat/a, which was: waktu={iso_time(now + 5 * MINUTE)}"
        in text
    )
    assert f"sebab={event.id}" in text
    assert f"sent Hasil DIBUAT {sent.id}" in text
    assert "caused by: nothing" in text


def test_a_place_names_the_same_record_as_its_id(driver):
    event = catatan("a", angka=5)
    driver.pipe(LOG, event)
    (place,) = explain(driver, event.id).copies
    found = explainer(driver, katalog()).at(place.topic, place.partition, place.offset)
    assert asyncio.run(found) == explain(driver, event.id)
    nothing = explainer(driver, katalog()).at(place.topic, place.partition, 99)
    assert asyncio.run(nothing) == Explanation()
    assert explain(driver, "0" * 32) == Explanation()


def test_unknown_records_and_fields_are_masked_whole():
    assert shown(katalog(), "Lain", {"a": 1, "b": None}) == {"a": MASK, "b": "None"}
    found = shown(katalog(), "Catatan", {"isi": "x", "angka": 2, "nama": "y"})
    assert found == {"isi": "x", "angka": "2", "nama": MASK}
