"""The server: every request passes the door; a page has its own dashboard, for as long as it is open."""

import asyncio
import socket
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

import textual_serve
from aiohttp import web
from textual_serve.server import Server

from musetui.web.door import Door, Knock, Verdict
from musetui.web.page import GREETING, SCRIPT, dashboard_page, policy
from musetui.web.session import Session, size_of

SESSIONS_LIMIT = 16
"""Pages that may be open at the same time, each a process of some 60 MB."""

COOKIE = "musetui"
"""Followed by the port: a browser sends the cookies of one host to all its ports."""

_FONT_SIZE = 16

_LAST_ANSWERS = 8.0
"""Seconds that dashboards have to end, when the server does."""

_REFUSALS = {
    Verdict.STRANGER: (401, "Open the whole address that `musetui serve` printed, with its token."),
    Verdict.WRONG_HOST: (421, "This is not a name that the dashboard is known by: see `musetui serve --public-url`."),
    Verdict.WRONG_PAGE: (403, "Another site's page cannot open the dashboard."),
}

_Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class WebServer(Server):
    """Serves dashboards.

    Args:
        words: what `musetui` is run with for each page.
        door: who may come in.
        port: where it listens; part of the cookie's name.
        title: the name of the tab.
        say: told what a dashboard had to say at its end, a safe line each.
        is_secure: whether pages reach it by https.
    """

    def __init__(
        self,
        words: Sequence[str],
        door: Door,
        port: int,
        title: str,
        *,
        say: Callable[[str], None],
        is_secure: bool = False,
    ) -> None:
        super().__init__("musetui", title=title)
        self._words = words
        self._door = door
        self._cookie = f"{COOKIE}-{port}"
        self._say = say
        self._is_secure = is_secure
        self._sockets: set[web.WebSocketResponse] = set()

    async def make_app(self) -> web.Application:
        """Return what answers requests."""

        @web.middleware
        async def guard(request: web.Request, handler: _Handler) -> web.StreamResponse:
            return await self._guard(request, handler)

        app = web.Application(middlewares=[guard])
        statics = Path(textual_serve.__file__).parent / "static"
        app.add_routes(
            [
                web.get("/", self._page),
                web.get("/page.js", self._script),
                web.get("/ws", self._socket),
                web.get("/download/{key}", self.handle_download),
                web.static("/static", statics),
            ]
        )
        app.on_shutdown.append(self._close_all)
        return app

    async def _guard(self, request: web.Request, handler: _Handler) -> web.StreamResponse:
        knock = Knock(
            host=request.headers.get("Host", ""),
            origin=request.headers.get("Origin", ""),
            token=request.query.get("token", ""),
            cookie=request.cookies.get(self._cookie, ""),
            is_socket=request.path == "/ws" or "Upgrade" in request.headers,
        )
        verdict = self._door.judge(knock)
        if verdict is Verdict.GREET:
            return self._greet()
        if verdict is not Verdict.WELCOME:
            status, sentence = _REFUSALS[verdict]
            return _guarded(web.Response(status=status, text=f"{sentence}\n"), "")
        try:
            response = await handler(request)
        except web.HTTPException as refusal:  # no such page, or a method we do not know
            response = web.Response(status=refusal.status, text=f"{refusal.reason}\n")
        return response if response.prepared else _guarded(response, knock.host)

    def _greet(self) -> web.Response:
        response = web.Response(text=GREETING, content_type="text/html")
        response.set_cookie(
            self._cookie, self._door.session, path="/", httponly=True, samesite="Strict", secure=self._is_secure
        )
        _guarded(response, "")
        return response

    async def _page(self, request: web.Request) -> web.Response:
        scheme = "wss" if self._is_secure else "ws"
        size = request.query.get("fontsize", "")
        font_size = int(size) if size.isascii() and size.isdigit() and 6 <= int(size[:3]) <= 72 else _FONT_SIZE
        page = dashboard_page(self.title, f"{scheme}://{request.host}/ws", font_size)
        return web.Response(text=page, content_type="text/html")

    async def _script(self, _request: web.Request) -> web.Response:
        return web.Response(text=SCRIPT, content_type="text/javascript")

    async def _socket(self, request: web.Request) -> web.StreamResponse:
        if len(self._sockets) >= SESSIONS_LIMIT:
            return web.Response(status=503, text=f"{SESSIONS_LIMIT} pages are open: close one.\n")
        page = web.WebSocketResponse(heartbeat=15)
        self._sockets.add(page)
        try:
            await page.prepare(request)
            size = size_of(request.query.get("width"), request.query.get("height"))
            await Session(self._words, page, self.download_manager, size, self._say).run_until_closed()
        finally:
            self._sockets.discard(page)
            await page.close()
        return page

    async def _close_all(self, _app: web.Application) -> None:
        await asyncio.gather(*(page.close(code=1001) for page in tuple(self._sockets)), return_exceptions=True)


async def serve(server: WebServer, bound: socket.socket, stopping: asyncio.Event, started: Callable[[], None]) -> None:
    """Serve until *stopping* is set; when this returns, no page has a dashboard any more.

    Args:
        server: what to serve.
        bound: where it listens; closed at the end.
        stopping: ends it.
        started: called once requests are answered.
    """
    runner = web.AppRunner(await server.make_app(), access_log=None, shutdown_timeout=_LAST_ANSWERS)
    await runner.setup()
    try:
        await web.SockSite(runner, bound).start()
        started()
        await stopping.wait()
    finally:
        await runner.cleanup()
        bound.close()


def _guarded(response: web.StreamResponse, host: str) -> web.StreamResponse:
    """Return *response* with what keeps a browser from doing more with it than it is for."""
    response.headers.update(
        {
            "Content-Security-Policy": policy(host) if host else "default-src 'none'",
            "Cross-Origin-Opener-Policy": "same-origin",
            "Cross-Origin-Resource-Policy": "same-origin",
            "Referrer-Policy": "no-referrer",
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "no-store",
        }
    )
    return response
