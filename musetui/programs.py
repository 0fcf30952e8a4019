"""Running a program of a person's own: by its words and no shell, in a process group that ends with it."""

import asyncio
import os
import signal
import tempfile
from asyncio.subprocess import Process
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, BinaryIO, NamedTuple

from musetui.errors import MuseTuiError
from musetui.hub.threads import ended
from musetui.records.text import safe_text

GRACE = 2.0
"""Seconds between asking a program to end and making it."""

_CHUNK = 65_536
_LAST_OUTPUT = 0.5
"""Seconds in which the output of a program that has ended must be over: one that it left behind may keep it open."""


class ProgramError(MuseTuiError):
    """A program cannot be started."""


class Ended(NamedTuple):
    """How a program ended.

    Attributes:
        code: its exit code; negative for the signal that ended it.
        was_late: whether it was ended because its time was over.
    """

    code: int
    was_late: bool


async def run_program(
    words: Sequence[str],
    *,
    folder: Path,
    environment: Mapping[str, str],
    hear: Callable[[bytes], None],
    feed: bytes = b"",
    seconds: float | None = None,
) -> Ended:
    """Run a program to its end. What it leaves behind on purpose stays, as from a shell.

    Where the task is cancelled, or the time is over, the program and all it started are ended first.

    Args:
        words: the program and its arguments.
        folder: where it runs.
        environment: what it finds there.
        hear: called with what it prints, on both its streams, as it comes.
        feed: what it can read.
        seconds: its time; None for any.

    Raises:
        ProgramError: if it cannot be started; one sentence, without the advice.
    """
    # With pipes of asyncio's own, `wait` would wait for whoever still holds them, and not for the program alone.
    try:
        read_end, write_end = os.pipe()
    except OSError as error:
        raise _not_started(words[0], error) from None
    with os.fdopen(read_end, "rb", buffering=0) as output:
        try:
            process = await _started(words, folder, environment, feed, write_end)
        finally:
            os.close(write_end)
        listening = asyncio.create_task(_listen(output, hear))
        was_late = False
        try:
            try:
                async with asyncio.timeout(seconds):
                    await process.wait()
            except TimeoutError:
                was_late = True
            else:
                await asyncio.wait((listening,), timeout=_LAST_OUTPUT)
        finally:
            if process.returncode is None:
                await ended(asyncio.create_task(_end(process)))
            listening.cancel()
            await asyncio.wait((listening,))
    assert process.returncode is not None
    return Ended(process.returncode, was_late)


async def _started(
    words: Sequence[str], folder: Path, environment: Mapping[str, str], feed: bytes, output: int
) -> Process:
    """Start a program; one that is cancelled meanwhile does not stay behind."""

    async def start() -> Process:
        with _fed(feed) as fed:
            return await asyncio.create_subprocess_exec(
                *words,
                stdin=fed,
                stdout=output,
                stderr=output,
                cwd=folder,
                env=dict(environment),
                start_new_session=True,
            )

    starting = asyncio.create_task(start())
    try:
        return await asyncio.shield(starting)
    except asyncio.CancelledError:
        with suppress(asyncio.CancelledError, OSError, ValueError):
            await ended(starting)
            await ended(asyncio.create_task(_end(starting.result())))
        raise
    except (OSError, ValueError) as error:
        raise _not_started(words[0], error) from None


@contextmanager
def _fed(feed: bytes) -> Iterator[IO[bytes]]:
    """Give a file with *feed* in it, to be read from its beginning."""
    with tempfile.TemporaryFile() as file:
        file.write(feed)
        file.seek(0)
        yield file


def _not_started(program: str, error: Exception) -> ProgramError:
    reason = (getattr(error, "strerror", None) or "the system refused").lower()
    return ProgramError(f"{safe_text(program, 80)} cannot be started ({safe_text(reason, 80)})")


async def _listen(output: BinaryIO, hear: Callable[[bytes], None]) -> None:
    loop, reader = asyncio.get_running_loop(), asyncio.StreamReader(limit=_CHUNK)
    transport, _ = await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), output)
    try:
        while data := await reader.read(_CHUNK):
            hear(data)
    finally:
        transport.close()


async def _end(process: Process) -> None:
    """End a program and all it started, asking first."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, number)
        with suppress(TimeoutError):
            await asyncio.wait_for(process.wait(), GRACE)
