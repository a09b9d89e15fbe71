"""A database without a change log is told so before a run."""

from bus.connect.finding import BAD
from bus.connect.spec import Opening
from bus.testing.clock import ManualClock
from connectors.sql.capture_findings import capture_findings, captures
from connectors.sql.config import SqlConfig

URL = "sqlite:///app.db"


def test_mode_cdc_where_there_is_no_log() -> None:
    config = SqlConfig(url=URL, table="warga", mode="cdc", key=("id",))
    (found,) = capture_findings(config, Opening("uji", ("id",), ManualClock()))
    assert (found.level, "snapshot-diff" in found.text) == (BAD, True)
    assert not captures(URL, "uji", "warga", ("id",))
