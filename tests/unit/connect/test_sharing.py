"""Workers share tasks evenly, move few, and only to who has the file."""

from hypothesis import given
from hypothesis import strategies as st

from bus.connect.reading.sharing import Offer, share

TASKS = st.frozensets(st.sampled_from([f"t{i}" for i in range(12)]))
OFFERS = st.dictionaries(
    st.sampled_from(["a", "b", "c", "d"]),
    st.builds(Offer, able=TASKS, has=TASKS),
    min_size=1,
)


@given(OFFERS)
def test_each_task_runs_once_where_its_file_is(offers: dict[str, Offer]) -> None:
    given_out = share(offers)
    everything = [task for tasks in given_out.values() for task in tasks]
    assert sorted(everything) == sorted(set().union(*(o.able for o in offers.values())))
    assert all(given_out[worker] <= offers[worker].able for worker in offers)


@given(TASKS, st.integers(1, 5))
def test_equal_workers_get_equal_shares(tasks: frozenset[str], workers: int) -> None:
    offers = {f"w{i}": Offer(tasks, frozenset()) for i in range(workers)}
    sizes = [len(mine) for mine in share(offers).values()]
    assert max(sizes) - min(sizes) <= 1


def test_nothing_moves_without_need() -> None:
    all_tasks = frozenset("abcd")
    before = {
        "one": Offer(all_tasks, frozenset("ab")),
        "two": Offer(all_tasks, frozenset("cd")),
    }
    assert share(before) == {"one": frozenset("ab"), "two": frozenset("cd")}
    came = before | {"new": Offer(all_tasks, frozenset())}
    after = share(came)
    assert after["one"] | after["two"] < all_tasks
    assert after["new"]
    assert after["one"] <= frozenset("ab")


def test_a_worker_without_files_gets_nothing_and_counts_for_nothing() -> None:
    offers = {
        "sinks": Offer(frozenset(), frozenset()),
        "sources": Offer(frozenset("abc"), frozenset("abc")),
    }
    assert share(offers)["sources"] == frozenset("abc")
