"""One POST to a receiver, never longer than it may take."""

import ssl
from collections.abc import Mapping
from pathlib import Path

import httpx

from bus.clock import Clock
from bus.errors import ConfigError
from connectors.webhook.reply import Reply

MOST_ANSWER = 1 << 16
CONNECT_SECONDS = 5.0


class Poster:
    """Keeps connections open between posts; may be used from several threads.

    Args:
        url: the receiver's address; may hold a token, so it is never told.
        timeout_seconds: for the whole answer.
        ca: certificate of an authority of its own, or None.
        clock: the time.

    Raises:
        ConfigError: the certificate cannot be read.
    """

    def __init__(
        self, url: str, timeout_seconds: float, ca: Path | None, clock: Clock
    ) -> None:
        self._url = url
        self._clock = clock
        self._seconds = timeout_seconds
        try:
            trust = ssl.create_default_context(cafile=ca) if ca else True
        except OSError as error:
            raise ConfigError(f"{ca}: {error.strerror or error}") from None
        timeout = httpx.Timeout(timeout_seconds, connect=CONNECT_SECONDS)
        self._client = httpx.Client(verify=trust, timeout=timeout, trust_env=False)

    def post(self, body: bytes, headers: Mapping[str, str]) -> Reply:
        """The answer, or why there was none; raises nothing."""
        until = self._clock.monotonic() + self._seconds
        plain = {"accept-encoding": "identity", **headers}
        try:
            with self._client.stream(
                "POST", self._url, content=body, headers=plain
            ) as answer:
                found = bytearray()
                for part in answer.iter_raw(4096):
                    found += part
                    if len(found) >= MOST_ANSWER:
                        break
                    if self._clock.monotonic() > until:
                        return Reply(0, failure="the answer does not come to its end")
                after = answer.headers.get("retry-after", "")
                return Reply(answer.status_code, bytes(found), after)
        except httpx.HTTPError as error:
            return Reply(0, failure=type(error).__name__)
        except (httpx.InvalidURL, ValueError, OSError) as error:
            return Reply(0, failure=type(error).__name__)

    def close(self) -> None:
        """Close all connections."""
        self._client.close()
