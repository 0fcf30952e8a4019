"""The worker as seen from an event loop: started, asked, listened to and ended.

    async with CallGraphWorker(root) as worker:
        async for news in worker.news():
            match news:
                case GraphChange():
                    touched = graph.apply(news)
                case Scanned():
                    ...  # the graph is that of the tree as it was scanned
                case Failed():
                    ...  # show why; there will be no more news

The first scan is asked for at the start; `worker.scan()` asks for another one, at any time and as often as one likes.
"""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass, fields
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import orjson

from musetui.callgraph.cache import default_folder
from musetui.callgraph.edges import GraphChange
from musetui.callgraph.scan import Scanned
from musetui.callgraph.wire import WireError, unpack_change
from musetui.callgraph.worker import CHANGE, FRAME_LIMIT, READING, SCANNED

_PATIENCE = 2.0
"""Seconds in which the worker may end by itself."""

_PROGRAM = (
    "import sys; root = sys.argv[1]; root in sys.path or sys.path.insert(0, root); "
    "from musetui.callgraph.worker import main; main(sys.argv[2:])"
)
"""Finds musetui where this process has it, and, by `-P`, nothing in the current folder, which may be anybody's."""


@dataclass(frozen=True, slots=True)
class Reading:
    """How far a scan is.

    Attributes:
        done: files that were read.
        of: files that are to be read.
    """

    done: int
    of: int


@dataclass(frozen=True, slots=True)
class Failed:
    """There is no worker any more.

    Attributes:
        sentence: why, and what to do.
    """

    sentence: str


News = GraphChange | Reading | Scanned | Failed
"""What a worker has to tell."""


class CallGraphWorker:
    """A process of its own that keeps the call graph of one work tree up to date."""

    def __init__(self, root: Path, cache: Path | None = None) -> None:
        """Be ready to work.

        Args:
            root: the root of the work tree.
            cache: the folder where extractions are remembered; None for the user's own.
        """
        self._root = root
        self._cache = cache
        self._process: subprocess.Popen[bytes] | None = None
        self._reader = asyncio.StreamReader()
        self._transport: asyncio.ReadTransport | None = None
        self._refused = ""
        self._closed = False

    # Not by asyncio's own subprocesses: who is cancelled while one of those starts, as by the end of the app, leaves it
    # half made, and asyncio complains of it behind the end of the loop, or waits for it for ever (CPython 3.11).

    async def __aenter__(self) -> Self:
        process = self._start()
        if process is None:
            return self
        self.scan()
        try:
            loop = asyncio.get_running_loop()
            protocol = asyncio.StreamReaderProtocol(self._reader)
            self._transport, _ = await loop.connect_read_pipe(lambda: protocol, process.stdout)
        except BaseException:
            self._let_go(process)
            raise
        return self

    def _start(self) -> subprocess.Popen[bytes] | None:
        """Start the process; where the system refuses, remember why, and return None."""
        package_root = Path(__file__).parents[2]
        arguments = [str(package_root), str(self._root), str(self._cache or default_folder())]
        try:
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-c", _PROGRAM, *arguments],
                bufsize=0,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                # What a terminal sends to all in front of it is for the dashboard to answer.
                start_new_session=True,
            )
        except OSError as error:
            self._refused = (error.strerror or "the system refused").lower()
            return None
        assert self._process.stdin is not None
        os.set_blocking(self._process.stdin.fileno(), False)
        return self._process

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    @property
    def pid(self) -> int | None:
        """The worker's process id; None where there is none."""
        return self._process.pid if self._process is not None else None

    def scan(self) -> None:
        """Ask for a scan; where one is running, for one more after it."""
        # Where the pipe is full, nobody has read thousands of asks: one more would say nothing new.
        if self._process is not None and self._process.stdin is not None and not self._closed:
            with suppress(OSError):
                self._process.stdin.write(b"s")

    async def news(self) -> AsyncIterator[News]:
        """Yield what the worker tells, each a matter of milliseconds, until it is closed or a `Failed` came."""
        if self._process is None:
            yield Failed(f"calls cannot be followed ({self._refused}): free some memory, and start again")
            return
        while True:
            try:
                size = int.from_bytes(await self._reader.readexactly(4), "big")
                if size > FRAME_LIMIT:
                    raise WireError("a frame that is too long")
                news = _decoded(await self._reader.readexactly(size))
            except asyncio.IncompleteReadError:
                if not self._closed:
                    yield Failed(await self._why_it_ended())
                return
            except WireError:
                self._kill()
                yield Failed("calls are no longer followed: what the reader of sources says means nothing; start again")
                return
            yield news
            await asyncio.sleep(0)  # much may lie ready: let others have their turn in between

    async def close(self) -> None:
        """End the worker; it is gone when this returns, or is cancelled."""
        if self._process is None or self._closed:
            return
        self._closed = True
        if self._process.stdin is not None:
            self._process.stdin.close()
        try:
            await asyncio.wait_for(self._ended(self._process), _PATIENCE)
        except TimeoutError:
            pass
        finally:
            self._let_go(self._process)

    async def _ended(self, process: subprocess.Popen[bytes]) -> int:
        """Wait for the end, and return the exit code."""
        return await asyncio.to_thread(process.wait)

    def _let_go(self, process: subprocess.Popen[bytes]) -> None:
        """Kill it if it is still there, and close what leads to it. It takes no longer than the system does."""
        self._closed = True
        self._kill()
        process.wait()
        if process.stdin is not None:
            process.stdin.close()
        if self._transport is not None:
            self._transport.close()
        elif process.stdout is not None:
            process.stdout.close()

    def _kill(self) -> None:
        if self._process is not None:
            self._process.kill()

    async def _why_it_ended(self) -> str:
        code = await self._ended(self._process) if self._process is not None else 0
        try:
            reason = signal.Signals(-code).name if code < 0 else f"status {code}"
        except ValueError:
            reason = f"signal {-code}"
        return f"calls are no longer followed: the reader of sources ended ({reason}); start the dashboard again"


_SCANNED = tuple(field.name for field in fields(Scanned))


def _decoded(frame: bytes) -> News:
    """Return the news in *frame*.

    Raises:
        WireError: if it holds none.
    """
    try:
        ((key, content),) = orjson.loads(frame).items()
    except (ValueError, TypeError, AttributeError):
        raise WireError("not a frame") from None
    if key == CHANGE:
        return unpack_change(content)
    if key == READING and _are_counts(content, 2):
        return Reading(*content)
    if key == SCANNED and isinstance(content, list) and content:
        *counts, seconds = content
        if _are_counts(counts, len(_SCANNED) - 1) and isinstance(seconds, float):
            return Scanned(**dict(zip(_SCANNED, content, strict=True)))
    raise WireError("not a frame")


def _are_counts(values: Any, length: int) -> bool:
    return (
        isinstance(values, list) and len(values) == length and all(type(each) is int and each >= 0 for each in values)
    )
