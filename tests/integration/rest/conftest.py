"""Connections of these tests are closed."""

from collections.abc import Iterator

import pytest

from tests.integration.rest.office import OPENED


@pytest.fixture(autouse=True)
def _closed() -> Iterator[None]:
    yield
    while OPENED:
        OPENED.pop().close()
