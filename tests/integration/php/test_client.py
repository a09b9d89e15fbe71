"""The PHP client with Debian's PHP against the real process."""

import json
import signal
import subprocess
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from tests.integration.php.script import CLIENT, Script, php
from tests.integration.receive.desk import CAMERA, LETTERS, SECRETS, Desk
from tests.integration.sinks.site import Site

pytestmark = [pytest.mark.kafka, pytest.mark.timeout(240)]

SEND = """
$bus = new OpdBus($in['url'], $in['secret'], $in['spool'], array('most' => 500));
foreach ($in['events'] as $number => $event) {
    try {
        $done = $bus->send($event, 'kejadian-' . $event['ts']);
        echo json_encode(array($event['ts'], $done)), "\\n";
    } catch (OpdBusError $error) {
        echo json_encode(array($event['ts'], $error->getMessage())), "\\n";
    }
    flush();
}
"""


def events(first: int, count: int, word: str = "motion") -> list[dict[str, Any]]:
    return [
        {"device_id": "C-1", "event": word, "ts": 1_772_494_811_000 + number}
        for number in range(first, first + count)
    ]


class App:
    """A PHP app with its spool."""

    def __init__(self, folder: Path, url: str) -> None:
        self.spool = folder / "spool"
        self.given = {
            "url": url,
            "secret": SECRETS["VMS_SECRET"],
            "spool": str(self.spool),
        }
        self.script = Script(folder, SEND)

    def start(self, given: list[dict[str, Any]]) -> subprocess.Popen[str]:
        return self.script.start(**self.given, events=given)

    def send(self, given: list[dict[str, Any]]) -> list[Any]:
        out, _ = self.start(given).communicate(timeout=60)
        return [json.loads(line)[1] for line in out.splitlines()]

    def flush(self) -> dict[str, Any]:
        done = subprocess.run(
            [php(), str(CLIENT), "flush", self.given["url"], str(self.spool)],
            env={"OPDBUS_WEBHOOK_SECRET": self.given["secret"]},
            capture_output=True,
            text=True,
            check=False,
        )
        assert not done.stderr, done.stderr
        told: dict[str, Any] = json.loads(done.stdout)
        assert done.returncode == (1 if told["waiting"] else 0)
        return told

    def folder(self, name: str) -> int:
        return len(list((self.spool / name).glob("*.json")))


@pytest.fixture
def desk(site: Site) -> Iterator[Desk]:
    made = Desk(site)
    yield made
    made.close()


@pytest.fixture
def app(tmp_path: Path, desk: Desk) -> App:
    return App(tmp_path, f"{desk.base}/vms/kejadian")


def sent(desk: Desk) -> list[int]:
    values = desk.values(CAMERA)
    return [value["waktu"] - 1_772_469_611_000 for value in values]


def test_events_arrive_wait_and_arrive_in_order(desk: Desk, app: App) -> None:
    assert app.send(events(0, 5)) == [True] * 5
    desk.process.kill()
    assert app.send(events(5, 20)) == [False] * 20
    assert app.flush()["reason"].startswith("no answer")
    assert app.folder("antri") == 20
    assert sent(desk) == list(range(5))
    desk.start()
    assert app.flush() == {"sent": 20, "refused": 0, "waiting": 0, "reason": ""}
    assert app.send(events(3, 1)) == [True]
    assert list(dict.fromkeys(sent(desk))) == list(range(25))
    assert len(set(desk.ids(CAMERA))) == 25


def test_killed_in_the_middle_what_was_kept_arrives(desk: Desk, app: App) -> None:
    """Four processes on one spool, each killed at some moment, then cron."""
    running = [app.start(events(100 * n, 60)) for n in range(4)]
    told: set[int] = set()
    for number, process in enumerate(running):
        assert process.stdout is not None
        for _ in range(3 + 7 * number):
            told.add(json.loads(process.stdout.readline())[0])
        process.send_signal(signal.SIGKILL)
        out, _ = process.communicate()
        told |= {json.loads(x)[0] for x in out.splitlines() if x.endswith("]")}
    assert app.flush()["waiting"] == 0
    arrived = sent(desk)
    assert {ts - 1_772_494_811_000 for ts in told} <= set(arrived)
    assert len(set(desk.ids(CAMERA))) == len(set(arrived))


def test_refused_ones_are_put_aside_and_a_full_spool_is_said(
    desk: Desk, app: App
) -> None:
    bad, good = events(0, 1, "tampering"), events(1, 1)
    assert app.send([*bad, *good]) == [True, True]
    assert app.folder("ditolak") == 1
    assert [value["code"] for value in desk.values(LETTERS)] == ["KODE_TIDAK_DIKENAL"]
    desk.process.kill()
    answers = app.send(events(2, 510))
    assert answers[498] is False
    assert all("spool is full" in answer for answer in answers[499:])
    assert app.folder("antri") == 499


class Page(BaseHTTPRequestHandler):
    """The login page of somebody's network: 200 for everything."""

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["content-length"]))
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"<html>Silakan masuk</html>")

    def log_message(self, *_: Any) -> None:
        """Quiet."""


def test_a_page_that_is_not_the_bus_takes_nothing(tmp_path: Path) -> None:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Page)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    app = App(tmp_path, f"http://127.0.0.1:{server.server_address[1]}/")
    assert app.send(events(0, 2)) == [False, False]
    server.shutdown()
    server.server_close()
    assert app.folder("antri") == 2
