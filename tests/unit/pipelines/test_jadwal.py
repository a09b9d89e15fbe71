"""F1 ends the same whichever task is first, with aborted batches and lost state."""

import random

import pytest

from bus.testing.schedule import Shaken
from tests.unit.pipelines.acak import dunia_acak, jalinan, keadaan
from tests.unit.pipelines.dunia import Dunia, hari


@pytest.mark.parametrize("seed", range(3))
def test_any_order_of_tasks_any_batches_aborts_and_restarts(seed: int) -> None:
    masuk, mati = dunia_acak(seed, 4)
    lurus = Dunia(*masuk)
    goyang = Dunia()
    goyang._schedule = Shaken(seed)
    for ref, event in jalinan(masuk, random.Random(seed)):
        goyang.write(ref, event)
    goyang.run()
    for dunia in (lurus, goyang):
        dunia.tick(hari("2026-06-20"))
        assert dunia.gagal() == []
    assert keadaan(goyang, mati) == keadaan(lurus, mati)
