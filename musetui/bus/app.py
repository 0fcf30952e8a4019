"""The hub as an ASGI app: its addresses, and what becomes of errors."""

import time
from collections.abc import Awaitable, Callable
from http import HTTPStatus

from sqlalchemy.exc import DatabaseError
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp

from musetui.bus import refusals
from musetui.bus.database import TROUBLES, trouble_of
from musetui.bus.endpoints import Endpoints, json_response, refusal_response
from musetui.bus.hub import Hub
from musetui.bus.log import Log, Logged
from musetui.bus.refusals import RefusedRequestError
from musetui.bus.sqlite_file import LostFileError

RECORDS_PATH = "/api/v1/repos/{owner}/{slug}/coordination/records"


def make_app(hub: Hub, log: Log) -> ASGIApp:
    """Return the app that serves *hub* and logs in *log*."""
    endpoints = Endpoints(hub)
    routes = [
        Route(RECORDS_PATH, endpoints.records, methods=["GET", "POST"]),
        Route("/healthz", endpoints.health),
        Route("/openapi.json", endpoints.openapi),
    ]
    in_trouble = dict.fromkeys((DatabaseError, *TROUBLES), _warning_of_trouble(log))
    app = Starlette(routes=routes, exception_handlers={**_HANDLERS, **in_trouble, LostFileError: _warning_once(log)})
    app.router.redirect_slashes = False  # no client of a hub follows a redirect
    return Logged(app, log)


async def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, RefusedRequestError)
    return refusal_response(error)


def _warning_of_trouble(log: Log) -> Callable[[Request, Exception], Awaitable[Response]]:
    """Return what answers while the database is in trouble; the log tells of each kind now and then."""
    told: tuple[str, float] = "", 0.0

    async def answer(request: Request, error: Exception) -> Response:
        nonlocal told
        reason, now = trouble_of(error), time.monotonic()
        if reason is None:
            raise error  # a defect: what was asked of the database means nothing
        if reason != told[0] or now - told[1] > _TOLD_SECONDS:
            told = reason, now
            log.warning(f"the database does not answer ({reason})")
        return await _refused(request, refusals.unavailable())

    return answer


def _warning_once(log: Log) -> Callable[[Request, Exception], Awaitable[Response]]:
    """Return what answers when the database's file is lost, which the log tells once, not once a request."""
    told = False

    async def answer(request: Request, error: Exception) -> Response:
        nonlocal told
        if not told:
            told = True
            log.warning(str(error))
        return await _refused(request, refusals.lost())

    return answer


async def _no_such_thing(request: Request, error: Exception) -> Response:
    """Answer for an address that is none, or a method that it does not know."""
    assert isinstance(error, HTTPException)
    if error.status_code == HTTPStatus.NOT_FOUND:
        sentence, status = "there is nothing at this address: /openapi.json says what there is", "no_address"
    else:
        sentence, status = "this address does not know that method: /openapi.json says which it does", "no_method"
    return json_response({"error": sentence, "status": status}, error.status_code, dict(error.headers or {}))


async def _gone(request: Request, error: Exception) -> Response:
    return Response(status_code=499)  # nobody is there to read it; the log shows that they went


async def _defect(request: Request, error: Exception) -> Response:
    return json_response({"error": "a defect of the hub: its log says more", "status": "defect"}, 500)


_TOLD_SECONDS = 60.0
"""Seconds after which the same trouble is told again, if it is still there."""

_HANDLERS = {
    Exception: _defect,
    RefusedRequestError: _refused,
    HTTPException: _no_such_thing,
    ClientDisconnect: _gone,
}
