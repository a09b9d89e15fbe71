"""A process that shows the metrics of sources and pipelines, with the real modules.

Stands in for the processes that this test does not run (`tests/e2e` runs them all);
everything it shows goes through `bus.metrics` and `bus.health`.
"""

import sys
import threading

from bus import metrics
from bus.clock import SystemClock
from bus.health import Health, serve


def main() -> None:
    health = Health("esakti")
    server = serve("127.0.0.1", int(sys.argv[1]), health)
    health.ready()
    number = 0
    while True:
        number += 1
        metrics.ROWS.labels("esakti").inc(20)
        metrics.count_events("esakti", {"SantunanDiajukan": 19})
        metrics.count_rejects("esakti", {"NIK_RUSAK": 1})
        metrics.BATCH_SECONDS.labels("esakti").observe(0.02)
        metrics.COMMIT_SECONDS.labels("esakti").observe(0.004)
        metrics.set_lag("santunan", "t", 0, number % 3, 0.1)
        metrics.FROZEN.labels("esakti").set(0)
        metrics.GRANTS.labels("refused").set(0)
        metrics.LOG_BEHIND.labels("esakti").set(0)
        metrics.STOPS.labels("esakti", "ConfigError").inc(0)
        for result in ("accepted", "TOKEN_SALAH"):
            metrics.RECEIVED.labels("vms", result).inc()
            metrics.COLLECTED.labels("desa", result).inc()
        metrics.RECEIVE_SECONDS.labels("vms").observe(0.01)
        metrics.AGENT_FRAMES.labels("desa").set(number)
        metrics.AGENT_FULL.labels("desa").set(0.1)
        metrics.AGENT_HEARD.labels("desa").set(SystemClock().now_ms() / 1000)
        if threading.Event().wait(0.2):
            server.close()


if __name__ == "__main__":
    main()
