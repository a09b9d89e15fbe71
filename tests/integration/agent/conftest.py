"""The plant of the connect worker's tests serves these too."""

from tests.integration.connect.conftest import plant

__all__ = ["plant"]
