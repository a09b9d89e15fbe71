"""All problems of a connector file at once, each with its line."""

from pathlib import Path

import pytest

from bus.errors import ConfigError
from tests.conformance.workshop import PEOPLE, connector_from

HEAD = """
connector: uji
app: uji
kind: csv
objek: warga
source: {folder: /tidak/ada}
"""


def problems(folder: Path, text: str) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        connector_from(folder, text)
    return [str(line) for line in caught.value.problems]


def test_all_problems_with_their_lines(tmp_path: Path) -> None:
    text = HEAD + PEOPLE.replace("aturan: nama}", "aturan: namaa}").replace(
        "kunci: orang.subjek_id", "kunci: orang.nama"
    ).replace("shdk: {tetap: 1}", "shdk: {tetap: satu}").replace("rt: rt", "rtt: rt")
    found = problems(tmp_path, text)
    assert len(found) == 4
    for line in found:
        assert "uji.yaml:" in line
    joined = "\n".join(found)
    assert "unknown rule 'namaa'; valid: akun, bilangan" in joined
    assert "has no field `alamat.rtt`" in joined
    assert "'satu' which is no int" in joined
    assert "`orang.nama` may be empty" in joined
    rule_line = next(line for line in found if "namaa" in line)
    number = int(rule_line.split(":")[1])
    assert "namaa" in text.splitlines()[number - 1]


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("peristiwa: Penduduk", "peristiwa: Pendudukan", "not in the catalogue"),
        (
            "    kunci: orang.subjek_id",
            "    kontrak: sosial.santunan.fact.v1\n    kunci: orang.subjek_id",
            "does not carry PendudukDimutakhirkan",
        ),
        (
            "    kunci: orang.subjek_id",
            "    kontrak: sosial.tidakada.fact.v1\n    kunci: orang.subjek_id",
            "not in the catalogue",
        ),
        ("kunci: orang.subjek_id", "kunci: orang.nik", "personal data"),
        ("kunci: orang.subjek_id", "kunci: tidak_ada", "no mapped field"),
        ('"2": MATI', '"2": WAFAT', "not allowed; valid: HIDUP"),
        ("rt: rt", "rt: {dari: rt, aturan: rt_rw, opsi: {x: 1}}", "unknown option"),
        ("rt: rt", "rt: {dari: rt, tabel: tak_ada}", "there is no table 'tak_ada'"),
        ("rt: rt", "rt: {dari: [rt, id]}", "several columns need `gabung:`"),
        ("rt: rt", "rt: {dari: rt, wajb: true}", "not known here"),
        ("rt: rt", "rt: {tetap: a, dari: rt}", "not both"),
        ("      kk_id: {dari: no_kk, aturan: keluarga}\n", "", "needs `kk_id`"),
        ("ref: [id]", "ref: []", "at least 1 item"),
        ("ref: [id]", "reff: [id]\nref: [id]", "not known here"),
    ],
)
def test_one_mistake(tmp_path: Path, old: str, new: str, words: str) -> None:
    assert old in PEOPLE
    found = problems(tmp_path, HEAD + PEOPLE.replace(old, new))
    assert any(words in line for line in found), found


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("{folder: x, pola: y}", "not known here"),
        ("{folder: x, scope: [A]}", "mode facts withdraws nothing"),
    ],
)
def test_source_block(tmp_path: Path, source: str, words: str) -> None:
    text = HEAD.replace("{folder: /tidak/ada}", source) + PEOPLE
    assert words in "\n".join(problems(tmp_path, text))


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("{url: x, mode: incremental, key: [id], table: t}", "needs `cursor`"),
        ("{url: x, mode: snapshot-diff, key: [id]}", "either `table` or `query`"),
        (
            "{url: x, mode: snapshot-diff, key: [id], table: t, cursor: c}",
            "takes no `cursor`",
        ),
        ("{url: x, mode: all, key: [id], table: t}", "'snapshot-diff' or 'cdc'"),
    ],
)
def test_sql_block(tmp_path: Path, source: str, words: str) -> None:
    text = HEAD.replace("kind: csv", "kind: sql").replace(
        "{folder: /tidak/ada}", source
    )
    assert words in "\n".join(problems(tmp_path, text + PEOPLE))


def test_unknown_kind_names_the_known(tmp_path: Path) -> None:
    text = HEAD.replace("kind: csv", "kind: dbase") + PEOPLE
    (line,) = problems(tmp_path, text)
    assert "unknown kind 'dbase'; valid: csv, debezium, excel" in line


