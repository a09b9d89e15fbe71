"""A worker whose handler never returns, watched from outside."""

import threading
import time

from tests.chaos.field import Field

LIMIT_SECONDS = 110


class Stuck:
    """Starts it, gives it a record, and looks on from a thread.

    Attributes:
        unready_seconds: from the record until it said that it is not ready.
        end_seconds: from the record until the process had ended.
        reason: what it said when it was not ready.
    """

    def __init__(self, field: Field) -> None:
        self.unready_seconds = 0.0
        self.end_seconds = 0.0
        self.reason = ""
        self._field = field
        self._worker = field.worker("macet")
        self._thread = threading.Thread(target=self._look, daemon=True)

    def __enter__(self) -> "Stuck":
        self._worker.start()
        self._field.until_ready(self._worker)
        self._field.fill(100)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._thread.join(LIMIT_SECONDS)
        self._field.close()

    def wait(self) -> None:
        """Until the process has ended."""
        self._thread.join(LIMIT_SECONDS)

    @property
    def exit_code(self) -> int | None:
        return self._worker.exit_code

    def _look(self) -> None:
        began = time.monotonic()
        while self._worker.running and time.monotonic() < began + LIMIT_SECONDS:
            said = self._field.reason(self._worker)
            if not self.unready_seconds and "no progress" in said:
                self.unready_seconds = time.monotonic() - began
                self.reason = said
            time.sleep(0.5)
        if not self._worker.running:
            self.end_seconds = time.monotonic() - began
