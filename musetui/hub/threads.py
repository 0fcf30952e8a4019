"""Work on files away from the event loop, of which none goes on behind the back of who cancelled it."""

import asyncio
from collections.abc import Callable
from typing import ParamSpec, TypeVar

_Arguments = ParamSpec("_Arguments")
_Result = TypeVar("_Result")


async def in_thread(
    work: Callable[_Arguments, _Result], /, *args: _Arguments.args, **kwargs: _Arguments.kwargs
) -> _Result:
    """Return what *work* does, done in a thread.

    A thread cannot be cancelled. Where the task that waits is, the cancellation takes effect when *work* is over, so
    that whoever comes next meets no writer of before.
    """
    task = asyncio.create_task(asyncio.to_thread(work, *args, **kwargs))
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait((task,))
        if not task.cancelled():
            task.exception()  # taken note of: there is nobody left to tell
        raise
