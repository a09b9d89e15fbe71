"""Fixtures that every test may ask for; the code is in tests/fixtures."""

import signal

import pytest
from hypothesis import HealthCheck, settings

# How fast a machine is decides about no test.
settings.register_profile(
    "opdbus", deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("opdbus")
# A run that is ended stops the servers it has started, as with Ctrl-C.
signal.signal(signal.SIGTERM, signal.default_int_handler)

pytest_plugins = [
    "tests.fixtures.broker",
    "tests.fixtures.mariadb",
    "tests.fixtures.postgresql",
    "tests.fixtures.rest_app",
    "tests.fixtures.site",
    "tests.fixtures.sshd",
]


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    """Tests marked `anyio` run on asyncio, as the bus does."""
    return "asyncio"
