"""The admin client where no broker is."""

import threading

import pytest
from kafka.errors import KafkaError

from bus.kafka.admin import Admin
from ops.kafka.broker import free_ports


def test_a_failed_start_leaves_no_thread_behind() -> None:
    (port,) = free_ports(1)
    before = set(threading.enumerate())
    with pytest.raises(KafkaError):
        Admin(f"127.0.0.1:{port}", "uji")
    assert set(threading.enumerate()) <= before
