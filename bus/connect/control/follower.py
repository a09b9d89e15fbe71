"""Hearing what operators want, for as long as a process lives."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING

from bus.errors import RetriableError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from bus.connect.control.topic import ControlTopic, Wish

log = logging.getLogger(__name__)

FIRST_SECONDS, MOST_SECONDS = 0.5, 10.0
NEWS_SECONDS = 1.0


class WishFollower:
    """Follows the control topic; a broker that is away is waited for.

    Args:
        control: the topic.
        topics_ready: makes sure that it is there.
        heard: given all wishes that hold, then each new one.
    """

    def __init__(
        self,
        control: ControlTopic,
        topics_ready: Callable[[], Awaitable[None]],
        heard: Callable[[Sequence[Wish]], None],
    ) -> None:
        self._control = control
        self._topics_ready = topics_ready
        self._heard = heard

    async def run(
        self,
        then: Callable[[], Awaitable[None]] | None = None,
        away: Callable[[str], None] | None = None,
    ) -> None:
        """Listen until cancelled.

        Args:
            then: done each time after the wishes that hold have been heard.
            away: told why nothing can be heard.
        """
        failures = 0
        while True:
            try:
                await self._topics_ready()
                self._heard(await self._control.start())
                if then is not None:
                    await then()
                while True:
                    news = await self._control.news(NEWS_SECONDS)
                    failures = 0
                    if news:
                        self._heard(news)
            except RetriableError as error:
                failures += 1
                seconds = min(FIRST_SECONDS * 2.0 ** min(failures, 6), MOST_SECONDS)
                log.warning("%s; again in %.1f s", error, seconds)
                if away is not None:
                    away(str(error))
                await self._control.stop()
                await asyncio.sleep(seconds)
