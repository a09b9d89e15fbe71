"""What the scripts of the README say about themselves."""

import subprocess
import sys

import pytest


@pytest.mark.parametrize(
    ("module", "script"),
    [("ops.showcase", "./ops/demo"), ("ops.benchmarks", "./ops/bench")],
)
def test_help_of_a_script_names_the_script(module: str, script: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", module, "--help"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert f"Usage: {script} " in done.stdout
