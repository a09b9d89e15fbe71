"""Every verb of the command line exists, is quick to list, and is documented."""

import os
import subprocess
import sys
import time
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


def test_help_is_quick() -> None:
    environment = {**os.environ, "COLUMNS": "200", "PYTHONPATH": str(ROOT)}
    times = []
    for _ in range(3):
        started = time.perf_counter()
        done = subprocess.run(
            [sys.executable, "-m", "ops.cli", "--help"],
            env=environment,
            capture_output=True,
            text=True,
            check=True,
        )
        times.append(time.perf_counter() - started)
    assert all(verb in done.stdout for verb in VERBS)
    # Loose on purpose: what it guards against is importing a Kafka client or faust.
    assert min(times) < 2
