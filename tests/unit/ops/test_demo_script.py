"""`ops/demo` passes its options on, and has set up what they need."""

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.architecture.tree import ROOT

STUB = '#!/usr/bin/env bash\necho "$(basename "$0") $*"\n'


@pytest.mark.parametrize(
    ("options", "setup", "demo"),
    [
        ("", "--quiet", ""),
        ("--mysql", "--quiet --with mariadb", "--mysql local"),
        ("--mysql --keep", "--quiet --with mariadb", "--mysql local --keep"),
        ("--mysql=local", "--quiet --with mariadb", "--mysql=local"),
        ("--keep --mysql local", "--quiet --with mariadb", "--keep --mysql local"),
        ("--mysql mysql://u@h:1", "--quiet", "--mysql mysql://u@h:1"),
        ("--seed 2 --residents 300", "--quiet", "--seed 2 --residents 300"),
    ],
)
def test_options(tmp_path: Path, options: str, setup: str, demo: str) -> None:
    for name in ("ops/setup", ".venv/bin/python"):
        stub = tmp_path / name
        stub.parent.mkdir(parents=True, exist_ok=True)
        stub.write_text(STUB)
        stub.chmod(0o755)
    shutil.copy(ROOT / "ops/demo", tmp_path / "ops/demo")
    done = subprocess.run(
        [tmp_path / "ops/demo", *options.split()],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.splitlines() == [
        f"setup {setup}",
        f"python -m ops.showcase {demo}",
    ] or (not demo and done.stdout.endswith("python -m ops.showcase\n"))
