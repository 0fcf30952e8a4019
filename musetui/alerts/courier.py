"""The courier: brings notices to whom they are for, by each way that their rule says."""

import asyncio
import json
from collections.abc import Callable, Coroutine, Mapping
from pathlib import Path
from typing import Any, Protocol

from musetui.alerts.notice import Notice
from musetui.alerts.terminal_notice import BELL, desktop_notice
from musetui.alerts.ways import NOTICES, Way
from musetui.errors import MuseTuiError
from musetui.placeholders import fill
from musetui.records.text import safe_text

COMMAND_SECONDS = 10.0
"""The time of an alert's command."""

AT_A_TIME = 4
"""Commands and posts under way at once; others wait their turn."""

_OUTPUT_LIMIT = 2_000
"""Bytes of a command's output that are looked at, if it fails."""


class Face(Protocol):
    """Where a person is: a dashboard, or a terminal with lines in it."""

    @property
    def in_front(self) -> bool | None:
        """Whether the person is looking at it; None where that is not known."""

    def toast(self, notice: Notice) -> None:
        """Show a notice."""

    def ring(self, sequence: str) -> None:
        """Write a control sequence to the terminal."""

    def complain(self, sentence: str) -> None:
        """Show what went wrong; safe text."""


class Courier:
    """Delivers on a running event loop. To be closed with `aclose`.

    Args:
        face: where the person is.
        repository: the root of the repository, for commands.
        environment: which terminal it is, and what commands find.
        defect: told of a mistake of ours.
    """

    def __init__(
        self, face: Face, repository: Path, environment: Mapping[str, str], defect: Callable[[Exception], None]
    ) -> None:
        self._face = face
        self._repository = repository
        self._environment = environment
        self._defect = defect
        self._turns = asyncio.Semaphore(AT_A_TIME)
        self._under_way: set[asyncio.Task[None]] = set()

    def deliver(self, notice: Notice) -> None:
        """Deliver *notice*; what takes time goes on by itself."""
        rule = notice.rule
        if Way.TOAST in rule.ways:
            self._face.toast(notice)
        if Way.BELL in rule.ways:
            self._face.ring(BELL)
        for way in NOTICES:
            if way in rule.ways and (rule.in_front or not self._face.in_front):
                self._face.ring(desktop_notice(notice.title, notice.below_title, self._environment, way))
        if rule.command:
            self._begin(notice, self._run(notice))
        if rule.webhook:
            self._begin(notice, self._post(notice))

    async def aclose(self) -> None:
        """End what is under way."""
        tasks = tuple(self._under_way)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _begin(self, notice: Notice, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(self._do(notice, work))
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)

    async def _do(self, notice: Notice, work: Coroutine[Any, Any, None]) -> None:
        try:
            async with self._turns:
                await work
        except MuseTuiError as error:
            self._face.complain(f"The alert {notice.title!r} did not get through: {safe_text(error, 300)}.")
        except Exception as error:
            self._defect(error)
        finally:
            work.close()

    async def _run(self, notice: Notice) -> None:
        from musetui.programs import run_program

        said = bytearray()

        def hear(data: bytes) -> None:
            said.extend(data[: _OUTPUT_LIMIT - len(said)])

        fields = {
            "title": notice.title,
            "text": notice.text,
            "count": str(notice.count),
            "event": notice.news[0].kind.value if notice.news else "",
            "rule": notice.rule.name or notice.title,
            "repo": str(self._repository),
        }
        words, home = fill(notice.rule.command, fields), Path(self._environment.get("HOME") or "/")
        ended = await run_program(
            words,
            folder=home if home.is_dir() else Path("/"),
            environment={**self._environment, **{f"ALERT_{name.upper()}": text for name, text in fields.items()}},
            hear=hear,
            feed=json.dumps(notice.fields()).encode() + b"\n",
            seconds=COMMAND_SECONDS,
        )
        name = safe_text(words[0], 60)
        if ended.was_late:
            raise MuseTuiError(f"{name} took more than {COMMAND_SECONDS:g} s, and was ended")
        if ended.code:
            first = next((line for line in said.decode(errors="replace").splitlines() if line.strip()), "")
            raise MuseTuiError(
                f"{name} ended with {ended.code}{f' and said {safe_text(first, 120)!r}' if first else ''}"
            )

    async def _post(self, notice: Notice) -> None:
        from musetui.alerts.webhook import post, webhook_address

        await post(webhook_address(notice.rule.webhook, self._environment), notice.fields())
