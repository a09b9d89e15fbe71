"""Batches of packed records, compared with aiokafka's own builder."""

from aiokafka.producer.message_accumulator import BatchBuilder
from hypothesis import given
from hypothesis import strategies as st

from bus.kafka.packing import PackedBatch, packed_headers, sized
from bus.kafka.staging import Staging

NOW, LIMIT = 1_795_233_600_123, 2048
HEADERS = st.lists(st.tuples(st.text(max_size=9), st.binary(max_size=200)), max_size=4)
RECORDS = st.lists(
    st.tuples(st.binary(max_size=200), st.binary(max_size=1200), HEADERS), max_size=9
)


@given(RECORDS)
def test_byte_by_byte_what_the_builder_makes(records) -> None:  # type: ignore[no-untyped-def]
    theirs, ours = (
        BatchBuilder(LIMIT, 0, is_transactional=True),
        PackedBatch(LIMIT, NOW),
    )
    for key, value, headers in records:
        rest = sized(key) + sized(value) + packed_headers(len(headers), headers)
        taken = theirs.append(timestamp=NOW, key=key, value=value, headers=headers)
        assert ours.add(rest) == (taken is not None)
        if taken is None:
            break
    if records:
        for batch in (theirs, ours):
            batch._set_producer_state(1 << 40, 7, 123_456)
        assert ours.record_count() == theirs.record_count()
        assert bytes(ours._build()) == bytes(theirs._build())


def test_a_record_larger_than_a_batch_has_one_of_its_own() -> None:
    staged = Staging(lambda: BatchBuilder(LIMIT, 0, is_transactional=True), LIMIT)
    for size in (10, 10_000_000, 10):
        rest = sized(b"key") + sized(bytes(size)) + packed_headers(0, [])
        staged.append_packed(("a", 0), rest, NOW)
    assert [batch.record_count() for _, batch in staged.batches] == [1, 1, 1]


def test_packed_and_other_records_of_one_place_keep_their_order() -> None:
    staged = Staging(lambda: BatchBuilder(LIMIT, 0, is_transactional=True), LIMIT)
    rest = sized(b"key") + sized(b"1") + packed_headers(0, [])
    staged.append_packed(("a", 0), rest, NOW)
    staged.append("a", 0, b"key", b"2", [])
    staged.append("a", 0, b"key", b"3", [])
    staged.append_packed(("a", 0), rest, NOW)
    assert [batch.record_count() for _, batch in staged.batches] == [1, 2, 1]


@given(st.lists(st.tuples(st.integers(0, 2), st.binary(max_size=900)), max_size=20))
def test_many_at_a_time_are_the_batches_of_one_by_one(records) -> None:  # type: ignore[no-untyped-def]
    rests = [sized(b"k") + sized(value) + packed_headers(0, []) for _, value in records]
    places = [("a", number) for number, _ in records]
    each, many = (
        Staging(lambda: BatchBuilder(LIMIT, 0, is_transactional=True), LIMIT)
        for _ in range(2)
    )
    for place, rest in zip(places, rests, strict=True):
        each.append_packed(place, rest, NOW)
    half = len(rests) // 2
    many.extend_packed(places[:half], rests[:half], NOW)
    many.extend_packed(places[half:], rests[half:], NOW)
    for place in {("a", number) for number in range(3)}:
        expected, found = (
            [bytes(batch._build()) for where, batch in one.batches if where == place]
            for one in (each, many)
        )
        assert found == expected
