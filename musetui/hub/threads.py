"""Work on files away from the event loop, of which none goes on behind the back of who cancelled it."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import Any, ParamSpec, TypeVar

_Arguments = ParamSpec("_Arguments")
_Result = TypeVar("_Result")


async def in_thread(
    work: Callable[_Arguments, _Result], /, *args: _Arguments.args, **kwargs: _Arguments.kwargs
) -> _Result:
    """Return what *work* does, done in a thread.

    A thread cannot be cancelled. Where the task that waits is, once or again and again, the cancellation takes effect
    when *work* is over, so that whoever comes next meets no writer of before.
    """
    task = asyncio.create_task(asyncio.to_thread(work, *args, **kwargs))
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        with suppress(asyncio.CancelledError):  # which is on its way already
            await ended(task)
        if not task.cancelled():
            task.exception()  # taken note of: there is nobody left to tell
        raise


async def ended(task: asyncio.Task[Any]) -> None:
    """Return when *task* has ended, however it did. To be cancelled meanwhile takes effect then."""
    cancelled = None
    while not task.done():
        try:
            await asyncio.wait((task,))
        except asyncio.CancelledError as error:
            cancelled = error
    if cancelled is not None:
        raise cancelled
