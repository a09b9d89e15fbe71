"""Posts against the real process on a real broker: good, bad, and broken lines."""

import socket
import threading
from collections import Counter
from collections.abc import Iterator

import httpx
import pytest

from ops.kafka.broker import LocalBroker, free_ports
from tests.integration.receive.desk import (
    CAMERA,
    FILES,
    LETTERS,
    NIB,
    Desk,
    camera_body,
    nib_body,
)
from tests.integration.sinks.site import Site

pytestmark = [pytest.mark.kafka, pytest.mark.timeout(240)]


@pytest.fixture
def desk(site: Site) -> Iterator[Desk]:
    made = Desk(site)
    yield made
    made.close()


def problem(answer: httpx.Response) -> str:
    assert answer.headers["content-type"] == "application/problem+json"
    body = answer.json()
    assert body["status"] == answer.status_code
    return str(body["code"])


def test_posts_become_events_once(desk: Desk) -> None:
    first = desk.camera(1)
    assert first.status_code == 202
    assert desk.camera(1).json() == first.json()
    other = camera_body(2)
    answer = desk.client.post(
        "/vms/kejadian", content=other, headers=desk.signed(other, "kejadian-1")
    )
    assert (answer.status_code, problem(answer)) == (422, "KUNCI_DIPAKAI_LAIN")
    (event,) = desk.values(CAMERA)
    assert event["kamera_id"] == "C-0001"
    assert event["waktu"] == 1_772_494_811_001 - 7 * 3_600_000
    assert desk.ids(CAMERA) == first.json()["peristiwa"]

    body = nib_body(5, projects=3)
    answer = desk.oss(body)
    assert (answer.status_code, answer.json()["diterima"]) == (200, 3)
    assert desk.oss(body).json() == answer.json()
    assert desk.oss(nib_body(6, kd_daerah="3326000000")).json()["peristiwa"] == []
    projects = [value["id_proyek"] for value in desk.values(NIB)]
    assert sorted(projects) == ["R-5-0", "R-5-1", "R-5-2"]
    assert desk.counted() == {"accepted": 3, "repeated": 2, "KUNCI_DIPAKAI_LAIN": 1}


def test_every_bad_post_is_answered_counted_and_told_to_nobody(desk: Desk) -> None:
    body = camera_body(1)
    half = b'{"device_id": "C-1", "event": '
    bad_word = camera_body(3).replace(b"motion", b"tampering")
    forged = desk.signed(body, "k-1")
    forged["webhook-id"] = "k-2"
    cases = [
        (body, desk.signed(body, "a", secret="of somebody else"), "TANDA_TANGAN_SALAH"),
        (body, forged, "TANDA_TANGAN_SALAH"),
        (body + b" ", desk.signed(body, "b"), "TANDA_TANGAN_SALAH"),
        (body, desk.signed(body, "c", late=301), "WAKTU_KEDALUWARSA"),
        (body, desk.signed(body, "d", late=-301), "WAKTU_KEDALUWARSA"),
        (body, {"content-type": "application/json"}, "TANPA_TANDA_TANGAN"),
        (body, desk.signed(body, "e") | {"webhook-timestamp": "-1"}, "WAKTU_TIDAK_SAH"),
        (body, desk.signed(body, "f") | {"content-type": "text/x"}, "BUKAN_TIPE_JSON"),
        (body, desk.signed(body, "g") | {"content-encoding": "gzip"}, "TERKOMPRESI"),
        (body, desk.signed(body, "h" * 201), "KUNCI_TERLALU_PANJANG"),
        (b" " * ((1 << 20) + 1), desk.signed(body, "i"), "TERLALU_BESAR"),
        (half, desk.signed(half, "j"), "BUKAN_JSON"),
        (b"\xff\xfe", desk.signed(b"\xff\xfe", "k"), "BUKAN_UTF8"),
        (b"17", desk.signed(b"17", "l"), "TANPA_BARIS"),
        (b"[" * 200_000, desk.signed(b"[" * 200_000, "m"), "BUKAN_JSON"),
        (b'{"a":1,"a":2}', desk.signed(b'{"a":1,"a":2}', "n"), "BUKAN_JSON"),
        (b'{"a":"\\ud800"}', desk.signed(b'{"a":"\\ud800"}', "o"), "BUKAN_UTF8"),
        (bad_word, desk.signed(bad_word, "p"), "KODE_TIDAK_DIKENAL"),
    ]
    status = {"WAKTU": 401, "TANDA": 401, "TANPA": 401, "KODE": 422, "TERLALU": 413}
    status |= {"TERKOMPRESI": 415, "BUKAN_TIPE_JSON": 415, "TANPA_BARIS": 400}
    for sent, headers, code in cases:
        answer = desk.client.post("/vms/kejadian", content=sent, headers=headers)
        assert problem(answer) == code
        wanted = status.get(code) or status.get(code.partition("_")[0], 400)
        assert answer.status_code == wanted
    for wrong in ({"nib": "9120001239999"}, {"day": "20250101"}):
        assert problem(desk.oss(nib_body(1), **wrong)) == "TOKEN_SALAH"
    assert problem(desk.client.post("/vms/lain", content=body)) == "ALAMAT_TIDAK_ADA"
    assert problem(desk.client.get("/vms/kejadian")) == "BUKAN_POST"

    counts = Counter(code for *_, code in cases)
    counts |= {"TOKEN_SALAH": 2, "ALAMAT_TIDAK_ADA": 1, "BUKAN_POST": 1}
    assert desk.counted() == counts
    letters = Counter(value["code"] for value in desk.values(LETTERS))
    known = {"BUKAN_JSON": 3, "BUKAN_UTF8": 2, "TANPA_BARIS": 1}
    assert letters == known | {"KODE_TIDAK_DIKENAL": 1}
    assert half in [value["payload"] for value in desk.values(LETTERS)]
    assert desk.records(CAMERA) == []
    log = (desk.site.folder / "receive.log").read_text(encoding="utf-8")
    assert "91200012" not in log + desk.process.get("/metrics").text
    assert "Traceback" not in log


