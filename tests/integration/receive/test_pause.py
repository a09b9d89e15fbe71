"""Operators and limits hold the posts of one connector; nothing is lost."""

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from tests.integration.receive.desk import (
    CAMERA,
    FILES,
    LETTERS,
    Desk,
    camera_body,
    nib_body,
)
from tests.integration.receive.test_posts import problem
from tests.integration.sinks.site import Site

pytestmark = [pytest.mark.kafka, pytest.mark.timeout(240)]

VMS = "vms-kejadian"
PAUSE = threading.Event()


@pytest.fixture
def desk(site: Site) -> Iterator[Desk]:
    made = Desk(site)
    yield made
    made.close()


def said(desk: Desk, verb: str, *words: str) -> None:
    code, told = desk.operator(verb, VMS, *words)
    assert code == 0, told


def until(answer: Callable[[], httpx.Response], status: int) -> httpx.Response:
    """Ask until this is the answer; a word of an operator takes a moment."""
    for _ in range(600):
        found = answer()
        if found.status_code == status:
            return found
        PAUSE.wait(0.05)
    raise AssertionError(f"never {status}: {found.text}")


def test_a_paused_connector_says_come_again_also_after_a_restart(desk: Desk) -> None:
    assert desk.camera(1).status_code == 202
    for _ in range(20):  # it takes a moment to be seen among the workers
        code, told = desk.operator("status", VMS)
        if code == 0:
            break
    assert (code, "RUNNING" in told) == (0, True), told
    said(desk, "pause", "--reason", "ganti kamera")
    late = until(lambda: desk.camera(2), 503)
    assert problem(late) == "DIJEDA"
    assert int(late.headers["retry-after"]) >= 30
    assert desk.oss(nib_body(5)).status_code == 200, "the neighbour goes on"
    assert "PAUSED" in desk.operator("list")[1]
    assert desk.process.stop() == 0
    desk.start()
    assert problem(desk.camera(3)) == "DIJEDA"
    before = len(desk.records(CAMERA))
    code, told = desk.operator("status", VMS)
    assert (code, "ganti kamera" in told) == (0, True), told
    said(desk, "resume")
    for number in (2, 3):
        until(lambda number=number: desk.camera(number), 202)
    assert before >= 1
    assert len(set(desk.ids(CAMERA))) == before + (2 if before == 1 else 1)
    desk.process.wait_ready()


def limited(folder: Path) -> Path:
    """The cameras' connector with a limit: more than 4 of 10 rejected pause it."""
    file = folder / "vms.yaml"
    limits = "batas: {minimum_baris: 10, tolak_persen: 40}\n"
    file.write_text(f"extends: {FILES[1].resolve()}\n{limits}", encoding="utf-8")
    return file


def test_too_many_rejected_rows_pause_it_until_an_operator_resumes(
    site: Site, tmp_path: Path
) -> None:
    file = limited(tmp_path)
    desk = Desk(site, files=[file])
    try:
        for number in range(6):
            assert desk.camera(number).status_code == 202
        for number in range(4):
            assert problem(bad(desk, number)) == "KODE_TIDAK_DIKENAL"
        assert desk.camera(6).status_code == 202, "4 of 10 are allowed"
        for number in range(10, 19):
            assert bad(desk, number).status_code == 422
        assert problem(until(lambda: bad(desk, 20), 503)) == "DIJEDA"
        reason = limit_told(desk)
        assert "9 of 10 rows were rejected, more than 40 %" in reason
        code, told = desk.operator("status", VMS)
        assert (code, "opdbus connector resume" in told) == (0, True), told
        assert len(desk.values(LETTERS)) == 13
        for ends in ("stop", "kill", "stop"):
            assert not getattr(desk.process, ends)()
            desk.start(503)
            assert limit_told(desk) == reason
            assert problem(desk.camera(7)) == "DIJEDA"
        code, told = desk.operator("status", VMS)
        assert (code, "9 of 10 rows were rejected" in told) == (0, True), told
        said(desk, "resume")
        until(lambda: desk.camera(7), 202)
        desk.process.wait_ready()
        assert desk.process.stop() == 0
        desk.start()
        assert desk.camera(8).status_code == 202, "an operator let it go on"
    finally:
        desk.close()


def limit_told(desk: Desk) -> str:
    """Why the process is not ready, once that is a limit."""
    for _ in range(600):
        reason: str = desk.process.wait_ready(503)["reason"]
        if "rows were rejected" in reason:
            return reason
        PAUSE.wait(0.05)
    raise AssertionError(f"never paused by its limit: {reason}")


def bad(desk: Desk, number: int) -> httpx.Response:
    body = camera_body(number).replace(b"motion", b"tampering")
    headers = desk.signed(body, f"buruk-{number}")
    return desk.client.post("/vms/kejadian", content=body, headers=headers)


def test_a_limit_holds_for_every_process_that_takes_its_posts(
    site: Site, tmp_path: Path
) -> None:
    """Killed right after: what is paused is written before the next post is taken."""
    file = limited(tmp_path)
    desk = Desk(site, files=[file])
    other = Desk(site, files=[file])
    try:
        for number in range(10):
            bad(desk, number)
        until(lambda: other.camera(1), 503)
        assert "10 of 10 rows" in limit_told(other)
        other.process.kill()
        desk.process.kill()
        desk.start(503)
        assert "10 of 10 rows" in limit_told(desk)
        assert problem(desk.camera(2)) == "DIJEDA"
        said(desk, "resume")
        until(lambda: desk.camera(2), 202)
    finally:
        desk.close()
        other.close()
