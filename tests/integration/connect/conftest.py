"""Plants on the broker of the session."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration.connect.plant import Plant


@pytest.fixture
def plant(broker: str, tmp_path: Path, tenant_id: str) -> Iterator[Plant]:
    """A legacy app and a running registry; no worker yet."""
    found = Plant(broker, tmp_path, tenant_id)
    found.gateway()
    yield found
    found.close()
