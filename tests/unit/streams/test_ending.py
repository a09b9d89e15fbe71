"""A task that swallows a cancellation ends all the same."""

import asyncio

from bus.streams.wiring import ending
from bus.streams.wiring.ending import end


def test_a_task_that_swallows_a_cancellation_ends(monkeypatch):
    monkeypatch.setattr(ending, "AGAIN_SECONDS", 0.01)
    swallowed = 0

    async def stubborn():
        nonlocal swallowed
        while swallowed < 2:
            try:
                await asyncio.Event().wait()
            except asyncio.CancelledError:
                swallowed += 1
        await asyncio.Event().wait()

    async def run():
        task = asyncio.create_task(stubborn())
        await asyncio.sleep(0)
        await end(task)
        return task.cancelled()

    assert asyncio.run(run())
    assert swallowed == 2


def test_the_error_of_an_ended_task_is_dropped():
    async def fails():
        raise ValueError

    async def run():
        task = asyncio.create_task(fails())
        await asyncio.sleep(0)
        await end(task)
        return task.done()

    assert asyncio.run(run())
