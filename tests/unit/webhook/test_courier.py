"""A receiver away, ill, refusing: order per key, breaker, giving up, repetitions."""

import threading
from collections.abc import Callable

import pytest

from bus.connect.sink import Delivery, Written
from bus.errors import ConfigError, PoisonError, RetriableError
from bus.testing.clock import ManualClock
from connectors.webhook.courier import Courier
from connectors.webhook.message import LONGEST, written
from connectors.webhook.reply import (
    Expected,
    Fate,
    Reply,
    Waiting,
    judged,
)

GOOD = Reply(200, b'{"status": "ok"}')
AWAY = Reply(0, failure="ConnectTimeout")


def event(number: int, key: str = "") -> Delivery:
    return Delivery(f"{number}", "UJI", {}, 0, key or f"k{number}")


class Book:
    """A receiver with an answer per event, and what it was sent."""

    def __init__(self) -> None:
        self.sent: list[str] = []
        self.answers: dict[str, Reply] = {}
        self.usual = GOOD
        self._lock = threading.Lock()

    def post(self, delivery: Delivery) -> Reply:
        with self._lock:
            self.sent.append(delivery.event_id)
        return self.answers.get(delivery.event_id, self.usual)


def courier(book: Book, clock: ManualClock | None = None, **more: int) -> Courier:
    rules = (Expected(field="status", equals="ok"), Waiting(attempts=3, hours=1))
    return Courier("uji", book.post, rules, clock or ManualClock(), **more)


def waits(call: Callable[[], object]) -> RetriableError:
    with pytest.raises(RetriableError) as caught:
        call()
    return caught.value


@pytest.mark.parametrize("parallel", [1, 4])
def test_all_taken_in_order_per_key(parallel: int) -> None:
    book = Book()
    batch = [event(n, f"k{n % 5}") for n in range(40)]
    made = courier(book, parallel=parallel)
    assert made.deliver(batch) == [Written.NEW] * 40
    for key in range(5):
        mine = [int(n) for n in book.sent if int(n) % 5 == key]
        assert mine == sorted(mine)
    made.close()


def test_away_stops_at_once_and_one_probe_opens_again() -> None:
    book = Book()
    made = courier(book)
    batch = [event(n) for n in range(5)]
    book.answers["2"] = Reply(503, retry_after="7")
    assert waits(lambda: made.deliver(batch)).retry_after_seconds == 7
    assert made.is_open
    book.answers["2"] = AWAY
    waits(lambda: made.deliver(batch))
    assert book.sent == ["0", "1", "2", "2"]
    del book.answers["2"]
    assert made.deliver(batch) == [Written.NEW] * 5
    assert book.sent == ["0", "1", "2", "2", "3", "2", "4"]


def test_one_event_it_cannot_digest_holds_up_its_key_only() -> None:
    book = Book()
    made = courier(book)
    batch = [event(0, "a"), event(1, "b"), event(2, "b"), event(3, "c")]
    book.answers["1"] = Reply(200, b"<b>Fatal error</b>")
    waits(lambda: made.deliver(batch))
    assert book.sent == ["0", "1", "3"]
    waits(lambda: made.deliver(batch))
    outcomes = made.deliver(batch)
    assert isinstance(outcomes[1], PoisonError)
    assert outcomes[1].code == "PENERIMA_GAGAL"
    assert outcomes[2] is Written.NEW
    assert book.sent == ["0", "1", "3", "1", "1", "2"]


def test_an_ill_receiver_is_waited_for_and_then_given_up() -> None:
    book, clock = Book(), ManualClock()
    book.usual = Reply(500)
    made = courier(book, clock)
    batch = [event(n) for n in range(9)]
    for _ in range(20):
        waits(lambda: made.deliver(batch))
    assert len(book.sent) == 3 + 19
    assert len(set(book.sent)) == 9
    clock.advance(3601)
    for _ in range(20):
        try:
            outcomes = made.deliver(batch)
        except RetriableError:
            clock.advance(3601)
        else:
            break
    assert all(isinstance(outcome, PoisonError) for outcome in outcomes)


def test_bad_events_first_do_not_hide_the_good_ones() -> None:
    book = Book()
    made = courier(book)
    batch = [event(n) for n in range(6)]
    for number in range(3):
        book.answers[str(number)] = Reply(500)
    for _ in range(40):
        try:
            outcomes = made.deliver(batch)
        except RetriableError:
            continue
        break
    codes = [getattr(outcome, "code", "") for outcome in outcomes]
    assert codes == ["PENERIMA_GAGAL"] * 3 + [""] * 3


def test_refused_known_and_gone() -> None:
    book = Book()
    made = courier(book)
    book.answers = {"0": Reply(422), "1": Reply(409), "3": Reply(410)}
    refused, known, taken = made.deliver([event(0), event(1), event(2)])
    assert isinstance(refused, PoisonError)
    assert (known, taken) == (Written.DUPLICATE, Written.NEW)
    with pytest.raises(ConfigError):
        made.deliver([event(3)])


@pytest.mark.parametrize(
    ("reply", "fate"),
    [
        (Reply(200, b'{"status": "ok"}'), Fate.TAKEN),
        (Reply(200, b'{"status": "galat"}'), Fate.FAULTY),
        (Reply(200, b"<html>"), Fate.FAULTY),
        (Reply(204), Fate.FAULTY),
        (Reply(301), Fate.AWAY),
        (Reply(400), Fate.REFUSED),
        (Reply(401), Fate.AWAY),
        (Reply(404), Fate.AWAY),
        (Reply(408), Fate.AWAY),
        (Reply(409), Fate.KNOWN),
        (Reply(410), Fate.GONE),
        (Reply(429), Fate.AWAY),
        (Reply(500), Fate.FAULTY),
        (Reply(503), Fate.AWAY),
        (Reply(999), Fate.AWAY),
        (AWAY, Fate.AWAY),
    ],
)
def test_what_an_answer_means(reply: Reply, fate: Fate) -> None:
    assert judged(reply, Expected(field="status", equals="ok"))[0] is fate
    assert judged(Reply(204), Expected())[0] is Fate.TAKEN
    assert judged(Reply(201), Expected(statuses=(200,)))[0] is Fate.FAULTY
    assert judged(Reply(200, b"OKE"), Expected(contains="OKE"))[0] is Fate.TAKEN


def test_a_message_shows_fields_and_never_their_markup() -> None:
    fields = {"nomor": 7, "uraian": "<b>{nomor}</b> & __class__", "kosong": None}
    given = Delivery("1", "UJI", fields, 0)
    text = written("<b>Insiden {nomor}</b>: {uraian}{kosong}{lain}", given)
    assert text == "<b>Insiden 7</b>: &lt;b&gt;{nomor}&lt;/b&gt; &amp; __class__"
    long = written("{uraian}", Delivery("1", "UJI", {"uraian": "&" * LONGEST}, 0))
    assert len(long) <= LONGEST
    assert long.replace("&amp;", "") == ""
