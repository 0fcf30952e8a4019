"""Work in a thread: whoever cancels it has it back only when it is over."""

import asyncio
import threading

import pytest

from musetui.hub.threads import in_thread
from tests.conftest import until


class Work:
    """Something that takes as long as the test says."""

    def __init__(self) -> None:
        self.begun = threading.Event()
        self.may_end = threading.Event()
        self.is_over = False

    def do(self, result: str) -> str:
        self.begun.set()
        assert self.may_end.wait(20)
        self.is_over = True
        if result == "an error":
            raise OSError(result)
        return result


async def turns() -> None:
    """Let the event loop do all that it would do at once."""
    for _ in range(10):
        await asyncio.sleep(0)


async def test_what_it_does_is_handed_on() -> None:
    work = Work()
    work.may_end.set()
    assert await in_thread(work.do, "done") == "done"
    with pytest.raises(OSError, match="an error"):
        await in_thread(work.do, result="an error")


@pytest.mark.parametrize("result", ["done", "an error"])
@pytest.mark.parametrize("times", [1, 3])
async def test_a_cancellation_takes_effect_when_the_work_is_over(times: int, result: str) -> None:
    work = Work()
    task = asyncio.create_task(in_thread(work.do, result))
    await until(work.begun.is_set, what="the work's beginning")
    for _ in range(times):
        task.cancel()
        await turns()
    assert not task.done()
    work.may_end.set()
    with pytest.raises(asyncio.CancelledError):
        await asyncio.wait_for(task, 20)
    assert work.is_over
