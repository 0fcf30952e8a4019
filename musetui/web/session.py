"""A session: the dashboard of one page, a process of its own that ends with the page."""

import asyncio
import json
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

from aiohttp import WSMsgType, web
from textual_serve.app_service import AppService
from textual_serve.download_manager import DownloadManager

from musetui.records.text import safe_text

WIDEST, HIGHEST = 1_000, 500
"""Cells of a terminal, whatever a page says."""

_PATIENCE = 5.0
"""Seconds in which a dashboard may end by itself."""

_LAST_WORDS = 8_192
"""Bytes of what a dashboard says at its end."""

_PROGRAM = (
    "import sys; root = sys.argv.pop(1); root in sys.path or sys.path.insert(0, root); "
    "from musetui.cli import main; sys.exit(main())"
)
"""Finds musetui where this process has it, and, by `-P`, nothing in the current folder, which may be anybody's."""


class Session(AppService):
    """Runs `musetui` with *words*, and passes on what it paints and what is typed.

    Args:
        words: the words of the command line.
        socket: the page.
        downloads: hands files over to browsers.
        size: the cells of the page's terminal, in width and height.
        say: told what the dashboard had to say at its end, a safe line each.
    """

    def __init__(
        self,
        words: Sequence[str],
        socket: web.WebSocketResponse,
        downloads: DownloadManager,
        size: tuple[int, int],
        say: Callable[[str], None],
    ) -> None:
        super().__init__(
            "musetui",
            write_bytes=socket.send_bytes,
            write_str=socket.send_str,
            close=self._close,
            download_manager=downloads,
        )
        self._words = words
        self._socket = socket
        self._first_size = size
        self._say = say

    async def _close(self) -> None:
        await self._socket.close()

    async def run_until_closed(self) -> None:
        """Run until the dashboard or the page ends; when this returns, there is no process any more."""
        await self.start(*self._first_size)
        assert self._task is not None
        assert self._process is not None
        process, ended = self._process, asyncio.create_task(self._close_after(self._task))
        listening = asyncio.create_task(self._listen())
        try:
            await self._pass_on()
        finally:
            with suppress(TimeoutError, ConnectionError):
                await asyncio.wait_for(self.stop(), _PATIENCE)
            with suppress(TimeoutError):
                await asyncio.wait_for(process.wait(), _PATIENCE)
            with suppress(ProcessLookupError):
                process.kill()
            await process.wait()
            ended.cancel()
            await listening

    async def _close_after(self, running: "asyncio.Task[None]") -> None:
        """Close the page when the dashboard has ended, whether or not it said so."""
        await asyncio.wait((running,))
        await self._close()

    async def _listen(self) -> None:
        """Tell the last that the dashboard said beside what it paints. The library would print it as it is."""
        said = b""
        while data := await self._errors.read(_LAST_WORDS):
            said = (said + data)[-_LAST_WORDS:]
        for line in said.decode(errors="replace").splitlines():
            self._say(safe_text(line, 400))

    async def _open_app_process(self, width: int = 80, height: int = 24) -> Process:
        # No shell, unlike the library's own way.
        root = str(Path(__file__).parents[2])
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-P", "-c", _PROGRAM, root, *self._words),
            stdin=PIPE,
            stdout=PIPE,
            stderr=PIPE,
            env=self._build_environment(width=width, height=height),
            # ctrl+c in the server's terminal is for the server, which then ends its sessions.
            start_new_session=True,
        )
        assert process.stderr is not None
        self._errors = process.stderr
        process.stderr = asyncio.StreamReader()
        process.stderr.feed_eof()
        self._process, self._stdin = process, process.stdin
        return process

    async def _pass_on(self) -> None:
        """Pass on what the page says, until it is closed."""
        async for message in self._socket:
            if message.type is WSMsgType.TEXT:
                await self._hear(message.data)

    async def _hear(self, text: str) -> None:
        """Hear one message of the page; one that means nothing is passed over."""
        try:
            kind, *values = json.loads(text)
            value = values[0] if values else None
        except (ValueError, TypeError, RecursionError):
            return
        if kind == "stdin" and isinstance(value, str):
            await self.send_bytes(value.encode(errors="replace"))
        elif kind == "resize" and isinstance(value, dict):
            await self.set_terminal_size(*size_of(value.get("width"), value.get("height")))
        elif kind == "ping":
            await self._socket.send_json(["pong", str(value)[:40]])
        elif kind == "focus":
            await self.focus()
        elif kind == "blur":
            await self.blur()


def size_of(width: object, height: object) -> tuple[int, int]:
    """Return the cells of a terminal in width and height that a page says it has, as far as that can be."""
    return _cells(width, 80, WIDEST), _cells(height, 24, HIGHEST)


def _cells(said: object, usual: int, most: int) -> int:
    try:
        return max(1, min(int(said), most)) if isinstance(said, int | str) else usual
    except ValueError:
        return usual
