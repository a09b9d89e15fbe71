import pytest

import ops.cli


def test_a_broker_of_another_machine_is_not_started_here(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("OPDBUS_BOOTSTRAP", "kafka.example:9092")
    with pytest.raises(SystemExit) as caught:
        ops.cli.main(["kafka", "start"])
    assert caught.value.code == 2
    told = capsys.readouterr().err
    assert "kafka.example" in told
    assert "--port" in told
