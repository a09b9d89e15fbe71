from pathlib import Path

import pytest

from bus.errors import ConfigError
from ops.cli.secret import new


def test_only_the_owner_may_read_it(tmp_path: Path) -> None:
    file = tmp_path / "deep" / "secret"
    new(file)
    assert file.stat().st_mode & 0o777 == 0o600
    assert len(file.read_text(encoding="ascii").strip()) == 64


def test_two_secrets_differ(tmp_path: Path) -> None:
    new(tmp_path / "a")
    new(tmp_path / "b")
    assert (tmp_path / "a").read_bytes() != (tmp_path / "b").read_bytes()


def test_an_existing_secret_is_never_overwritten(tmp_path: Path) -> None:
    file = tmp_path / "secret"
    file.write_text("precious", encoding="ascii")
    with pytest.raises(ConfigError, match="another key"):
        new(file)
    assert file.read_text(encoding="ascii") == "precious"
