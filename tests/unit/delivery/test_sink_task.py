"""Order of steps, retries, crashes between them, echoes and dead letters."""

import asyncio
from pathlib import Path

import pytest

from bus.errors import ConfigError, FatalError, PoisonError, RetriableError
from bus.record import Event
from bus.testing.receiver import ScriptedReceiver
from tests.unit.delivery.stage import Stage, finding


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    return Stage(tmp_path)


def test_every_wanted_event_arrives_once_and_is_committed(stage: Stage) -> None:
    for number in range(7):
        stage.add(f"{number:032x}", finding(f"T{number}"))
    stage.run()
    assert list(stage.receiver.rows) == [f"{number:032x}" for number in range(7)]
    first = stage.receiver.rows[f"{0:032x}"]
    assert (first.kind, first.fields["nomor"]) == ("TEMUAN", "T0")
    assert stage.feed.is_drained()
    assert stage.receiver.is_closed


def test_filter_decides_by_the_value(stage: Stage) -> None:
    stage.add("a", finding("T1", to="DESA:33.25.12.2003"))
    stage.add("b", finding("T2"))
    stage.run()
    assert list(stage.receiver.rows) == ["b"]


def test_receiver_away_is_waited_for_with_growing_pauses(stage: Stage) -> None:
    stage.add("a", finding("T1"))
    stage.receiver.fail(*[RetriableError("db away") for _ in range(8)])
    stage.run()
    assert list(stage.receiver.rows) == ["a"]
    assert stage.waits == [0.5, 1, 2, 4, 8, 16, 30, 30]


def test_receiver_that_names_a_time_is_obeyed(stage: Stage) -> None:
    stage.add("a", finding("T1"))
    stage.receiver.fail(RetriableError("busy", retry_after_seconds=7))
    stage.run()
    assert stage.waits == [7]


def test_not_ready_while_the_receiver_is_away(stage: Stage) -> None:
    stage.add("a", finding("T1"))
    stage.receiver.fail(RetriableError("db away"))
    seen: list[str | None] = []
    task = stage.task(lambda: seen.append(stage.health.problem()))
    asyncio.run(stage.play(task))
    assert seen == ["sink-uji: db away"]


def test_write_whose_answer_was_lost_makes_no_second_row(stage: Stage) -> None:
    stage.add("a", finding("T1"))
    answers = iter([RetriableError("line broke")])

    def lose() -> None:
        for error in answers:
            raise error

    stage.receiver.after_write = lose
    stage.run()
    assert stage.receiver.attempts == 2
    assert list(stage.receiver.rows) == ["a"]


def test_batch_repeated_after_a_rebalance_changes_nothing(stage: Stage) -> None:
    for number in range(3):
        stage.add(f"{number}", finding(f"T{number}"))
    stage.feed.lose_next_commit = True
    stage.run()
    assert stage.receiver.attempts == 2
    assert list(stage.receiver.rows) == ["0", "1", "2"]


def test_crash_after_the_write_repeats_the_batch_without_doubles(stage: Stage) -> None:
    stage.add("a", finding("T1"))
    stage.add("b", finding("T2"))

    def crash() -> None:
        raise ZeroDivisionError("the process dies here")

    stage.receiver.after_write = crash
    with pytest.raises(ZeroDivisionError):
        stage.run()
    assert stage.feed.committed == {}
    stage.receiver.after_write = lambda: None
    stage.run()
    assert list(stage.receiver.rows) == ["a", "b"]


def test_event_from_the_receiving_app_is_not_sent_back(stage: Stage) -> None:
    stage.add("a", finding("T1"), source="/k3325/inspektorat/temuan")
    stage.run()
    assert stage.receiver.rows == {}
    assert stage.feed.is_drained()


def test_same_content_under_a_new_id_is_an_echo(stage: Stage) -> None:
    stage.add("a", finding("T1"))
    stage.run()
    stage.add("b", finding("T1"))
    stage.run()
    assert list(stage.receiver.rows) == ["a"]


def test_echo_guard_works_inside_a_batch_too(stage: Stage) -> None:
    stage.add("a", finding("T1"))
    stage.add("b", finding("T1"))
    stage.run()
    assert list(stage.receiver.rows) == ["a"]


def test_content_that_comes_back_after_another_is_news(stage: Stage) -> None:
    for ident, text in (("a", "satu"), ("b", "dua"), ("c", "satu")):
        stage.add(ident, finding("T1", text))
    stage.run()
    assert list(stage.receiver.rows) == ["a", "b", "c"]


def test_refused_event_is_a_dead_letter_and_the_rest_goes_on(stage: Stage) -> None:
    for number in range(3):
        stage.add(f"{number}", finding(f"T{number}"))
    stage.receiver.refuse["1"] = PoisonError("DITOLAK_PENERIMA", "kolom terlalu pendek")
    stage.run()
    assert list(stage.receiver.rows) == ["0", "2"]
    (letter,) = stage.dead.values
    assert (letter["code"], letter["offset"]) == ("DITOLAK_PENERIMA", 1)
    assert letter["payload"] == stage.feed.records[1].value
    assert letter["ce_id"] == "1"
    assert stage.feed.is_drained()


