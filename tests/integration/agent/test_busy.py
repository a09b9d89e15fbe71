"""A bus, or a proxy before it, that says when to come again is believed."""

import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from bus.agent.frame import Seal
from bus.agent.line import Line
from bus.agent.spool import Spool
from bus.errors import RetriableError
from bus.testing.clock import ManualClock

CLOCK = ManualClock()
IN_90 = datetime.fromtimestamp(CLOCK.now_ms() / 1000 + 90, UTC)


class Busy(BaseHTTPRequestHandler):
    """Refuses; the header comes from the server."""

    def do_GET(self) -> None:
        self.send_response(503)
        if told := self.server.told:  # type: ignore[attr-defined]
            self.send_header("Retry-After", told)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        return


@pytest.fixture
def busy() -> Iterator[HTTPServer]:
    with HTTPServer(("127.0.0.1", 0), Busy) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.mark.parametrize(
    ("told", "seconds"),
    [
        ("7", 7.0),
        ("1.5", 1.5),
        (format_datetime(IN_90, usegmt=True), 90.0),
        ("99999999999999", 3600.0),
        ("sebentar lagi", None),
        ("²", None),
        ("", None),
    ],
    ids=["seconds", "part", "date", "huge", "words", "raised", "none"],
)
def test_when_to_come_again(
    busy: HTTPServer, tmp_path: Path, told: str, seconds: float | None
) -> None:
    busy.told = told  # type: ignore[attr-defined]
    spool = Spool(tmp_path / "spool.db", "uji")
    url = f"http://127.0.0.1:{busy.server_port}/uji"
    line = Line(url, spool, Seal("x" * 32, "uji"), CLOCK)
    with pytest.raises(RetriableError, match="HTTP 503") as caught:
        line.greet()
    line.close()
    spool.close()
    assert caught.value.retry_after_seconds == seconds
