"""The PHP client pulls from the real gateway, into a real MariaDB table too."""

import json
import signal
import subprocess
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

from bus.record import Event
from tests.integration.php.script import CLIENT, Script, php
from tests.integration.pull.window import TOKEN, Window
from tests.integration.sinks.site import CATALOG, MUTU, SANTUNAN, Site

pytestmark = [pytest.mark.kafka, pytest.mark.timeout(240)]

EXAMPLE = Path("ops/examples/receivers/kios-tarik.php").resolve()
PULL = """
$bus = new OpdBusPull($in['url'], $in['token'], $in['folder'], $in['options']);
$write = function (array $events) use ($in) {
    foreach ($events as $event) {
        $line = $event['data']['temuan_id'] . "\\n";
        file_put_contents($in['sink'], $line, FILE_APPEND);
        usleep($in['slow']);
    }
};
try {
    echo json_encode($bus->pull($in['topic'], $write, $in['seconds']));
} catch (OpdBusError $error) {
    echo json_encode($error->getMessage());
}
"""


@pytest.fixture
def window(site: Site) -> Iterator[Window]:
    made = Window(site)
    yield made
    made.close()


class App:
    """A PHP app that notes the numbers it was given, in order."""

    def __init__(self, folder: Path, window: Window) -> None:
        self.folder = folder / "tarik"
        self.sink = folder / "diterima"
        self.sink.touch()
        self.script = Script(folder, PULL)
        self.given: dict[str, Any] = {
            "url": window.base,
            "token": TOKEN,
            "folder": str(self.folder),
            "topic": MUTU,
            "options": {"most": 20},
            "sink": str(self.sink),
            "slow": 0,
            "seconds": 0,
        }

    def start(self, **other: Any) -> subprocess.Popen[str]:
        return self.script.start(**(self.given | other))

    def pull(self, **other: Any) -> Any:
        return self.script.run(**(self.given | other))

    def pull_all(self) -> None:
        """Page by page until there is nothing more."""
        while self.pull()["events"]:
            pass

    def got(self) -> list[int]:
        return [int(line[1:]) for line in self.sink.read_text().split()]


@pytest.fixture
def app(tmp_path: Path, window: Window) -> App:
    return App(tmp_path, window)


def findings(site: Site, first: int, count: int) -> list[Event]:
    return [
        replace(site.finding(number), key=f"kunci{number % 5}")
        for number in range(first, first + count)
    ]


def test_what_was_fetched_is_not_fetched_again(window: Window, app: App) -> None:
    site = window.site
    site.produce(MUTU, findings(site, 0, 50))
    assert app.pull()["reason"].startswith("no answer")
    window.start()
    assert app.pull() == {"events": 20, "unreadable": 0, "more": True, "reason": ""}
    app.pull_all()
    assert sorted(app.got()) == list(range(50))
    assert app.pull()["events"] == 0
    waiting = app.start(seconds=60)
    site.produce(MUTU, findings(site, 50, 3))
    pause = threading.Event()
    while len(app.got()) < 53:
        assert waiting.poll() is None
        pause.wait(0.01)
    waiting.kill()
    waiting.communicate()
    assert sorted(app.got()) == list(range(53))


def test_killed_in_the_callback_the_same_events_come_again(
    window: Window, app: App
) -> None:
    site = window.site
    site.produce(MUTU, findings(site, 0, 200))
    window.start()
    pause = threading.Event()
    for _ in range(6):
        before = len(app.got())
        running = app.start(slow=4000, seconds=30)
        while len(app.got()) < before + 13 and running.poll() is None:
            pause.wait(0.01)
        running.send_signal(signal.SIGKILL)
        running.communicate()
    app.pull_all()
    got = app.got()
    assert set(got) == set(range(200)), "nothing is lost"
    assert len(got) <= 200 + 6 * 20, "at most the page under way comes again"
    for key in range(5):
        mine = list(dict.fromkeys(n for n in got if n % 5 == key))
        assert mine == sorted(mine), "in order per key"


