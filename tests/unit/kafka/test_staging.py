"""Records packed before their transaction begins."""

from aiokafka.producer.message_accumulator import BatchBuilder

from bus.kafka.staging import Staging


def _small() -> BatchBuilder:
    return BatchBuilder(512, 0, is_transactional=True)


def test_nothing_staged_is_false() -> None:
    staged = Staging(_small)
    assert not staged
    staged.append("a", 0, b"key", b"value", [])
    assert staged


def test_a_full_batch_is_followed_by_another_of_the_same_place() -> None:
    staged = Staging(_small)
    for number in range(10):
        staged.append("a", 0, b"%d" % number, bytes(100), [])
    staged.append("a", 1, b"key", None, [("ce_id", b"1")])
    places = [place for place, _ in staged.batches]
    counts = [batch.record_count() for _, batch in staged.batches]
    assert len(counts) > 2
    assert sum(counts) == 11
    assert places == [("a", 0)] * (len(places) - 1) + [("a", 1)]


def test_a_record_larger_than_a_batch_gets_one_of_its_own() -> None:
    staged = Staging(_small)
    staged.append("a", 0, b"key", b"small", [])
    staged.append("a", 0, b"key", bytes(4096), [])
    assert [batch.record_count() for _, batch in staged.batches] == [1, 1]
