"""Headings of blocks, as a family over its members, found by `connector new`."""

import re

import pytest

from connectors._tabular.blocks import find_blocks


def sheet(*heads: str) -> list[list[object]]:
    rows: list[list[object]] = []
    for number, head in enumerate(heads):
        rows.append([head, None, None, None])
        rows += [[n, f"33250{number}{n}", "BUDI", "L"] for n in (1, 2)]
    return rows


@pytest.mark.parametrize(
    ("written", "column"),
    [
        ("No KK : 332501120406900{}", "NO_KK"),
        ("NO. KK: 3325 0112 0406 900{}", "NO_KK"),
        ("Nama Kepala Keluarga = BUDI {}", "NAMA_KEPALA_KELUARGA"),
    ],
)
def test_the_value_above_goes_into_each_row(written: str, column: str) -> None:
    rows = sheet(*(written.format(n) for n in range(3)))
    found = find_blocks(rows, 4)
    assert found is not None
    ((name, pattern),) = found.patterns.items()
    assert name == column
    assert [len(row) for row in found.rows] == [5] * 6
    values = [row[-1] for row in found.rows]
    assert values[0] == values[1] != values[2]
    for head in (rows[0], rows[3]):
        match = re.search(pattern, str(head[0]))
        assert match is not None
        assert match[1].strip() in values


def test_what_stands_behind_the_number_does_not_belong_to_it() -> None:
    found = find_blocks(sheet(*(f"No KK: 332{n} Kepala: BUDI" for n in range(3))), 4)
    assert found is not None
    assert found.rows[0][-1] == "3320"


@pytest.mark.parametrize(
    "rows",
    [
        [],
        sheet("No KK: 1", "No KK: 2"),
        [["Catatan: baik", None, None, None]] * 5,
        [[n, "Jl: 1", "BUDI", "L"] for n in range(9)],
    ],
)
def test_no_habit_no_blocks(rows: list[list[object]]) -> None:
    assert find_blocks(rows, 4) is None


def test_a_narrow_list_has_no_room_for_blocks() -> None:
    assert find_blocks([["No KK: 1", None], ["x", "y"], ["x", "z"]] * 4, 2) is None


def test_the_first_heading_stands_above_the_columns_names() -> None:
    above, *rows = sheet(*(f"No KK: 332{n}" for n in range(4)))
    found = find_blocks(rows, 4, [["BUKU INDUK"], above])
    assert found is not None
    assert found.rows[0][-1] == "3320"


def test_two_headings_over_each_block() -> None:
    rows = []
    for n in range(3):
        rows += [[f"No KK: 332{n}", None], [f"Kepala: BUDI {n}"], *sheet("x")[1:]]
    found = find_blocks(rows, 4)
    assert found is not None
    assert list(found.patterns) == ["NO_KK", "KEPALA"]
    assert found.rows[-1][-2:] == ["3322", "BUDI 2"]
