"""Names of persons: quirk Q5 and the match levels of domain.md §4.4."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bus.normalise.names import nama, search_name
from bus.normalise.similarity import edit_distance, jaro_winkler, similarity
from tests.unit.normalise.cells import quick


@pytest.mark.parametrize(
    ("raw", "want"),
    [
        ("H. SUTRISNO, S.PD", "SUTRISNO"),
        ("H.SUTRISNO", "SUTRISNO"),
        ("SUTRISNO S.PD", "SUTRISNO"),
        ("SUTRISNO SE", "SUTRISNO"),
        ("Drs. H. Sutrisno, M.M., M.H.", "SUTRISNO"),
        ("ALM. KASMIDI", "KASMIDI"),
        ("KASMIDI (ALM)", "KASMIDI"),
        ("ALMH. HJ. SUMINAH, S.PD", "SUMINAH"),
        ("KASMIDI BIN SARMAN", "KASMIDI"),
        ("SITI'AH", "SITIAH"),
        ("ST. AMINAH", "SITI AMINAH"),
        ("M. ALI", "MUHAMAD ALI"),
        ("MOCH ALI", "MUHAMAD ALI"),
        ("Mohammad Ali", "MUHAMAD ALI"),
        ("ACHMAD  BUDI'AN", "AHMAD BUDIAN"),
        ("Soekarno", "SUKARNO"),
        ("Djoko Tjahyono", "JOKO CAHYONO"),
        ("Caf\u00e9", "CAFE"),
        ("ABDUL-ROHMAN", "ABDUL ROHMAN"),
        ("SITI MEI", "SITI MEI"),
        ("H.", "H"),
        ("123", ""),
        ("", ""),
    ],
    ids=ascii,
)
def test_folding_for_matching(raw: str, want: str) -> None:
    assert search_name(raw) == want


def test_the_name_itself_stays_as_written() -> None:
    assert nama(" ALMH. HJ.  SUMINAH, S.PD ") == (
        "ALMH. HJ. SUMINAH, S.PD",
        ("NAMA_BERGELAR",),
    )
    assert nama("Siti\u200b Aminah\x00") == ("Siti Aminah", ())
    assert nama("M. ALI") == ("M. ALI", ())
    assert nama("ALM KASMIDI")[1] == ("NAMA_BERGELAR",)
    assert nama("BUDI 2")[1] == ("NAMA_BERANGKA",)
    assert nama("SITI AMINAH")[1] == ()
    assert nama("-") == (None, ("NAMA_KOSONG",))
    assert nama(None) == (None, ("NAMA_KOSONG",))


@pytest.mark.parametrize(
    ("one", "other", "least"),
    [
        ("H. SUTRISNO, S.PD", "SUTRISNO", 1.0),
        ("M. ALI", "MUHAMMAD ALI", 1.0),
        ("SITI AMINAH", "SITI AMINA", 0.95),
        ("SITI AMINAH", "SITIAMINAH", 0.95),
        ("BUDI SANTOSO", "SANTOSO BUDI", 0.95),
        ("KASMIDI", "KASMADI", 0.85),
        ("A RAHMAN", "ABDUL RAHMAN", 0.9),
    ],
    ids=ascii,
)
def test_the_same_person_is_alike(one: str, other: str, least: float) -> None:
    assert similarity(one, other) >= least


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("SITI AMINAH", "SITI ROHMAH"),
        ("SUMINAH", "SUMIYEM"),
        ("SLAMET", "SLAMET RIYADI"),
        ("BUDI", "SUTRISNO"),
        ("", "SUTRISNO"),
        ("123", "456"),
    ],
    ids=ascii,
)
def test_other_persons_are_not(one: str, other: str) -> None:
    assert similarity(one, other) < 0.85


def test_known_values_of_jaro_winkler() -> None:
    assert jaro_winkler("MARTHA", "MARHTA") == pytest.approx(0.9611, abs=1e-4)
    assert jaro_winkler("DIXON", "DICKSONX") == pytest.approx(0.8133, abs=1e-4)
    assert jaro_winkler("ABC", "XYZ") == 0.0


def test_edit_distance_stops_at_its_limit() -> None:
    assert edit_distance("SUBAH", "SUBAH", 2) == 0
    assert edit_distance("SUBAH", "SUBH", 2) == 1
    assert edit_distance("SUBAH", "BANDAR", 2) == 3
    assert edit_distance("A", "ABCDEF", 2) == 3


words = st.text(alphabet="ABDEHIJKMNOSTU .,'-()", max_size=24)


@quick
@given(st.one_of(words, st.text(max_size=20)))
def test_folding_twice_changes_nothing(raw: str) -> None:
    once = search_name(raw)
    assert search_name(once) == once
    assert all(c == " " or "A" <= c <= "Z" for c in once)


@quick
@given(words, words)
def test_similarity_is_symmetric_and_bounded(one: str, other: str) -> None:
    found = similarity(one, other)
    assert found == similarity(other, one)
    assert 0.0 <= found <= 1.0
    assert (found == 1.0) == (search_name(one) == search_name(other) != "")
