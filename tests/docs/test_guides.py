"""The guides are true: the example runs, what is named exists, both languages agree."""

import os
import re
import shlex
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
import typer
from prometheus_client import REGISTRY

from bus import metrics as _defines  # noqa: F401 - registers them
from bus.config.settings import Settings
from bus.contracts import Catalog
from bus.normalise import NORMALISERS
from ops.cli import VERBS
from ops.prometheus.queries import alerts
from ops.wiring import SINKS, SOURCES
from tests.architecture.tree import ROOT, files, text_of
from tests.docs.markdown import pages
from tests.docs.test_commands import accepts

DOCS = Path("ops/docs")
INTEGRATOR, OPERATOR = DOCS / "en/integrator.md", DOCS / "en/operator.md"
PAIRS = [
    (INTEGRATOR, DOCS / "id/panduan-integrator.md"),
    (OPERATOR, DOCS / "id/panduan-operator.md"),
    (DOCS / "en/push.md", DOCS / "id/kirim-terima.md"),
    (DOCS / "en/agent.md", DOCS / "id/agen.md"),
]
GUIDES = [guide for pair in PAIRS for guide in pair]
OURS = [*GUIDES, DOCS / "connector-yaml.md", DOCS / "glossary.md"]
LONGEST = 195

_BLOCK = re.compile(r"^```(\w+)\n(.*?)^```", re.MULTILINE | re.DOTALL)
_CODE = re.compile(r"(?<!`)`([^`]+)`(?!`)")
_HEADING = re.compile(r"^#+ ", re.MULTILINE)


def text(page: Path) -> str:
    return (ROOT / page).read_text(encoding="utf-8")


def blocks(page: Path) -> list[tuple[str, str]]:
    """Language and content of every block of code."""
    return _BLOCK.findall(text(page))


def inline(page: Path) -> list[str]:
    """Everything in the running text that is set as code, on one line."""
    running = _BLOCK.sub("", text(page))
    return [" ".join(code.split()) for code in _CODE.findall(running)]


def block(page: Path, language: str, containing: str) -> str:
    (found,) = [b for kind, b in blocks(page) if kind == language and containing in b]
    return found


