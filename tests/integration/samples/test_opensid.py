"""Real files of a real legacy app: every row is an event or a dead letter."""

import re
import shutil

import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy import create_engine, text

pytestmark = [pytest.mark.samples, pytest.mark.kafka]

EXAMPLES = "ops/examples/opensid"
NUMBER = re.compile(r"\d{13,}")
RANDOM_ID = re.compile(r"[0-9a-f]{32}")
"""A dead letter's id; one in fifty has thirteen digits in a row."""


def assert_letters_say_why(result):
    for letter in result.letters.values():
        assert letter["code"].isupper()
        assert len(letter["message"]) > 20
        assert not NUMBER.search(letter["message"] + letter["sumber_ref"])
        assert letter["stage"] == "SOURCE"
    keys = [RANDOM_ID.sub("", key.decode()) for key in result.keys]
    assert keys
    assert not any(map(NUMBER.search, keys))


@pytest.mark.database
def test_village_of_2020_through_the_village_connector(
    opensid_url, collect, monkeypatch, request
):
    engine = create_engine(opensid_url)
    with engine.connect() as connection:
        people = {
            str(row.id): row
            for row in connection.execute(text("SELECT * FROM tweb_penduduk"))
        }
    engine.dispose()
    assert len(people) > 90
    monkeypatch.setenv("DESA_URL", opensid_url)
    path = request.config.rootpath / EXAMPLES / "desa-penduduk-2020.yaml"

    result = collect(path)

    assert (result.state, result.message) == ("STOPPED", None)
    assert result.rows == len(people) == len(result.events) + len(result.letters)
    seen = [ref.rpartition("|")[2] for ref in (*result.events, *result.letters)]
    assert sorted(seen) == sorted(people)
    assert_letters_say_why(result)
    assert len(result.events) > 0.9 * len(people)
    for ref, value in result.events.items():
        row = people[ref.rpartition("|")[2]]
        assert value["alamat"]["kode_desa"] == "52.01.14.2005"
        assert value["orang"]["nik"] in {f"{int(row.nik):016d}", None}
        assert value["orang"]["jk"] == {1: "L", 2: "P"}[row.sex]
        assert value["shdk"] == row.kk_level


def test_siak_export_in_old_excel(samples, collect, monkeypatch, tmp_path, request):
    folder = tmp_path / "siak"
    folder.mkdir()
    name = "opensid_format_siak.xls"
    shutil.copy2(samples / name, folder / name)  # keeps its age: it is settled
    sheet = CalamineWorkbook.from_path(folder / name).get_sheet_by_index(0).to_python()
    rows = len(sheet) - 1
    monkeypatch.setenv("SIAK_XLS", str(folder))

    result = collect(request.config.rootpath / EXAMPLES / "siak-xls.yaml")

    assert (result.state, result.message) == ("STOPPED", None)
    assert result.rows == rows == len(result.events) + len(result.letters)
    assert_letters_say_why(result)
    # The numbers of this file were made anonymous: no region, serial 0000.
    assert {letter["code"] for letter in result.letters.values()} == {"NIK_TIDAK_SAH"}
    assert len(result.letters) == rows
