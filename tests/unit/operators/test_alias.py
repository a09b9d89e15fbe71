"""Two keys are one person: states meet, and later records follow."""

import itertools

import pytest

from bus.streams.topology.operators.alias import Alias
from bus.streams.topology.operators.chain import chain
from tests.unit.operators.kontrak import LOG, catatan, meja


def _take(ctx, key):
    found = ctx.get("orang", key)
    if found is not None:
        ctx.put("orang", key, None)
    return found


def _merge(ctx, key, state):
    own = ctx.get("orang", key) or {"isi": "", "angka": 0}
    words = {*own["isi"].split(), *state["isi"].split()}
    total = own["angka"] + state["angka"]
    ctx.put("orang", key, {"isi": " ".join(sorted(words)), "angka": total})


ALIAS = Alias(store="alias", topic=LOG, moved_type="Pindahan", take=_take, merge=_merge)


def _count(event, ctx):
    _merge(ctx, event.key, event.value)
    return ()


def _link(event, ctx):
    ALIAS.link(ctx, event.key, event.value["isi"])


def _driver():
    return meja(
        {
            "Catatan": chain(ALIAS.follow, _count),
            "Lawan": _link,
            "KunciDisatukan": ALIAS.on_link,
            "Pindahan": ALIAS.on_moved,
        },
        {"orang": "Tersimpan", "alias": "AliasTersimpan"},
    )


def note(key, word):
    return catatan(key, word, 1)


def same(one, other):
    return catatan(one, other, jenis="Lawan")


def people(driver):
    found = {}
    for partition in range(driver.partitions):
        for key, data in driver.state_bytes("uji.satu", partition).items():
            store, _, name = key.decode().partition("/")
            if store == "orang":
                value = driver.serde.decode(data)[1]
                found[name] = (value["isi"], value["angka"])
    return found


def test_states_meet_under_the_smaller_key_and_later_records_follow():
    driver = _driver()
    driver.pipe(LOG, note("b", "satu"), note("a", "dua"))
    driver.pipe(LOG, same("b", "a"))
    assert people(driver) == {"a": ("dua satu", 2)}
    driver.restart()
    driver.pipe(LOG, note("b", "tiga"))
    assert people(driver) == {"a": ("dua satu tiga", 3)}
    kept = driver.state("uji.satu", "alias", "b")
    assert kept["ke"] == "a"


@pytest.mark.parametrize("order", list(itertools.permutations(range(4))))
def test_links_in_any_order_twice_and_in_circles_end_at_one_key(order):
    links = [same("d", "c"), same("b", "d"), same("a", "c"), same("d", "b")]
    driver = _driver()
    for number, link in enumerate(order):
        driver.pipe(LOG, note("abcd"[number], f"w{number}"), links[link])
    driver.pipe(LOG, *(note(key, "akhir") for key in "dcba"))
    assert people(driver) == {"a": ("akhir w0 w1 w2 w3", 8)}


def test_a_key_with_nothing_yet_can_be_linked_before_its_first_record():
    driver = _driver()
    driver.pipe(LOG, same("z", "y"), note("z", "satu"))
    assert people(driver) == {"y": ("satu", 1)}


def test_a_key_is_itself():
    driver = _driver()
    driver.pipe(LOG, note("a", "satu"), same("a", "a"))
    assert people(driver) == {"a": ("satu", 1)}
