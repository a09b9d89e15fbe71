"""One broker and one registry for all faults; a tenant for each."""

import os
from collections.abc import Callable, Iterator

import pytest

from ops.benchmarks.streams.track import Track
from tests.chaos.field import Field
from tests.chaos.topologies import catalog

SEED = int(os.environ.get("OPDBUS_CHAOS_SEED", "20261121"))


@pytest.fixture(scope="session")
def track(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Track]:
    found = Track(tmp_path_factory.mktemp("chaos"))
    found.catalog = catalog()
    with found:
        yield found


@pytest.fixture
def say(capsys) -> Callable[[str], None]:
    """Prints a line that is seen though the test passes."""

    def say(text: str) -> None:
        with capsys.disabled():
            print(f"\n[seed {SEED}] {text}", flush=True)

    return say


@pytest.fixture
def field(track: Track, tenant_id: str, say: Callable[[str], None]) -> Iterator[Field]:
    found = Field(track, tenant_id, SEED, say)
    yield found
    found.close()
