"""A request's body: read in pieces, and never more of it than may be; hashed on the way."""

import asyncio
import hashlib
from contextlib import suppress

from starlette.requests import ClientDisconnect, Request

from musetui.bus import refusals
from musetui.bus.settings import Limits

_DRAIN_BYTES = 32 * 1_024 * 1_024
_DRAIN_SECONDS = 3.0
"""How much is still taken from one who was refused. A client that is cut off while it sends may lose the answer."""


class Room:
    """The memory of one process for bodies that are on their way in: before one is whole nobody knows who sends it."""

    def __init__(self, size: int) -> None:
        """Have room for *size* bytes."""
        self._left = size

    def take(self, size: int) -> None:
        """Take *size* bytes.

        Raises:
            RefusedRequestError: 503, if that much is not left.
        """
        if size > self._left:
            raise refusals.full()
        self._left -= size

    def give_back(self, size: int) -> None:
        """Give back *size* bytes that were taken."""
        self._left += size


class Body:
    """The body of one request, whatever its head says about it."""

    def __init__(self, request: Request, limits: Limits, room: Room) -> None:
        """Read the body of *request* within *limits*, as far as there is *room*."""
        self._request = request
        self._room = room
        self._limits = limits
        self._pieces = request.stream()
        declared = request.headers.get("content-length", "")
        self._declared_bytes = int(declared[:20]) if declared.isdigit() else 0

    async def read(self) -> tuple[bytes, str]:
        """Return the body, and the hash that a signature covers: SHA-256 in hex, "" of no body.

        Raises:
            RefusedRequestError: 408, 413, 415 or 503.
            ClientDisconnect: if the client went away.
        """
        limit = self._limits.body_bytes
        if self._request.headers.get("content-encoding", "identity").strip().lower() != "identity":
            raise refusals.encoded()
        if self._declared_bytes > limit:
            raise refusals.too_large(limit)
        body = bytearray()
        digest = hashlib.sha256()
        try:
            async with asyncio.timeout(self._limits.body_seconds):
                async for piece in self._pieces:
                    if len(body) + len(piece) > limit:
                        raise refusals.too_large(limit)
                    self._room.take(len(piece))
                    body += piece
                    digest.update(piece)
        except TimeoutError:
            raise refusals.too_slow(self._limits.body_seconds) from None
        finally:
            self._room.give_back(len(body))
        return bytes(body), digest.hexdigest() if body else ""

    async def drain(self) -> None:
        """Take what is still to come, within reason, and forget it."""
        if self._declared_bytes > _DRAIN_BYTES:
            return
        with suppress(TimeoutError, ClientDisconnect, RuntimeError):  # RuntimeError: it was read to its end
            async with asyncio.timeout(_DRAIN_SECONDS):
                left = _DRAIN_BYTES
                async for piece in self._pieces:
                    left -= len(piece)
                    if left < 0:
                        return
