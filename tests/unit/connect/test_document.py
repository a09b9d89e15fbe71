from pathlib import Path

import pytest

from bus.connect.files.document import expand, read_document
from bus.errors import ConfigError


def write(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_scalars_stay_what_they_look_like(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        "a.yaml",
        "a: 01\nb: 12:30\nc: 2026-03-02\nd: Y\ne: no\nf: 7\ng: true\nh:\ni: '7'\n"
        "j: 1.50\nk: 332501450158900312345\n1: L\n",
    )
    assert read_document(path).data == {
        "a": "01",
        "b": "12:30",
        "c": "2026-03-02",
        "d": "Y",
        "e": "no",
        "f": 7,
        "g": True,
        "h": None,
        "i": "7",
        "j": 1.5,
        "k": "332501450158900312345",
        "1": "L",
    }


def test_extends_merges_and_remembers_lines(tmp_path: Path) -> None:
    write(tmp_path, "base.yaml", "source:\n  url: x\n  table: t\nref: [a, b]\n")
    path = write(
        tmp_path, "b.yaml", "extends: base.yaml\nsource:\n  table: u\nref: [c]\n"
    )
    document = read_document(path)
    assert document.data == {"source": {"url": "x", "table": "u"}, "ref": ["c"]}
    assert document.where(("source", "url")).endswith("base.yaml:2")
    assert document.where(("source", "table")).endswith("b.yaml:3")
    assert document.where(("source", "other")).endswith("b.yaml:2")


def test_anchors_and_merge_keys(tmp_path: Path) -> None:
    path = write(tmp_path, "m.yaml", "a: &x {p: 1, q: 2}\nb:\n  <<: *x\n  q: 3\n")
    assert read_document(path).data["b"] == {"p": 1, "q": 3}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a: 1\na: 2\n", "`a` stands here twice"),
        ("- a\n", "expected `key: value` lines"),
        ("a: [\n", "not valid YAML"),
        ("extends: x.yaml\n", "extends itself"),
    ],
)
def test_what_cannot_be_read(tmp_path: Path, text: str, words: str) -> None:
    path = write(tmp_path, "x.yaml", text)
    with pytest.raises(ConfigError, match=words):
        read_document(path)


def test_a_file_that_is_not_utf8(tmp_path: Path) -> None:
    path = tmp_path / "x.yaml"
    path.write_bytes(b"a: \xe9\n")
    with pytest.raises(ConfigError, match="not UTF-8"):
        read_document(path)


def test_expand_names_every_missing_variable() -> None:
    lookup = {"A": "1"}.get
    found = expand({"x": "${A}-${B:-two}", "y": ["${A}"]}, "f", lookup)
    assert found == {"x": "1-two", "y": ["1"]}
    with pytest.raises(ConfigError) as caught:
        expand("${B} ${C}", "f.yaml: source", lookup)
    assert [line.split()[4] for line in caught.value.problems] == ["B", "C"]
