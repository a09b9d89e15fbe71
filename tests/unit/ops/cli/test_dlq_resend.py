"""From where a source meets its rejected rows again, by the way it reads."""

import json
from hashlib import blake2b
from pathlib import Path

import pytest

from bus.connect.desk.standing import Standing
from bus.connect.desk.stored_position import StoredPosition
from bus.errors import ConfigError
from ops.cli.dlq_resend import _cursor

NOW = 1_772_469_611_000
HIGH = {"high": {"t": "2026-03-09T08:00:00"}, "since": 1, "after": None, "low": None}


def standing(**keys: object) -> Standing:
    return Standing("uji", position=StoredPosition(json.dumps(keys) if keys else None))


def moved(one: Standing, to: str | None = None, file: Path | None = None) -> object:
    cursor = _cursor(one, to, file, NOW)
    return None if cursor is None else json.loads(cursor)


def test_a_table_that_is_compared_as_a_whole_stays_where_it_is() -> None:
    assert moved(standing(after=None)) is None


def test_a_change_log_begins_with_the_whole_table() -> None:
    assert moved(standing(log=["binlog.1", 4])) == {"log": None}


def test_a_cursor_column_goes_back_to_the_value_told() -> None:
    found = moved(standing(**HIGH), to="2026-03-01 08:00:00")
    assert found == {**HIGH, "high": {"t": "2026-03-01T08:00:00"}, "since": NOW}


def test_a_folder_reads_one_file_again(tmp_path: Path) -> None:
    file = tmp_path / "data.csv"
    file.write_bytes(b"nik;nama")
    digest = blake2b(b"nik;nama", digest_size=12).hexdigest()
    one = standing(file=None, done=["lain", digest])
    assert moved(one, file=file) == {"file": None, "done": ["lain"]}


@pytest.mark.parametrize(
    ("one", "words"),
    [
        (standing(**HIGH), "Say with --to"),
        (standing(file=None, done=[]), "name with --file"),
        (standing(topic={"0": 5}), "connector resync uji"),
        (standing(), "connector resync uji"),
    ],
    ids=["cursor", "files", "topic", "nothing yet"],
)
def test_what_has_to_be_said_or_cannot_be_done(one: Standing, words: str) -> None:
    with pytest.raises(ConfigError, match=words):
        moved(one)
