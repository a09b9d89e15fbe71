"""Stored cursors of every kind, told in words and moved back."""

import json
from hashlib import blake2b
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bus.connect.desk.stored_position import StoredPosition
from bus.errors import ConfigError


def incremental(high: object) -> StoredPosition:
    keys = {"high": high, "since": 5, "after": None, "low": None}
    return StoredPosition(json.dumps(keys))


@pytest.mark.parametrize(
    ("position", "told"),
    [
        (StoredPosition(None), "nothing yet"),
        (incremental({"t": "2026-03-02T08:00:00"}), "read up to 2026-03-02T08:00:00"),
        (incremental(41), "incremental, read up to 41"),
        (StoredPosition('{"after": null}'), "by key, at the start"),
        (StoredPosition('{"after": [7]}'), "by key, after 7"),
        (StoredPosition('{"done": ["x"], "file": null}'), "files, 1 read"),
        (
            StoredPosition('{"done": [], "file": {"name": "a.csv", "row": 20}}'),
            "in a.csv at row 20",
        ),
    ],
)
def test_in_words(position: StoredPosition, told: str) -> None:
    assert told in str(position)


def test_what_is_counted_is_shown_and_what_may_be_a_person_is_not() -> None:
    nik, moment = "3325124501580001", 1_772_409_600_123
    keys = {"high": moment, "since": moment, "after": [moment, int(nik)]}
    position = StoredPosition(json.dumps({**keys, "low": {"n": nik}}))
    shown = json.loads(position.kept)
    assert (shown["high"], shown["since"]) == (moment, moment)
    assert str(position) == f"incremental, read up to {moment}"
    assert shown["after"] == ["17*******0123", "33**********0001"]
    assert nik not in position.kept
    digest = "332512450158000266778899"  # a hash of digits only
    under_way = {"name": f"surat_{nik}.csv", "hash": digest, "row": 20}
    files = StoredPosition(json.dumps({"done": [digest], "file": under_way}))
    assert digest in files.kept
    assert nik not in files.kept + str(files)
    assert StoredPosition(None).kept == "no position"


@pytest.mark.parametrize(
    ("high", "told"),
    [
        (20260302080000, "20260302080000"),
        ({"t": "2026-03-02T08:00:00.123456+07:00"}, "2026-03-02T08:00:00.123456+07:00"),
        ("2026-03-02 08:00:00", "2026-03-02 08:00:00"),
        (3325124501580001, "33**********0001"),
        ({"n": "3325124501580"}, "33*******1580"),
        (99991332250000, "99********0000"),
    ],
)
def test_a_cursor_that_is_a_time_is_shown(high: object, told: str) -> None:
    assert str(incremental(high)) == f"incremental, read up to {told}"
    assert told in incremental(high).kept


@pytest.mark.parametrize(
    ("high", "value", "wanted"),
    [
        ({"t": "2026-03-02T08:00:00"}, "2026-03-01", {"t": "2026-03-01T00:00:00"}),
        (
            {"t": "2026-03-02T08:00:00+00:00"},
            "2026-03-01",
            {"t": "2026-03-01T00:00:00+07:00"},
        ),
        (
            {"t": "2026-03-02T08:00:00+07:00"},
            "2026-03-01T00:00:00Z",
            {"t": "2026-03-01T00:00:00+00:00"},
        ),
        ({"n": "41"}, "7", {"n": "7"}),
        (41, "7", 7),
        ("2026-03-02 08:00:00", "2026-03-01 00:00:00", "2026-03-01 00:00:00"),
    ],
)
def test_back_to_a_value_of_the_same_kind(
    high: object, value: str, wanted: object
) -> None:
    keys = json.loads(incremental(high).back_to(value, 99, ZoneInfo("Asia/Jakarta")))
    assert keys == {"high": wanted, "since": 99, "after": None, "low": None}


def test_a_value_of_another_kind_is_refused() -> None:
    with pytest.raises(ConfigError, match="no time like"):
        incremental({"t": "2026-03-02T08:00:00"}).back_to("kemarin", 0)
    with pytest.raises(ConfigError, match="no time like"):
        incremental("2026-03-02 08:00:00").back_to("kemarin", 0)
    with pytest.raises(ConfigError, match="no time like"):
        incremental({"t": "2026-03-02T08:00:00"}).back_to("2026-03-01T00:00:00Z", 0)
    with pytest.raises(ConfigError, match="resync"):
        StoredPosition('{"after": null}').back_to("1", 0)


def test_before_a_file(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_text("x")
    digest = blake2b(b"x", digest_size=12).hexdigest()
    position = StoredPosition(json.dumps({"done": ["0", digest], "file": None}))
    assert json.loads(position.without_file(file))["done"] == ["0"]
    file.write_text("y")
    with pytest.raises(ConfigError, match="not read yet"):
        position.without_file(file)


def test_files_near_that_were_read_are_named(tmp_path: Path) -> None:
    archive, folder = tmp_path / "arsip", tmp_path / "masuk"
    for each in (archive, folder):
        each.mkdir()
    names = ["warga-2026-01.csv", "warga-2026-02.csv", "lain.csv", "baru.csv"]
    for name in names:
        (archive / name).write_text(name)
    done = [blake2b(n.encode(), digest_size=12).hexdigest() for n in names[:3]]
    position = StoredPosition(json.dumps({"done": done, "file": None}))
    with pytest.raises(ConfigError, match="No such file") as told:
        position.without_file(folder / "warga-2026-02.csv")
    assert "in the archive (`arsip` of the connector's file)" in str(told.value)
    near = [archive / "warga-2026-02.csv", archive / "warga-2026-01.csv"]
    assert f"Read were: {near[0]}, {near[1]}, {archive / 'lain.csv'}" in str(told.value)
    with pytest.raises(ConfigError, match=r"not read yet.* Read were: "):
        position.without_file(archive / "baru.csv")
    with pytest.raises(ConfigError, match=r"same content will do$"):
        position.without_file(Path("/tidak/ada/warga.csv"))


def test_a_change_log_goes_back_to_its_start_only() -> None:
    position = StoredPosition('{"log": ["binlog.000003", 815, 7], "reading": false}')
    assert str(position) == "change log, read up to binlog.000003:815"
    assert json.loads(position.back_to("start", 0)) == {"log": None}
    with pytest.raises(ConfigError, match="--to start"):
        position.back_to("binlog.000001", 0)


def test_a_topic_is_told_by_its_offsets() -> None:
    position = StoredPosition('{"topic": {"0": 12, "1": 7}}')
    assert str(position) == "topic, read up to 0:12 1:7"
    with pytest.raises(ConfigError, match="resync"):
        position.back_to("3", 0)
