from pathlib import Path

from ops.kafka.broker import LocalBroker


def test_a_new_folder_has_no_broker(tmp_path: Path) -> None:
    broker = LocalBroker(tmp_path)
    assert broker.pid is None
    assert broker.port == 0
    assert not broker.ready()


def test_a_pid_of_another_program_is_not_our_broker(tmp_path: Path) -> None:
    (tmp_path / "broker.pid").write_text("1", encoding="utf-8")
    assert LocalBroker(tmp_path).pid is None
    (tmp_path / "broker.pid").write_text("not a number", encoding="utf-8")
    assert LocalBroker(tmp_path).pid is None


def test_stopping_what_does_not_run_is_no_error(tmp_path: Path) -> None:
    LocalBroker(tmp_path).stop()
    LocalBroker(tmp_path).kill()
    assert list(tmp_path.iterdir()) == []
