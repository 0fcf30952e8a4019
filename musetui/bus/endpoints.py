"""The hub's HTTP interface: push, pull and wait at one address; health; its own description."""

import asyncio
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from pydantic_core import to_json
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from starlette.requests import Request
from starlette.responses import Response

from musetui.bus import refusals
from musetui.bus.access import identify
from musetui.bus.arrivals import read_push
from musetui.bus.body import Body
from musetui.bus.description import describe
from musetui.bus.doorbell import Listener
from musetui.bus.hub import Hub
from musetui.bus.pages import Question
from musetui.bus.refusals import RefusedRequestError
from musetui.bus.settings import LONGEST_WAIT, USUAL_PAGE, Limits
from musetui.records.kinds import Kind

HIGHEST_ID = 2**63 - 1
_HEALTH_SECONDS = 5.0
_WHOLE = re.compile(r"[0-9]{1,19}\Z")
_NUMBER = re.compile(r"-?[0-9]{1,20}(\.[0-9]{1,400})?([eE][+-]?[0-9]{1,4})?\Z")
"""As JSON writes numbers; longer than any that a program writes, and short enough to be read at once."""


class Endpoints:
    """What answers, for one hub."""

    def __init__(self, hub: Hub) -> None:
        """Answer for *hub*."""
        self._hub = hub
        self._description = to_json(describe(hub.settings.limits))
        self._checking: asyncio.Task[None] | None = None

    async def records(self, request: Request) -> Response:
        """Push (POST) or pull (GET)."""
        body = Body(request, self._hub.settings.limits, self._hub.room)
        try:
            return await (self._push if request.method == "POST" else self._pull)(request, body)
        except RefusedRequestError:
            await body.drain()
            raise

    async def _push(self, request: Request, body: Body) -> Response:
        caller = await identify(self._hub, request, body)
        repository = caller.writable()
        arrivals = read_push(caller.body, self._hub.settings.limits)
        params = request.path_params
        appended = await self._hub.push(repository or (params["owner"], params["slug"]), arrivals)
        return json_response({"inserted": appended.inserted, "skipped": appended.skipped})

    async def _pull(self, request: Request, body: Body) -> Response:
        caller = await identify(self._hub, request, body)
        repository = caller.readable()
        question = _question(request, self._hub.settings.limits)
        seconds = _wait(request)
        if not seconds:
            page = await self._hub.look(repository, question)
        else:
            with (
                self._hub.doorbell.listen(repository.id, question.kinds) as listener,
                _leaving_with_its_client(request, listener),
            ):
                reader = caller.handle, caller.standing.key
                page = await self._hub.wait(repository, question, listener, seconds, reader)
        return Response(page.body, media_type="application/json")

    async def health(self, request: Request) -> Response:
        """Say whether the database answers. Nobody is counted who asks, so all who do share one look."""
        if self._checking is None or self._checking.done():
            self._checking = asyncio.create_task(self._check())
        try:
            await asyncio.shield(self._checking)
        except (SQLAlchemyError, OSError):
            raise refusals.unavailable() from None
        return json_response({"status": "ok"})

    async def _check(self) -> None:
        async with asyncio.timeout(_HEALTH_SECONDS), self._hub.database.reading() as connection:
            await connection.execute(text("SELECT 1"))

    async def openapi(self, request: Request) -> Response:
        """Describe all this."""
        return Response(self._description, media_type="application/json")


def json_response(value: Any, code: int = 200, headers: dict[str, str] | None = None) -> Response:
    """Return *value* as JSON."""
    return Response(to_json(value), code, headers, "application/json")


def refusal_response(refusal: RefusedRequestError) -> Response:
    """Return the answer that *refusal* is."""
    return json_response({"error": str(refusal), "status": refusal.status}, refusal.code, refusal.headers)


@contextmanager
def _leaving_with_its_client(request: Request, listener: Listener) -> Iterator[None]:
    """Have *listener* leave when its client hangs up, so that those who come again and again do not pile up."""

    async def watch() -> None:
        while (await request.receive())["type"] != "http.disconnect":
            pass
        listener.leave()

    watching = asyncio.create_task(watch())
    try:
        yield
    finally:
        watching.cancel()


def _question(request: Request, limits: Limits) -> Question:
    return Question(
        since_id=_whole(request, "since_id", 0, 0, HIGHEST_ID),
        limit=_whole(request, "limit", min(USUAL_PAGE, limits.page), 1, limits.page),
        kinds=_kinds(request),
    )


def _whole(request: Request, name: str, usual: int, least: int, most: int) -> int:
    said = request.query_params.get(name)
    if said is None:
        return usual
    if not _WHOLE.match(said) or not least <= int(said) <= most:
        raise refusals.wrong(name, f"write a whole number from {least} to {most}")
    return int(said)


def _wait(request: Request) -> float:
    said = request.query_params.get("wait", "0")
    if not _NUMBER.match(said) or not 0 <= float(said) <= LONGEST_WAIT:
        raise refusals.wrong("wait", f"write seconds from 0 to {LONGEST_WAIT:g}")
    return float(said)


def _kinds(request: Request) -> frozenset[str]:
    """Return the kinds asked for, each in its own `kinds=`, or with commas between them; none for all."""
    kinds = frozenset(kind for said in request.query_params.getlist("kinds") for kind in said.split(","))
    if not kinds <= set(Kind):
        raise refusals.wrong("kinds", f"the kinds are {', '.join(Kind)}")
    return kinds
