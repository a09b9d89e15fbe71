"""PHP as an app has it: a script that requires the one file, every notice an error."""

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

CLIENT = Path("connectors/php/opdbus.php").resolve()
START = """<?php
error_reporting(E_ALL);
set_error_handler(function ($no, $text) {
    if (error_reporting() & $no) { throw new ErrorException($text); }
});
require getenv('CLIENT');
"""


def php() -> str:
    found = shutil.which("php")
    if found is None:
        pytest.fail("php is missing: run ./ops/setup --with php")
    return found


class Script:
    """A PHP script with its arguments as JSON in `$in`.

    Args:
        folder: where it is written.
        text: what it does; prints JSON.
    """

    def __init__(self, folder: Path, text: str) -> None:
        self._path = folder / "app.php"
        read = "$in = json_decode(getenv('IN'), true);\n"
        self._path.write_text(START + read + text, encoding="utf-8")

    def start(self, **given: Any) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [php(), str(self._path)],
            env={"CLIENT": str(CLIENT), "IN": json.dumps(given)},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def run(self, **given: Any) -> Any:
        done = self.start(**given)
        out, _ = done.communicate(timeout=60)
        assert done.returncode == 0, out
        return json.loads(out)
