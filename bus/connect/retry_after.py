"""`Retry-After` of an answer: a number of seconds, a date or a time; pure."""

from datetime import UTC
from email.utils import parsedate_to_datetime
from math import isnan

LONGEST_SECONDS = 3600.0


def seconds_told(text: str, now_ms: int) -> float | None:
    """How long to wait; at most an hour, 0 for a time that has passed.

    Args:
        text: seconds, an HTTP date (RFC 9110 §10.2.3), or seconds since 1970 as
            some rate limits send them.
        now_ms: the time now, milliseconds since 1970.

    Returns:
        Seconds, or None if the text says nothing.
    """
    try:
        seconds = float(text)
    except ValueError:
        try:
            moment = parsedate_to_datetime(text)
        except ValueError:
            return None
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=UTC)
        seconds = moment.timestamp() - now_ms / 1000
    if seconds > now_ms / 2000:  # a time since 1970
        seconds -= now_ms / 1000
    return None if isnan(seconds) else min(max(seconds, 0.0), LONGEST_SECONDS)
