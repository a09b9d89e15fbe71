from pathlib import Path

from bus.serde.cache import SchemaCache
from tests.unit.serde.small import V1, V2


def test_what_was_kept_is_found_by_a_new_process(tmp_path: Path) -> None:
    cache = SchemaCache(tmp_path / "a" / "b")
    assert cache.schema(7) is None
    assert cache.id_of("s", V1) is None
    cache.keep_schema(7, V1)
    cache.keep_id("s", V1, 7)
    again = SchemaCache(tmp_path / "a" / "b")
    assert again.schema(7) == V1
    assert again.id_of("s", V1) == 7
    assert again.id_of("s", V2) is None
    assert again.id_of("t", V1) is None


def test_a_damaged_file_is_as_none(tmp_path: Path) -> None:
    cache = SchemaCache(tmp_path)
    cache.keep_schema(7, V1)
    (tmp_path / "ids" / "7.json").write_text('{"type": "rec')
    assert cache.schema(7) is None
    cache.keep_schema(7, V1)
    assert cache.schema(7) == V1


def test_no_temporary_file_is_left(tmp_path: Path) -> None:
    cache = SchemaCache(tmp_path)
    cache.keep_schema(1, V1)
    cache.keep_schema(1, V1)
    assert [p.name for p in (tmp_path / "ids").iterdir()] == ["1.json"]


def test_a_folder_that_cannot_be_written_costs_nothing(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    cache = SchemaCache(tmp_path / "file" / "under")
    cache.keep_schema(1, V1)
    assert cache.schema(1) is None
