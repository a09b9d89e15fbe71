"""Tables of the command line: nothing cut off, nothing read as markup."""

import pytest

from bus.connect.desk.letters import Letter
from ops.cli.dlq import print_letters
from ops.cli.plural import counted
from ops.cli.tables import print_table

TOPIC = "k3325.santunan.identitas.repartition.v1"
LETTER = {
    "failed_at": 1_772_469_611_000,
    "origin": "esakti-santunan",
    "code": "NIK_PANJANG",
    "message": "Kolom nik_alm [asli]: 15 angka, harus 16",
    "sumber_ref": "esakti|[tb_santunan]|4711[/bold]",
}


def cells(text: str, column: int) -> str:
    """The text of a column, its lines joined."""
    rows = [line.split("│") for line in text.splitlines() if line.startswith("│")]
    return "".join(row[column + 1].strip() for row in rows)


@pytest.mark.parametrize("width", [80, 160])
def test_a_long_name_is_folded_never_cut(
    width: int, capsys: pytest.CaptureFixture[str]
) -> None:
    row = (TOPIC, "missing (4)", "repartition", "Diskominfo", "word " * 30)
    print_table(("topic", "partitions", "kind", "owner", "purpose"), [row], width=width)
    text = capsys.readouterr().out
    assert max(map(len, text.splitlines())) <= width
    assert cells(text, 0) == TOPIC
    assert "…" not in text


def test_a_pipe_gets_whole_names_on_one_line(
    capsys: pytest.CaptureFixture[str],
) -> None:
    print_table(("topic", "purpose"), [(TOPIC, "word " * 30)])
    assert f"│ {TOPIC} │" in capsys.readouterr().out


@pytest.mark.parametrize("width", [80, 160])
def test_dead_letters_are_shown_as_they_are(
    width: int, capsys: pytest.CaptureFixture[str]
) -> None:
    print_letters([Letter("4f" * 16, LETTER)], width=width)
    text = capsys.readouterr().out
    assert cells(text, 5) == LETTER["sumber_ref"]
    assert cells(text, 1) == "4f" * 4
    assert "[asli]" in text
    assert cells(text, 3) == "NIK_PANJANG"


def test_a_title_is_no_markup(capsys: pytest.CaptureFixture[str]) -> None:
    print_table(("a",), [("b" * 20,)], title="x [bold]")
    assert "[bold]" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("number", "said"), [(0, "0 rows"), (1, "1 row"), (2, "2 rows")]
)
def test_one_is_singular(number: int, said: str) -> None:
    assert counted(number, "row") == said
