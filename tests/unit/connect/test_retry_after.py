"""`Retry-After` in all the forms apps send."""

from datetime import UTC, datetime
from email.utils import format_datetime

import pytest

from bus.connect.retry_after import seconds_told

NOW = 1_772_469_611_000
IN_90 = datetime.fromtimestamp(NOW / 1000 + 90, UTC)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("120", 120.0),
        ("1.5", 1.5),
        (format_datetime(IN_90, usegmt=True), 90.0),
        (format_datetime(IN_90.replace(tzinfo=None)), 90.0),
        (str(NOW // 1000 + 60), 60.0),
        ("99999999999999", 3600.0),
        ("-1", 0.0),
        ("0", 0.0),
        ("Thu, 01 Jan 1970 00:00:00 GMT", 0.0),
        ("", None),
        ("soon", None),
        ("nan", None),
    ],
    ids=str,
)
def test_what_is_told(text: str, seconds: float | None) -> None:
    assert seconds_told(text, NOW) == seconds