def test_dead_letters_fit_their_contract(stage: Stage) -> None:
    stage.add("a", finding("T1"))
    stage.receiver.refuse["a"] = PoisonError("X", "tidak bisa")
    stage.run()
    topic = "k3325.platform.deadletter.dlq.v1"
    (value,) = stage.dead.values
    data = stage.serde.encode(topic, "DeadLetter", dict(value))
    assert stage.serde.decode(data) == ("DeadLetter", value)


@pytest.mark.parametrize(
    ("data", "headers"),
    [
        pytest.param(b"{}", None, id="not avro"),
        pytest.param(b"\x00\x00\x00\x00\x63", None, id="unknown schema"),
        pytest.param(None, [("ce_type", b"MutuDataDitemukan")], id="no envelope"),
        pytest.param(None, [], id="no headers"),
    ],
)
def test_unreadable_record_is_buried_and_does_not_stop_the_sink(
    stage: Stage, data: bytes | None, headers: list[tuple[str, bytes]] | None
) -> None:
    value = finding("T0")
    event = Event("MutuDataDitemukan", "T0", value, "x", "/k3325/a", 0)
    good = stage.serde.encode("k3325.tata.mutu.fact.v1", event.type, value)
    stage.add_raw(event, data or good, headers)
    stage.add("b", finding("T2"))
    stage.run()
    assert len(stage.dead.letters) == 1
    assert list(stage.receiver.rows) == ["b"]


def test_repeated_burial_gives_the_same_letter(stage: Stage) -> None:
    stage.add("a", finding("T1"))
    stage.receiver.refuse["a"] = PoisonError("X", "tidak bisa")
    stage.feed.lose_next_commit = True
    stage.run()
    assert len(stage.dead.letters) == 1


def test_dead_letter_topic_away_holds_the_position(stage: Stage) -> None:
    stage.add("a", finding("T1"))
    stage.receiver.refuse["a"] = PoisonError("X", "tidak bisa")
    stage.dead.fail(RetriableError("broker away"), RetriableError("broker away"))
    stage.run()
    assert len(stage.dead.letters) == 1
    assert stage.waits == [0.5, 1.0]


def test_tombstones_and_other_types_are_passed_over(stage: Stage) -> None:
    event = Event("AsingTerjadi", "k", None, "x", "/k3325/a", 0)
    stage.add_raw(event, b"whatever")
    stage.add_raw(event, None)
    stage.run()
    assert stage.feed.is_drained()
    assert not stage.dead.letters


def test_check_is_repeated_until_the_receiver_is_there(stage: Stage) -> None:
    stage.add("a", finding("T1"))
    stage.receiver.fail_check(RetriableError("away"), RetriableError("away"))
    stage.run()
    assert list(stage.receiver.rows) == ["a"]


def test_missing_table_ends_the_sink_with_the_reason_in_its_health(
    stage: Stage,
) -> None:
    stage.receiver.fail_check(ConfigError("create the table"))
    with pytest.raises(ConfigError):
        asyncio.run(stage.task().run())
    assert "create the table" in (stage.health.problem() or "")
    assert stage.receiver.is_closed


def test_sink_that_answers_too_little_is_stopped(stage: Stage) -> None:
    stage.add("a", finding("T1"))

    class Silent(ScriptedReceiver):
        def write(self, batch):  # type: ignore[no-untyped-def]
            return []

    stage.receiver = Silent()
    with pytest.raises(FatalError, match="0 outcomes for 1"):
        stage.run()
    assert stage.feed.committed == {}


def test_stop_while_waiting_keeps_the_position(stage: Stage) -> None:
    stage.add("a", finding("T1"))
    stage.receiver.fail(*[RetriableError("away")] * 3)
    task = stage.task(lambda: task.stop())  # noqa: PLW0108 - not bound yet
    asyncio.run(stage.play(task))
    assert stage.receiver.rows == {}
    assert stage.feed.committed == {}


def test_one_dead_receiver_does_not_hold_another(tmp_path: Path) -> None:
    hung = Stage(_made(tmp_path / "a"), "mati")
    alive = Stage(_made(tmp_path / "b"), "hidup")
    for stage in (hung, alive):
        for number in range(5):
            stage.add(f"{number}", finding(f"T{number}"))
    hung.receiver.hang()

    async def play() -> None:
        blocked = hung.task()
        running = asyncio.create_task(blocked.run())
        await alive.play(alive.task())
        assert not hung.receiver.rows
        hung.receiver.gate.set()
        await hung.play_on(blocked, running)

    asyncio.run(play())
    assert len(alive.receiver.rows) == 5
    assert len(hung.receiver.rows) == 5


def _made(folder: Path) -> Path:
    folder.mkdir()
    return folder