def test_problems_of_the_file_and_of_its_mapping_are_told_together(
    tmp_path: Path,
) -> None:
    text = HEAD.replace("kind: csv", "kind: csv\nbatasan: {tolak_persen: 5}")
    text = text.replace("folder: /tidak/ada", "folder: /tidak/ada, modus: facts")
    text += PEOPLE.replace("aturan: nama}", "aturan: namaa}")
    text = text.replace("    kunci:", "    kuncinya: x\n    kunci:", 1)
    found = "\n".join(problems(tmp_path, text + "batas: {tolak_persen: 500}\n"))
    assert "batasan: not known here; valid: connector, app, kind" in found
    assert "source.modus: not known here; valid: folder, pattern, mode" in found
    assert "pemetaan.0.kuncinya: not known here; valid: peristiwa, kontrak" in found
    assert "batas.tolak_persen: Input should be less than or equal to 100" in found
    assert "unknown rule 'namaa'" in found


def test_an_unknown_kind_hides_nothing_else(tmp_path: Path) -> None:
    text = HEAD.replace("kind: csv", "kind: dbf")
    found = "\n".join(
        problems(tmp_path, text + PEOPLE.replace("aturan: nama}", "aturan: namaa}"))
    )
    assert "unknown kind 'dbf'; valid: csv, debezium, excel" in found
    assert "unknown rule 'namaa'" in found


def test_a_mistake_in_a_condition_hides_nothing_else(tmp_path: Path) -> None:
    text = HEAD.replace(
        "folder: /tidak/ada", "folder: /tidak/ada, mode: fakta, isi_turun: x"
    )
    text += PEOPLE.replace("aturan: nama}", "aturan: namaa}")
    gone = "    hapus: {kolom: status, terhapus: ya}\n    kunci:"
    found = problems(tmp_path, text.replace("    kunci:", gone, 1))
    told = "\n".join(found)
    assert "pemetaan.0.hapus.0.terhapus: Input should be a valid boolean" in told
    assert "source.isi_turun: has to be a list: [one] or [one, two]" in told
    assert "source.mode: Input should be 'facts' or 'snapshot-diff'" in told
    assert "unknown rule 'namaa'" in told
    assert len(found) == 4


def test_missing_keys_are_told_with_the_rest(tmp_path: Path) -> None:
    text = HEAD.replace("app: uji\n", "") + PEOPLE + "salah: 1\n"
    found = "\n".join(problems(tmp_path, text))
    assert "app: is missing and has to be given" in found
    assert "salah: not known here" in found


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("connector: uji\n", "", "connector: is missing and has to be given"),
        ("connector: uji", "connector: Uji Ini", "connector: only small letters"),
        ("app: uji", "app: [uji]", "app: Input should be a valid string"),
        ("kind: csv", "kind: 5", "kind: Input should be a valid string"),
        ("kind: csv\n", "", "kind: is missing and has to be given"),
        ("source:", "sumber:", "source: is missing and has to be given"),
        ("ref: [id]", "ref: [{kolom: id}]", "ref.0.RefPart.samar: is missing"),
        ("ref: [id]\n", "", "ref: is missing and has to be given"),
        ("    kunci: orang.subjek_id\n", "", "pemetaan.0.kunci: is missing"),
    ],
)
def test_one_wrong_or_missing_key_hides_nothing_else(
    tmp_path: Path, old: str, new: str, told: str
) -> None:
    text = (HEAD + PEOPLE).replace("aturan: nama}", "aturan: namaa}")
    assert old in text
    text = text.replace(old, new, 1) + "batas: {tolak_persen: 500}\n"
    found = "\n".join(problems(tmp_path, text))
    assert told in found
    assert "unknown rule 'namaa'" in found
    assert "batas.tolak_persen: Input should be less" in found
    more = (
        "sumber: not known here" in found
    )  # the same mistake, seen from its other end
    assert len(found.splitlines()) == 3 + more, found


@pytest.mark.parametrize("gone", ["pemetaan", "kolom", "peristiwa"])
def test_without_a_mapping_the_rest_is_looked_at(tmp_path: Path, gone: str) -> None:
    text = HEAD.replace("/tidak/ada", "/tidak/ada, modus: facts")
    text += PEOPLE.replace(f"{gone}:", f"{gone}x:", 1)
    found = "\n".join(problems(tmp_path, text))
    assert f"{gone}: is missing and has to be given" in found
    assert f"{gone}x: not known here; valid: " in found
    assert "source.modus: not known here; valid: folder, pattern, mode" in found
    assert len(found.splitlines()) == 3, found


def test_a_missing_key_of_the_source_does_not_hide_what_belongs_together(
    tmp_path: Path,
) -> None:
    text = HEAD.replace("kind: csv", "kind: sql").replace(
        "{folder: /tidak/ada}", "{mode: incremental, key: [id], table: t}"
    )
    found = "\n".join(problems(tmp_path, text + PEOPLE))
    assert "source.url: is missing and has to be given" in found
    assert "needs `cursor`" in found
