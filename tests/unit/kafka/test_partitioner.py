"""murmur2 as Kafka's Java client computes it."""

import aiokafka.partitioner
from hypothesis import given
from hypothesis import strategies as st

from bus.kafka.partitioner import murmur2, partition_for, partition_once, partitions_of


@given(st.binary(max_size=80))
def test_same_hash_as_an_independent_implementation(key):
    assert murmur2(key) == aiokafka.partitioner.murmur2(key)


def test_known_values_of_the_java_client():
    # org.apache.kafka.common.utils.UtilsTest#testMurmur2, as unsigned numbers.
    known = {
        b"21": -973932308,
        b"foobar": -790332482,
        b"a-little-bit-long-string": -985981536,
    }
    for key, value in known.items():
        assert murmur2(key) == value & 0xFFFFFFFF


@given(st.binary(min_size=1, max_size=40), st.integers(1, 64))
def test_partition_is_within_the_count(key, count):
    assert 0 <= partition_for(key, count) < count


@given(st.lists(st.binary(max_size=40)), st.integers(1, 50))
def test_many_keys_at_once(keys: list[bytes], count: int) -> None:
    assert partitions_of(keys, count) == [partition_once(key, count) for key in keys]
