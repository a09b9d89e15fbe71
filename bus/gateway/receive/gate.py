"""Whether posts of one connector are taken: what operators want, and its limits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bus.connect.control.topic import Wish
from bus.connect.push import PostRefusedError
from bus.connect.reading.budget import Budget
from bus.connect.reading.task import PAUSED, RUNNING
from bus.errors import RetriableError

if TYPE_CHECKING:
    from collections.abc import Callable

    from bus.connect.files.definition import Limits
    from bus.health import Health

AGAIN_SECONDS = 60


class Gate:
    """Closed until it is known what operators want.

    Args:
        name: connector.
        limits: its `batas:`; a pass is as many rows as `minimum_baris`.
        health: of the process; not ready while the connector has paused itself.
        changed: told when `state` has changed.

    Attributes:
        state: RUNNING or PAUSED.
        message: why it has paused itself, or None.
    """

    def __init__(
        self, name: str, limits: Limits, health: Health, changed: Callable[[], None]
    ) -> None:
        self.state = RUNNING
        self.message: str | None = None
        self._name = name
        self._limits = limits
        self._health = health
        self._changed = changed
        self._budget = Budget(name, limits)
        self._rows = 0
        self._restart: int | None = None
        self._is_unheard = False
        self._is_known = False
        health.part(name).starting("reading what operators want")

    def check(self) -> None:
        """Nothing, if posts are taken.

        Raises:
            PostRefusedError: 503, it is paused; the sender keeps what it has.
            RetriableError: nobody has asked the operators yet.
        """
        if not self._is_known:
            raise RetriableError(f"{self._name}: the operators' wishes are not read")
        if self.state == PAUSED:
            raise PostRefusedError(
                503,
                "DIJEDA",
                "penerimaan dihentikan sementara oleh pengelola bus; simpan kiriman "
                "ini dan kirim lagi nanti",
                AGAIN_SECONDS,
            )

    def known(self) -> None:
        """All wishes that hold have been heard; without one posts are taken."""
        if not self._is_known:
            self._is_known = True
            if self.state == RUNNING:
                self._health.part(self._name).ready()

    def heard(self, wish: Wish) -> None:
        """An operator pauses it, or lets it go on; or its limit did, here or elsewhere.

        So a limit holds for all processes that take its posts, and for those that
        come after them, until an operator resumes.
        """
        if wish.is_paused:
            self._is_unheard = False
            self._set(PAUSED, wish.reason if wish.by_limit else None)
        elif self.state == PAUSED and wish.restart != self._restart:
            self._is_unheard = False
            self._budget, self._rows = Budget(self._name, self._limits), 0
            self._set(RUNNING, None)
        self._restart = wish.restart

    def count(self, rows: int, rejected: int) -> None:
        """Rows of posts, and those rejected; pauses it when there are too many."""
        self._budget.add(rows, rejected)
        self._rows += rows
        complete = self._rows >= self._limits.minimum_baris
        if complete:
            self._rows = 0
        reason = self._budget.judge(complete=complete)
        if reason is not None and self.state == RUNNING:
            self._is_unheard = True
            self._set(PAUSED, reason)

    def wish(self, now_ms: int) -> Wish | None:
        """That it stays paused, while Kafka has not told it back."""
        if not self._is_unheard:
            return None
        return Wish(
            self._name,
            PAUSED,
            self._restart or 0,
            self.message,
            now_ms,
            by_limit=True,
        )

    def _set(self, state: str, message: str | None) -> None:
        news = (state, message) != (self.state, self.message)
        self.state, self.message = state, message
        if message is not None:
            self._health.part(self._name).not_ready(f"PAUSED: {message}")
        elif state == PAUSED:
            self._health.drop(self._name)
        else:
            self._health.part(self._name).ready()
        if news:
            self._changed()
