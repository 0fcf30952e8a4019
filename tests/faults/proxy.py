"""The worst of networks before a hub: a real proxy on loopback that does to each connection what it will."""

import asyncio
import gzip
import random
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

FINE = "fine"
FAULTS = (
    "refused",
    "reset in the request",
    "reset in the answer",
    "cut in the answer",
    "drips",
    "silent",
    "garbage",
    "wrong length",
    "error 500",
    "later 429",
    "elsewhere 302",
    "a page for people",
    "without end",
    "a bomb",
)

_CANNED = {
    "garbage": b"\x16\x03\x01\x00\xff\x00\x00 what is this\r\n\r\n",
    "wrong length": b'HTTP/1.1 200 OK\r\nContent-Length: 4000\r\n\r\n{"records": [',
    "error 500": b"HTTP/1.1 500 Oh\r\nContent-Length: 0\r\n\r\n",
    "later 429": b"HTTP/1.1 429 Later\r\nRetry-After: 0\r\nContent-Length: 0\r\n\r\n",
    "elsewhere 302": b"HTTP/1.1 302 There\r\nLocation: http://127.0.0.1:1/steal\r\nContent-Length: 0\r\n\r\n",
    "a page for people": b"HTTP/1.1 200 OK\r\nContent-Length: 26\r\n\r\n<html>please log in</html>",
}


def _bomb() -> bytes:
    packed = gzip.compress(b"[" * 20_000_000, 9)
    return b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n%s" % (len(packed), packed)


class Proxy:
    """Stands before a hub.

    Args:
        port: the hub's.
        dice: decide what befalls a connection.

    Attributes:
        port: its own.
        is_fair: whether it lets all pass.
        done: what befell how many connections.
    """

    def __init__(self, port: int, dice: random.Random) -> None:
        self._hub = port
        self._dice = dice
        self.port = 0
        self.is_fair = False
        self.done: Counter[str] = Counter()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Do something to a connection."""
        fault = FINE if self.is_fair or self._dice.random() < 0.3 else self._dice.choice(FAULTS)
        self.done[fault] += 1
        with suppress(OSError, asyncio.IncompleteReadError):
            await self._do(fault, reader, writer)
        writer.transport.abort() if fault.startswith("reset") else writer.close()

    async def _do(self, fault: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if fault == "refused":
            return
        if fault == "reset in the request":
            await reader.readexactly(self._dice.randint(1, 300))
        elif fault in _CANNED or fault in ("without end", "a bomb", "silent"):
            await reader.readuntil(b"\r\n\r\n")
            if fault == "silent":
                await reader.read()  # until the client has lost its patience
            elif fault == "without end":
                writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n")
                while not writer.is_closing():
                    writer.write(b"[" * 65_536)
                    await writer.drain()
            else:
                writer.write(_bomb() if fault == "a bomb" else _CANNED[fault])
                await writer.drain()
        else:
            await self._pass(fault, reader, writer)

    async def _pass(self, fault: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        from_hub, to_hub = await asyncio.open_connection("127.0.0.1", self._hub)
        left = self._dice.randint(1, 400) if fault.endswith("in the answer") else None
        asking = asyncio.create_task(_pipe(reader, to_hub))
        try:
            while data := await from_hub.read(40 if fault == "drips" else 65_536):
                writer.write(data[:left])
                await writer.drain()
                if fault == "drips":
                    await asyncio.sleep(0.001)
                if left is not None and (left := left - len(data)) <= 0:
                    return
        finally:
            asking.cancel()
            to_hub.close()


async def _pipe(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while data := await reader.read(65_536):
            writer.write(data)
            await writer.drain()


@asynccontextmanager
async def before_hub(port: int, seed: int) -> AsyncIterator[Proxy]:
    """Run a proxy before the hub at *port*."""
    proxy = Proxy(port, random.Random(seed))
    server = await asyncio.start_server(proxy.serve, "127.0.0.1", 0)
    proxy.port = server.sockets[0].getsockname()[1]
    try:
        yield proxy
    finally:
        server.close()
