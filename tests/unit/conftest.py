"""Unit tests are pure: no network. Unix sockets stay, event loops need them."""

import pytest
import pytest_socket


def pytest_runtest_setup() -> None:
    pytest_socket.disable_socket(allow_unix_socket=True)


@pytest.hookimpl(trylast=True)
def pytest_runtest_teardown() -> None:
    pytest_socket.enable_socket()