class Reader:
    """Somebody who follows the integrator guide in an empty folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.environment = {
            **{k: v for k, v in os.environ.items() if not k.startswith("OPDBUS_")},
            "OPDBUS_TENANT_FILE": str(ROOT / "ops/examples/batang/tenant.yaml"),
            "PYTHONPATH": str(ROOT),
            "COLUMNS": "200",
        }

    def type(self, line: str) -> str:
        """What a command says; a command that fails ends the test."""
        words = shlex.split(line)
        if words[0] == "export":
            self.environment.update(word.split("=", 1) for word in words[1:])
            return ""
        assert words[0] == "opdbus"
        done = subprocess.run(
            [sys.executable, "-m", "ops.cli", *words[1:]],
            cwd=self.folder,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, f"{line}\n{done.stdout}{done.stderr}"
        return done.stdout


@pytest.fixture
def reader(tmp_path: Path) -> Reader:
    (tmp_path / "simrs.yaml").write_text(block(INTEGRATOR, "yaml", "connector:"))
    database = sqlite3.connect(tmp_path / "simrs.db")
    database.executescript(block(INTEGRATOR, "sql", "CREATE TABLE"))
    database.close()
    return Reader(tmp_path)


def test_the_example_of_the_integrator_guide_works(reader: Reader) -> None:
    lines = block(INTEGRATOR, "sh", "connector try").splitlines()
    said = "\n".join(reader.type(line) for line in lines)
    for expected in block(INTEGRATOR, "text", "simrs").splitlines():
        assert expected in said
    assert "def map_row(row, ref):" in said


def test_a_typing_error_is_found_with_its_line(reader: Reader) -> None:
    file = reader.folder / "simrs.yaml"
    file.write_text(file.read_text().replace("aturan: nama", "aturan: namaa"))
    with pytest.raises(AssertionError, match=r"simrs\.yaml:\d+: .*namaa"):
        reader.type("opdbus connector lint simrs.yaml")


def test_no_personal_number_is_shown(reader: Reader) -> None:
    reader.type("export SIMRS_URL=sqlite:///simrs.db")
    said = reader.type("opdbus connector try simrs.yaml")
    assert not re.search(r"\d{13}", said)


@pytest.mark.parametrize(("english", "indonesian"), PAIRS, ids=str)
def test_both_languages_say_the_same(english: Path, indonesian: Path) -> None:
    assert blocks(english) == blocks(indonesian)
    ours, theirs = text(english), text(indonesian)
    assert _HEADING.findall(ours) == _HEADING.findall(theirs)
    assert rows(ours) == rows(theirs)
    assert set(inline(english)) == set(inline(indonesian))


def rows(page: str) -> list[int]:
    """Number of cells of every row of a table."""
    return [line.count("|") for line in page.splitlines() if line.startswith("|")]


@pytest.mark.parametrize("guide", GUIDES, ids=str)
def test_guide_is_short(guide: Path) -> None:
    assert text(guide).count("\n") <= LONGEST


@pytest.mark.parametrize("page", pages(), ids=str)
def test_commands_in_running_text_exist(page: Path) -> None:
    for code in inline(page):
        if code.startswith("opdbus ") and code.removeprefix("opdbus ") not in VERBS:
            accepts(tuple(shlex.split(code)[1:]))


@pytest.mark.parametrize("guide", [OPERATOR, PAIRS[1][1]], ids=str)
def test_every_verb_is_told(guide: Path) -> None:
    told = set(inline(guide))
    for verb in VERBS:
        module = __import__(f"ops.cli.{verb}", fromlist=["app"])
        command = typer.main.get_command(module.app)
        inside = getattr(command, "commands", None) or {"": None}
        for name in inside:
            assert f"opdbus {verb} {name}".strip() in told


@pytest.mark.parametrize("page", pages(), ids=str)
def test_metrics_and_settings_exist(page: Path) -> None:
    known = {
        family.name + "_total" * (family.type == "counter")
        for family in REGISTRY.collect()
    }
    assert set(re.findall(r"\bopdbus_[a-z_]+", text(page))) <= known
    settings = {f"OPDBUS_{name.upper()}" for name in Settings.model_fields}
    for name in set(re.findall(r"\bOPDBUS_[A-Z_]+", text(page))) - settings:
        assert any(name in (text_of(path) or "") for path in sources()), name


def sources() -> list[Path]:
    """Files that are not pages, nor this test of them."""
    return [path for path in files() if path.suffix in {"", ".py", ".yml"}]


def test_every_setting_and_normaliser_is_on_a_page() -> None:
    told = {code for page in pages() for code in inline(page)}
    assert {f"OPDBUS_{name.upper()}" for name in Settings.model_fields} <= told
    assert set(NORMALISERS) <= told


@pytest.mark.parametrize("page", OURS, ids=str)
def test_kinds_rules_events_and_files_exist(page: Path) -> None:
    everything, kinds = text(page), {*SOURCES, *SINKS}
    assert set(re.findall(r"\bkind: ([\w-]+)", everything)) <= kinds
    assert set(re.findall(r"\bof kind ([\w-]+)", everything)) <= kinds
    rules = {*NORMALISERS, "subjek", "keluarga"}
    assert set(re.findall(r"\baturan: (\w+)", everything)) <= rules
    catalog = Catalog.load()
    for code in inline(page):
        if re.fullmatch(r"[A-Z][a-z]+(Di|Ter)[a-z]+", code):
            assert catalog.event(code)
        if re.fullmatch(r"(ops|bus|schemas|tests|connectors)/[\w./-]+", code):
            assert (ROOT / code).exists(), code


@pytest.mark.parametrize("guide", [OPERATOR, PAIRS[1][1]], ids=str)
def test_operator_guide_knows_every_alert(guide: Path) -> None:
    for rule in alerts():
        assert f"| `{rule['alert']}` |" in text(guide)
        assert rule["annotations"]["runbook"].removeprefix("ops/") in text(guide)


@pytest.mark.parametrize("guide", [OPERATOR, PAIRS[1][1]], ids=str)
def test_dead_letters_are_kept_as_long_as_told(guide: Path) -> None:
    days = Catalog.load().contract("platform.deadletter.dlq.v1").retention.days
    assert re.search(rf"\b{days} (days|hari)\b", text(guide))
