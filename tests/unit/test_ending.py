"""A task that swallows a cancellation ends all the same."""

import asyncio

from bus.ending import end


def test_a_task_that_swallows_a_cancellation_ends():

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
        await end(task, again_seconds=0.01)
        return task.cancelled()

    assert asyncio.run(run())
    assert swallowed == 2


def test_the_error_of_an_ended_task_is_dropped():
    async def fails():
        raise ValueError

    async def run():
        task = asyncio.create_task(fails())
        await asyncio.sleep(0)
        await end(task, again_seconds=0.01)
        return task.done()

    assert asyncio.run(run())
