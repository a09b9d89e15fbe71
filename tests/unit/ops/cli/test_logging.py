import io
import json
import logging
from collections.abc import Iterator

import pytest
import structlog

from ops.cli.logging import configure

NIK = "3325010203040005"


@pytest.fixture(autouse=True)
def restored() -> Iterator[None]:
    """Puts the test runner's own logging back."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:], root.level = handlers, level
    structlog.reset_defaults()


@pytest.fixture(params=["text", "json"])
def out(request: pytest.FixtureRequest) -> io.StringIO:
    stream = io.StringIO()
    configure(request.param, stream=stream)
    return stream


def test_a_nik_never_reaches_the_log(out: io.StringIO) -> None:
    log = structlog.get_logger("bus.test")
    message = f"row of {NIK}"
    log.info(message, nik=NIK, number=int(NIK), nested={"kk": [NIK]}, ok=7)
    logging.getLogger("library").warning("row of %s", NIK)
    text = out.getvalue()
    assert text.count("\n") == 2
    assert NIK not in text
    assert "7" in text


def test_not_even_in_a_traceback(out: io.StringIO) -> None:
    try:
        int(f"cannot read {NIK}")
    except ValueError:
        structlog.get_logger("bus.test").exception("failed")
        logging.getLogger("library").exception("failed")
    assert "cannot read" in out.getvalue()
    assert NIK not in out.getvalue()


def test_json_is_one_object_per_line() -> None:
    stream = io.StringIO()
    configure("json", stream=stream)
    structlog.get_logger("bus.test").info("started", port=18080)
    entry = json.loads(stream.getvalue())
    assert (entry["event"], entry["port"], entry["level"]) == ("started", 18080, "info")
    assert entry["logger"] == "bus.test"


def test_chatty_libraries_show_warnings_only(out: io.StringIO) -> None:
    logging.getLogger("aiokafka.consumer").info("joined")
    assert out.getvalue() == ""


def test_attempts_to_connect_are_not_told_one_by_one(out: io.StringIO) -> None:
    logging.getLogger("aiokafka").error('Unable connect to "%s": %s', "kafka:1", "x")
    logging.getLogger("kafka.net.manager").error("Bootstrap failed: %s", "x")
    logging.getLogger("aiokafka").error("Heartbeat failed")
    assert "Unable connect" not in out.getvalue()
    assert "Bootstrap failed" not in out.getvalue()
    assert "Heartbeat failed" in out.getvalue()
