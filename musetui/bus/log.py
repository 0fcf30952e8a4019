"""The log: one line of JSON a request, and one for every defect. No key and no signature ever comes near it."""

import json
import time
import traceback
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TextIO

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from musetui.records.text import safe_text


class Log:
    """Lines of JSON in a stream."""

    def __init__(self, stream: TextIO, *, quiet: bool = False) -> None:
        """Write to *stream*; nothing but defects, if *quiet*."""
        self._stream = stream
        self._quiet = quiet

    def request(self, scope: Scope, status: int, seconds: float, sent: int) -> None:
        """A request was answered with *status*, after *seconds*, with *sent* bytes."""
        if not self._quiet:
            self._write(
                method=safe_text(scope["method"], 20),
                path=safe_text(scope["path"], 300),
                status=status,
                ms=round(seconds * 1_000, 1),
                handle=scope.get("state", {}).get("handle", "-"),
                bytes=sent,
            )

    def defect(self, error: BaseException) -> None:
        """Something failed that should not have been possible."""
        frames = traceback.extract_tb(error.__traceback__)[-12:]
        self._write(
            defect=type(error).__name__,
            says=safe_text(error, 500),
            where=[f"{Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in frames],
        )

    def warning(self, sentence: str) -> None:
        """The server met something odd."""
        if not self._quiet:
            self._write(warning=safe_text(sentence, 500))

    def _write(self, **fields: object) -> None:
        line = json.dumps({"at": datetime.now(UTC).isoformat(timespec="milliseconds"), **fields})
        with suppress(OSError, ValueError):  # a log that nobody takes stops no hub
            self._stream.write(line + "\n")
            self._stream.flush()


class Logged:
    """An app whose every request is logged, and every defect, which then goes no further."""

    def __init__(self, app: ASGIApp, log: Log) -> None:
        """Log what *app* does in *log*."""
        self._app = app
        self._log = log

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        begun, status, sent = time.perf_counter(), 0, 0

        async def count(message: Message) -> None:
            nonlocal status, sent
            if message["type"] == "http.response.start":
                status = message["status"]
            elif message["type"] == "http.response.body":
                sent += len(message.get("body", b""))
            await send(message)

        try:
            await self._app(scope, receive, count)
        except Exception as error:
            self._log.defect(error)
        finally:
            self._log.request(scope, status, time.perf_counter() - begun, sent)
