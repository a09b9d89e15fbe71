"""Makes a broker's restart safe for transactions that were being committed.

One process is both controller and broker here, so after a stop the controller
still takes the old incarnation for the leader of every partition. A broker that
starts in that belief loads its transactions, then is fenced, and Kafka (4.3.0 as
seen here) skips the commit markers it could not write meanwhile ("Couldn't find
leader endpoint …, can be skipped") and calls the transaction complete: its records
stay invisible to `read_committed` readers for ever, and so does all that follows
in the partition. So before a second start the controller runs alone until it has
fenced the old incarnation; the broker then leads nothing until it is told to.
"""

import subprocess
import threading
from pathlib import Path

from bus.clock import Clock
from ops.kafka.properties import controller_properties

# The controller decides, then its decision takes effect; older ones are replayed
# before that. What it wrote is on disk a moment later.
DECIDED, DONE = "because its session has timed out", "fenced=1,"
FLUSH_SECONDS = 0.3
SECONDS = 15.0


def fence_previous(
    java: list[str], folder: Path, controller_port: int, clock: Clock
) -> None:
    """Let the controller in `folder` fence the broker that was stopped or killed.

    Args:
        java: command up to and including the class path.
        folder: the broker's folder; must hold formatted data.
        controller_port: a free port on loopback.
        clock: the limit; where nothing is fenced in time the broker starts anyway.
    """
    settings = folder / "controller.properties"
    settings.write_text(controller_properties(folder, controller_port), "utf-8")
    log_file = folder / "controller.log"
    with log_file.open("wb") as log:
        alone = subprocess.Popen(  # noqa: S603
            [*java, "kafka.Kafka", str(settings)],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    pause, until = threading.Event(), clock.monotonic() + SECONDS
    try:
        while alone.poll() is None and clock.monotonic() < until:
            pause.wait(0.05)
            text = log_file.read_text(encoding="utf-8", errors="replace")
            if DONE in text.partition(DECIDED)[2]:
                pause.wait(FLUSH_SECONDS)
                return
    finally:
        alone.terminate()
        try:
            alone.wait(SECONDS)
        except subprocess.TimeoutExpired:
            alone.kill()
            alone.wait()