def test_one_process_at_a_time_and_refusals_are_said(window: Window, app: App) -> None:
    window.site.produce(MUTU, findings(window.site, 0, 1))
    window.start()
    busy = app.start(slow=60_000_000)
    pause = threading.Event()
    while not app.got():
        assert busy.poll() is None
        pause.wait(0.01)
    told = app.pull()
    busy.kill()
    busy.communicate()
    assert told["reason"] == "another process is pulling"
    assert app.pull()["events"] == 1
    kept = app.folder / f"{MUTU}.kursor"
    wrong = [
        (app.pull(token="salah"), "HTTP 401 TOKEN_SALAH: "),
        (app.pull(topic="platform.deadletter.dlq.v1"), "HTTP 403 TOPIK_TIDAK_BERHAK"),
        (app.pull(topic="../etc"), "a topic is written like"),
    ]
    for told, why in wrong:
        assert why in told
    kept.rename(f"{kept}.lama")
    kept.write_text("")
    assert app.pull()["events"] == 0, "the cursor before it still stands"
    kept.write_text("x")
    (app.folder / f"{MUTU}.kursor.lama").write_text("")
    assert "is damaged; restart() begins" in app.pull()


@pytest.mark.database
def test_the_example_keeps_a_table(
    window: Window, mariadb_url: str, tmp_path: Path
) -> None:
    """Events that come twice, a stop in between: one row per claim, the last state."""
    url = make_url(mariadb_url)
    name = f"kios_{window.site.tenant.id}"
    engine = create_engine(url)
    schema = EXAMPLE.read_text(encoding="utf-8").split("CREATE TABLE")[1].split(";")[0]
    table = "CREATE TABLE" + schema.replace("\n *", "\n")
    with engine.begin() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
        connection.execute(text(f"USE {name}"))
        connection.execute(text(table))
    site = window.site
    kinds = ["SantunanDisiapkan", "SantunanDisetujui", "SantunanDicairkan"]
    site.produce(SANTUNAN, [claim(site, kind, n) for n in range(9) for kind in kinds])
    window.start()
    env = {
        "OPDBUS_PHP": str(CLIENT),
        "KIOS_DSN": f"mysql:dbname={name};"
        + (
            f"unix_socket={socket_of(url)}"
            if socket_of(url)
            else f"host={url.host};port={url.port}"
        ),
        "KIOS_USER": url.username or "",
        "KIOS_PASSWORD": url.password or "",
        "KIOS_BUS": window.base,
        "KIOS_TOKEN": TOKEN,
        "KIOS_FOLDER": str(tmp_path / "tarik"),
        "KIOS_SECONDS": "0",
    }
    for turn in range(3):
        if turn == 2:
            site.produce(SANTUNAN, [claim(site, "SantunanDicairkan", 9)])
            window.visible(SANTUNAN, 28)
        done = subprocess.run(
            [php(), str(EXAMPLE)], env=env, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr + done.stdout
        assert json.loads(done.stdout)["events"] == (27, 0, 1)[turn]
    with engine.begin() as connection:
        found = connection.execute(
            text(f"SELECT klaim_id, status FROM {name}.santunan")
        )
        rows = {row[0]: row[1] for row in found}
        connection.execute(text(f"DROP DATABASE {name}"))
    engine.dispose()
    assert rows == {f"K{n}": "SantunanDicairkan" for n in range(10)}


def socket_of(url: Any) -> str:
    return str(url.query.get("unix_socket", ""))


def claim(site: Site, kind: str, number: int) -> Event:
    value = dict(CATALOG.event(kind).examples[0].value) | {"klaim_id": f"K{number}"}
    made = site.event(kind, number, value)
    return replace(made, id=f"{number:04x}{kind.encode().hex()[-28:]:0>28}")
