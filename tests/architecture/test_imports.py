"""Who may import whom: the contracts of pyproject.toml hold."""

import subprocess
import sys
import tomllib
from pathlib import Path

from tests.architecture.tree import PACKAGES, ROOT


def test_import_contracts_hold() -> None:
    done = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-logo"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_all_roots_are_under_contract() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    checked = settings["tool"]["importlinter"]["root_packages"]
    assert sorted(checked) == sorted(PACKAGES)
