"""The name of a time zone, as connector files give it."""

from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import AfterValidator


def _known(value: str) -> str:
    try:
        ZoneInfo(value)
    except (ValueError, OSError, KeyError):
        raise ValueError(f"unknown time zone {value!r}") from None
    return value


ZoneName = Annotated[str, AfterValidator(_known)]
"""An IANA name such as Asia/Jakarta; another is refused."""
