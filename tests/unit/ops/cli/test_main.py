import sys
from types import ModuleType

import pytest
import typer

import ops.cli
from bus.errors import ConfigError, RetriableError


def install(monkeypatch: pytest.MonkeyPatch, error: BaseException) -> None:
    """Puts a verb in the table whose only command fails."""
    module = ModuleType("ops.cli.fails")
    module.app = typer.Typer()

    @module.app.command()
    def fails() -> None:
        """Always fail."""
        raise error

    monkeypatch.setitem(sys.modules, "ops.cli.fails", module)
    monkeypatch.setitem(ops.cli.VERBS, "fails", "Always fail.")


def code_of(*args: str) -> int:
    with pytest.raises(SystemExit) as caught:
        ops.cli.main(list(args))
    return int(caught.value.code or 0)


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (ConfigError("a.yaml:3: no such field", "a.yaml:9: no key"), 2),
        (RetriableError("broker at 127.0.0.1:1 does not answer"), 1),
        (NotADirectoryError(20, "Not a directory", "/etc/passwd/x"), 1),
        (KeyboardInterrupt(), 130),
    ],
    ids=["config", "retriable", "system", "interrupted"],
)
def test_exit_code_tells_what_kind_of_failure(
    error: BaseException, code: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(monkeypatch, error)
    assert code_of("fails") == code


def test_every_problem_is_one_line_without_traceback(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    install(monkeypatch, ConfigError("a.yaml:3: no such field", "a.yaml:9: no key"))
    assert code_of("fails") == 2
    assert capsys.readouterr().err.splitlines() == [
        "opdbus: a.yaml:3: no such field",
        "opdbus: a.yaml:9: no key",
    ]


def test_debug_shows_the_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    install(monkeypatch, ConfigError("a.yaml:3: no such field"))
    with pytest.raises(ConfigError):
        ops.cli.main(["--debug", "fails"])


def test_help_lists_every_verb(capsys: pytest.CaptureFixture[str]) -> None:
    assert code_of("--help") == 0
    text = capsys.readouterr().out
    assert all(verb in text for verb in ops.cli.VERBS)


def test_an_unknown_verb_is_wrong_usage() -> None:
    assert code_of("nonsense") == 2


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["--port", "99999"], 2),
        (["--folder", "/proc/nothing-here"], 2),
    ],
    ids=["port", "folder"],
)
def test_a_broker_that_cannot_be_made_is_told_without_traceback(
    words: list[str], code: int, capsys: pytest.CaptureFixture[str]
) -> None:
    assert code_of("kafka", "start", *words) == code
    assert "Traceback" not in capsys.readouterr().err
