"""Every verb of the command line exists, is quick to list, and is documented."""

import os
import subprocess
import sys
from importlib import import_module

import pytest
import typer

from ops.cli import VERBS
from tests.architecture.tree import ROOT, files, text_of


@pytest.mark.parametrize("verb", VERBS)
def test_verb_has_a_module_with_an_app(verb: str) -> None:
    module = import_module(f"ops.cli.{verb}")
    assert isinstance(module.app, typer.Typer)
    assert typer.main.get_command(module.app).help


@pytest.mark.parametrize("verb", VERBS)
def test_verb_is_named_in_the_documentation(verb: str) -> None:
    pages = [path for path in files() if path.suffix == ".md"]
    assert any(f"opdbus {verb}" in (text_of(path) or "") for path in pages)


def test_help_loads_no_heavy_library() -> None:
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "ops.cli", "--help"],
        env={**os.environ, "COLUMNS": "200", "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert all(verb in done.stdout for verb in VERBS)
    loaded = {line.split("|")[-1].strip() for line in done.stderr.splitlines()}
    assert "ops.cli" in loaded
    assert not loaded & {"kafka", "aiokafka", "faust", "sqlalchemy", "fastavro"}
