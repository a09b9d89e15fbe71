import pytest

from bus.contracts import Catalog
from bus.errors import ConfigError
from tests.unit.contracts.folders import CONTRACT, FIELDS, good, record, write


def problems(tmp_path, files):
    with pytest.raises(ConfigError) as caught:
        Catalog.load(write(tmp_path, files))
    return caught.value.problems


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"uji/lahir/contract.yaml": None}, "without a contract does not load"),
        ({"uji/lahir/v1/Lahir.avsc": None}, "event Lahir has no v1/Lahir.avsc"),
        ({"uji/lahir/v1/Mati.avsc": record("Mati")}, "Mati.avsc is not in `events`"),
        ({"uji/lahir/v1/Lahir.avsc": "{"}, "not valid JSON"),
        ({"uji/lahir/v1/Lahir.avsc": record("Mati")}, "type called Lahir"),
        (
            {"uji/lahir/v1/Lahir.avsc": {**record(), "namespace": ""}},
            "no namespace",
        ),
        (
            {
                "uji/lahir/v1/Lahir.avsc": record(
                    fields=[*FIELDS, {"name": "x", "type": "id.go.pemda.tipe.Hilang"}]
                )
            },
            "x: unknown type id.go.pemda.tipe.Hilang",
        ),
        (
            {"uji/lahir/v1/Lahir.avsc": record(fields=[*FIELDS, FIELDS[0]])},
            "Lahir has the field subjek_id twice",
        ),
        (
            {"uji/lahir/v1/Lahir.avsc": record(fields=[{"name": "1", "type": "int"}])},
            "'1' is not an Avro name",
        ),
        (
            {
                "uji/lahir/v1/Lahir.avsc": record(
                    fields=[
                        {
                            "name": "e",
                            "type": {"type": "enum", "name": "E", "symbols": ["a-b"]},
                        }
                    ]
                )
            },
            "not a valid Avro schema",
        ),
        (
            {
                "uji/lahir/v1/Lahir.avsc": record(
                    fields=[{**FIELDS[0], "pribadi": "rahasia"}]
                )
            },
            "pribadi 'rahasia' is not valid",
        ),
        (
            {"uji/lahir/contract.yaml": CONTRACT.replace("fact", "berita")},
            "kind: Input should be 'fact'",
        ),
        (
            {"uji/lahir/contract.yaml": CONTRACT.replace("kind: fact\n", "")},
            "kind: Field required",
        ),
        (
            {"uji/lahir/contract.yaml": CONTRACT + "pemilik: x\n"},
            "pemilik: Extra inputs",
        ),
        ({"uji/lahir/contract.yaml": "kind: [fact"}, "not valid YAML"),
        (
            {"uji/lahir/contract.yaml": CONTRACT + "carries: [Hantu]\n"},
            "carries 'Hantu'",
        ),
        (
            {"uji/lahir/contract.yaml": CONTRACT.replace("{subjek_id}", "{nik}")},
            "key_from names no field nik",
        ),
        (
            {"uji/lahir/contract.yaml": CONTRACT.replace("{subjek_id}", "{nama}")},
            "key_from: nama is personal data",
        ),
        (
            {"uji/lahir/contract.yaml": CONTRACT + "version: 2\n"},
            "so schemas stand in v2/",
        ),
        (
            {"uji/lahir/v1/lama/Lahir.1.avsc": record()},
            "earlier versions are history/<Event>.<number>.avsc",
        ),
        (
            {"uji/lahir/v1/history/Mati.1.avsc": record("Mati")},
            "history of Mati",
        ),
        (
            {
                "uji/lagi/contract.yaml": CONTRACT,
                "uji/lagi/v1/Lahir.avsc": record(),
            },
            "event Lahir belongs to uji.lagi.fact.v1 already",
        ),
        (
            {
                "uji/lahir/fact/contract.yaml": "kind: fact\nowner: a\npurpose: b\n"
                "key: c\n"
            },
            "uji.lahir.fact.v1 is defined a second time",
        ),
        (
            {
                "uji/lahir/state/contract.yaml": "kind: fact\nowner: a\npurpose: b\n"
                "key: c\n"
            },
            "a contract stands in <domain>/<entity>/",
        ),
        (
            {"uji/a_b/contract.yaml": "kind: fact\nowner: a\npurpose: b\nkey: c\n"},
            "contract reference 'uji.a_b.fact.v1'",
        ),
        (
            {"uji/lahir/examples.json": {"Lahir": [{"key": "a", "value": {}}]}},
            "Lahir 1: subjek_id: missing",
        ),
        (
            {
                "uji/lahir/examples.json": {
                    "Lahir": [{"key": "a", "value": {"subjek_id": "b", "nama": "c"}}]
                }
            },
            "key is not {subjek_id} of the value",
        ),
        ({"uji/lahir/examples.json": []}, "expected an object by event type"),
        ({"uji/lahir/examples.json": {"Mati": []}}, "no event Mati"),
    ],
    ids=lambda item: item if isinstance(item, str) else "",
)
def test_bad_folder_is_refused(tmp_path, change, expected):
    files = {
        name: content
        for name, content in (good() | change).items()
        if content is not None
    }
    found = problems(tmp_path, files)
    assert any(expected in line for line in found), found
    assert all("/" in line or "carries" in line for line in found)


def test_all_problems_are_listed(tmp_path):
    found = problems(
        tmp_path,
        good()
        | {
            "uji/satu/v1/A.avsc": record("A"),
            "uji/dua/contract.yaml": "kind: x",
            "uji/tiga/contract.yaml": CONTRACT,
        },
    )
    assert [line.split(":")[0] for line in found] == [
        "uji/dua/contract.yaml",
        "uji/dua/contract.yaml",
        "uji/dua/contract.yaml",
        "uji/dua/contract.yaml",
        "uji/satu/v1/A.avsc",
        "uji/tiga/contract.yaml",
        "uji/tiga/contract.yaml",
    ]