def test_more_posts_than_agreed_are_asked_to_come_later(site: Site) -> None:
    text = FILES[1].read_text(encoding="utf-8")
    slow = site.folder / "vms.yaml"
    rate = "  rate: {per_second: 0.01, burst: 3}\n"
    slow.write_text(text.replace("source:\n", f"source:\n{rate}"), encoding="utf-8")
    desk = Desk(site, files=(slow,))
    try:
        taken = [desk.camera(number) for number in range(3)]
        late = [desk.camera(number) for number in range(3, 8)]
        assert {each.status_code for each in taken} == {202}
        assert {each.status_code for each in late} == {429}
        assert {problem(each) for each in late} == {"TERLALU_SERING"}
        assert all(int(each.headers["retry-after"]) >= 1 for each in late)
        assert desk.counted() == {"accepted": 3, "TERLALU_SERING": 5}
        assert len(desk.records(CAMERA)) == 3
    finally:
        desk.close()


def test_an_upload_that_breaks_off_leaves_nothing(desk: Desk) -> None:
    body = camera_body(1)
    head = [f"{k}: {v}" for k, v in desk.signed(body, "putus").items()]
    lines = ["POST /vms/kejadian HTTP/1.1", "host: bus", *head]
    start = "\r\n".join([*lines, f"content-length: {len(body)}", "", ""]).encode()
    for size in (0, 1, len(body) // 2, len(body) - 1):
        with socket.create_connection(("127.0.0.1", desk.port)) as line:
            line.sendall(start + body[:size])
    pause = threading.Event()
    for _ in range(400):
        if desk.counted().get("TERPUTUS") == 4:
            break
        pause.wait(0.05)
    assert desk.counted() == {"TERPUTUS": 4}
    assert desk.camera(1, "putus").status_code == 202
    assert len(desk.records(CAMERA)) == 1


def test_killed_and_started_again_the_same_posts_make_no_new_ids(desk: Desk) -> None:
    before = [desk.camera(i).json()["peristiwa"] for i in range(20)]
    desk.process.kill()
    desk.start()
    after = [desk.camera(i).json()["peristiwa"] for i in range(30)]
    assert after[:20] == before
    assert set(desk.ids(CAMERA)) == {one for (one,) in after}


def test_without_a_broker_the_answer_is_come_again(site: Site) -> None:
    (nobody,) = free_ports(1)
    desk = Desk(site, f"127.0.0.1:{nobody}", ready=503)
    try:
        late = desk.camera(2)
        assert (late.status_code, problem(late)) == (503, "BUS_TIDAK_SIAP")
        assert int(late.headers["retry-after"]) > 0
        assert desk.counted() == {"BUS_TIDAK_SIAP": 1}
        assert desk.process.stop() == 0
    finally:
        desk.close()


def test_a_broker_that_goes_and_comes_back(own_broker: LocalBroker, site: Site) -> None:
    other = Desk(site, own_broker.bootstrap)
    try:
        assert other.camera(1).status_code == 202
        own_broker.kill()
        late = other.camera(2)
        assert (late.status_code, problem(late)) == (503, "BUS_TIDAK_SIAP")
        assert int(late.headers["retry-after"]) > 0
        assert other.camera(3).status_code == 503
        own_broker.start()
        other.process.wait_ready()
        for number in (2, 3):
            assert other.camera(number).status_code == 202
        assert len(set(other.ids(CAMERA))) == 3
    finally:
        other.close()
