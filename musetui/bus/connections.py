"""The connections of one process: how many there may be, and how long each may take to say what it wants.

uvicorn bounds the silence between two requests and nothing else: who opens a connection and sends a byte now and then
would keep it for ever. So whenever nothing is being answered, a clock runs. (While something is, others do: a body's,
and a wait's.) Another one runs while an answer is given and not taken yet: else who never reads would keep it in
memory for ever, since a connection that is closed is first emptied.
"""

import asyncio
from typing import Any

from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.config import Config
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.server import ServerState

from musetui.bus.endpoints import refusal_response
from musetui.bus.refusals import crowded
from musetui.bus.settings import Limits


class Connections(ServerState):
    """What the connections of one process share.

    Attributes:
        limits: how many there may be, and how long each may take.
        crowded_app: answers on those that are too many.
        is_closing: whether no more are taken.
        untaken: those with an answer that is not taken yet.
    """

    def __init__(self, limits: Limits) -> None:
        """Begin without any."""
        super().__init__()
        self.limits = limits
        self.crowded_app: ASGIApp = say_it_is_crowded
        self.is_closing = False
        self.untaken: set[Connection] = set()

    def unsent(self) -> int:
        """Return the bytes of all answers that are not taken yet."""
        return sum(connection.unsent() for connection in self.untaken)


class Connection(H11Protocol):
    """One connection."""

    server_state: Connections

    def __init__(
        self,
        config: Config,
        server_state: Connections,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        """As uvicorn makes one."""
        super().__init__(config, server_state, app_state, _loop)
        self._deadline: asyncio.TimerHandle | None = None
        self._taking: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn's own
        """Take a connection."""
        super().connection_made(transport)
        if self.server_state.is_closing:
            self.shutdown()  # it was on its way in while all others were told
            return
        if len(self.connections) > self.server_state.limits.connections:
            self.app = self.server_state.crowded_app
        self._watch()

    def data_received(self, data: bytes) -> None:
        """Take a piece of a request."""
        super().data_received(data)
        self._watch()

    def connection_lost(self, exc: Exception | None) -> None:
        """It is gone."""
        self._stop_the_clock()
        self._is_taken()
        super().connection_lost(exc)

    def on_response_complete(self) -> None:
        """All of an answer is on its way."""
        if self._taking is None and self.unsent():
            self.server_state.untaken.add(self)
            self._see_it_taken(self.loop.time() + self.server_state.limits.answer_seconds)
        super().on_response_complete()

    def unsent(self) -> int:
        """Return the bytes of an answer that are not taken yet."""
        return self.transport.get_write_buffer_size()

    def _watch(self) -> None:
        """Have a clock run while nothing is being answered; what comes meanwhile does not set it back."""
        if self.cycle is not None and not self.cycle.response_complete:
            self._stop_the_clock()
        elif self._deadline is None:
            self._deadline = self.loop.call_later(self.server_state.limits.head_seconds, self.transport.close)

    def _see_it_taken(self, ends_at: float) -> None:
        """Have some of what is still to be taken be taken in time, and all of it until a moment."""
        seconds = min(self.server_state.limits.stall_seconds, ends_at - self.loop.time())
        self._taking = self.loop.call_later(seconds, self._look_at_what_is_left, self.unsent(), ends_at)

    def _look_at_what_is_left(self, left: int, ends_at: float) -> None:
        if not self.unsent():
            self._is_taken()
        elif self.unsent() >= left or self.loop.time() >= ends_at:
            self.transport.abort()
        else:
            self._see_it_taken(ends_at)

    def _is_taken(self) -> None:
        self.server_state.untaken.discard(self)
        if self._taking is not None:
            self._taking.cancel()
            self._taking = None

    def _stop_the_clock(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None


async def say_it_is_crowded(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer any request with 503."""
    await refusal_response(crowded())(scope, receive, send)
