"""A real browser for tests: headless Chromium, told what to do by its own DevTools protocol."""

import asyncio
import base64
import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import aiohttp
import pyte

EXECUTABLE = next((found for name in ("chromium", "chromium-browser") if (found := shutil.which(name))), None)

_FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--window-size=1600,1000",
    "--remote-debugging-port=0",
)
_SECONDS = 60.0
_COLUMNS, _LINES = 250, 80
"""More cells than a window of that size has."""


class Chromium:
    """One browser with one page. What the page's terminal was sent is read as a screen of text.

    Attributes:
        messages: what the browser itself complained of.
        is_open: whether the page has a connection to its dashboard.
    """

    def __init__(self, folder: Path) -> None:
        assert EXECUTABLE is not None
        self.messages: list[str] = []
        self.is_open = False
        self._folder = folder
        self._process = subprocess.Popen(
            [EXECUTABLE, *_FLAGS, f"--user-data-dir={folder}", "about:blank"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self._next_id = 0
        self._answers: dict[int, asyncio.Future[Any]] = {}
        self._screen = pyte.Screen(_COLUMNS, _LINES)
        self._stream = pyte.ByteStream(self._screen)

    async def __aenter__(self) -> Self:
        ends_at = asyncio.get_running_loop().time() + _SECONDS
        told = self._folder / "DevToolsActivePort"
        while not told.exists() or not told.read_text().strip():
            assert self._process.poll() is None, "the browser has ended"
            assert asyncio.get_running_loop().time() < ends_at, "the browser does not start"
            await asyncio.sleep(0.02)
        port = int(told.read_text().split()[0])
        self._http = aiohttp.ClientSession()
        async with self._http.get(f"http://127.0.0.1:{port}/json") as response:
            pages = [each for each in await response.json() if each["type"] == "page"]
        self._socket = await self._http.ws_connect(pages[0]["webSocketDebuggerUrl"], max_msg_size=0)
        self._reading = asyncio.create_task(self._read())
        for domain in ("Page", "Network", "Runtime", "Log"):
            await self.do(f"{domain}.enable")
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._reading.cancel()
        await self._http.close()
        self._process.kill()
        self._process.wait()

    async def do(self, method: str, **parameters: Any) -> Any:
        """Have the page do something of the protocol, and return what it answers."""
        self._next_id += 1
        answer = self._answers[self._next_id] = asyncio.get_running_loop().create_future()
        await self._socket.send_json({"id": self._next_id, "method": method, "params": parameters})
        return await asyncio.wait_for(answer, _SECONDS)

    async def ask(self, expression: str) -> Any:
        """Return what *expression* is in the page."""
        answer = await self.do("Runtime.evaluate", expression=expression, returnByValue=True)
        return answer["result"].get("value")

    async def type(self, key: str) -> None:
        """Press a key that is one character."""
        await self.do("Input.dispatchKeyEvent", type="keyDown", key=key, text=key)
        await self.do("Input.dispatchKeyEvent", type="keyUp", key=key)

    async def picture(self) -> bytes:
        """Return what the page looks like, as a PNG."""
        return base64.b64decode((await self.do("Page.captureScreenshot"))["data"])

    @property
    def text(self) -> str:
        """What stands in the page's terminal."""
        return "\n".join(line.rstrip() for line in self._screen.display)

    async def until(self, condition: Callable[[], object], what: str) -> None:
        """Wait until *condition* holds."""
        ends_at = asyncio.get_running_loop().time() + _SECONDS
        while not condition():
            said = f"waited in vain for {what}; the browser said {self.messages}, and shows:\n{self.text}"
            assert asyncio.get_running_loop().time() < ends_at, said
            await asyncio.sleep(0.02)

    async def _read(self) -> None:
        async for message in self._socket:
            told = json.loads(message.data)
            if "id" in told:
                future = self._answers.pop(told["id"])
                assert "error" not in told, told
                future.set_result(told["result"])
            elif told["method"] == "Network.webSocketFrameReceived":
                frame = told["params"]["response"]
                if frame["opcode"] == 2:
                    self._stream.feed(base64.b64decode(frame["payloadData"]))
            elif told["method"] in ("Network.webSocketCreated", "Network.webSocketClosed"):
                self.is_open = told["method"] == "Network.webSocketCreated"
            elif told["method"] == "Log.entryAdded":
                self.messages.append(told["params"]["entry"]["text"])
            elif told["method"] == "Runtime.exceptionThrown":
                self.messages.append(json.dumps(told["params"]["exceptionDetails"])[:400])
