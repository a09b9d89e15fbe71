"""Masks: nothing of a person's number may be read out of them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bus.normalise.mask import mask_code, mask_number, shape
from bus.privacy.mask import mask_name, mask_nik, mask_text
from tests.unit.normalise.cells import cells, niks, quick


@pytest.mark.parametrize(
    ("raw", "want"),
    [
        ("3325124501580001", "33**********0001"),
        ("33.25.12.450158.0001", "33**********0001"),
        (3325124501580001, "33**********0001"),
        ("33251245", "********"),
        ("", "*"),
        (None, "*"),
    ],
    ids=ascii,
)
def test_numbers(raw: object, want: str) -> None:
    assert mask_nik(raw) == want


def test_names() -> None:
    assert mask_name("SITI AMINAH") == "S. A."
    assert mask_name("  siti'ah ") == "S."
    assert mask_name("3325124501580001") == "*"
    assert mask_name(None) == "*"


@pytest.mark.parametrize(
    "text",
    [
        "NIK 3325124501580001 ganda",
        "3325 1245 0158 0001",
        "33.25.12.450158.0001",
        "332512-450158-0001",
        "332512 - 450158 - 0001",
        "3,325,124,501,580,001",
        "3325\u200b124501580001",
        "198501012010011001",
        "1985 0101 2010 01 1 001",
        "332512450158000",
        "surat_3325124501580001.pdf",
    ],
    ids=ascii,
)
def test_free_text(text: str) -> None:
    masked = mask_text(text)
    assert "*" * 6 in masked
    digits = "".join(c for c in masked if c.isdigit())
    assert len(digits) <= 6


@pytest.mark.parametrize(
    "text",
    [
        "rekening 5.1.02.02.01.0036, kegiatan 1.06.05.2.02.0003",
        "SKPD 5.02.0.00.0.00.01.0000",
        "2026-03-02T23:40:11.123Z",
        "2026-03-02 23:40:11",
        "desa 33.25.12.2003",
        "partisi 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13",
    ],
    ids=ascii,
)
def test_what_is_no_person_stays(text: str) -> None:
    assert mask_text(text) == text


def test_shapes_and_codes() -> None:
    assert shape("Siti 12\x00") == "xxxx 99?"
    assert shape("a" * 40) == "x" * 32 + "\u2026"
    assert mask_code("A1") == "A1"
    assert mask_code("SUMINAH") == "xxxxxxx"
    assert mask_number("Rp 1.000") == "Rp 1.000"
    assert mask_number("Siti") == "xxxx"


@quick
@given(niks(), st.text(max_size=10), st.text(max_size=10))
def test_no_mask_gives_the_number_away(nik: str, before: str, after: str) -> None:
    for masked in (mask_nik(nik), mask_text(f"{before}{nik}{after}"), mask_name(nik)):
        assert nik[2:12] not in masked


@quick
@given(niks(), st.sampled_from([" ", ".", "-", "\u200b", "/"]))
def test_separators_do_not_help(nik: str, mark: str) -> None:
    for step in (1, 2, 4, 6):
        text = mark.join(nik[i : i + step] for i in range(0, 16, step))
        left = "".join(c for c in mask_text(text) if c.isdigit())
        assert len(left) <= 6


@quick
@given(cells)
def test_masks_take_anything(value: object) -> None:
    for mask in (mask_nik, mask_name, shape, mask_code, mask_number):
        assert isinstance(mask(value), str)
