"""`musetui watch`: what happens, a line each, for as long as somebody reads."""

import asyncio
import signal
import sys
from argparse import Namespace
from collections import deque
from collections.abc import Callable, Coroutine, Iterator, Sequence
from contextlib import contextmanager
from types import FrameType
from typing import TYPE_CHECKING, Any

from musetui.cli.failures import UsageError, report_defect
from musetui.cli.output import cells_of, flush, give_up, is_read, say, say_json_line
from musetui.cli.workspace import Workspace, open_workspace
from musetui.records.text import safe_text

if TYPE_CHECKING:
    from musetui.coordination.feed import FeedStatus
    from musetui.news.news import News
    from musetui.news.occurrence import Occurrence

TICK = 1.0
"""Seconds between looks at what only time brings: leases that run out, runs that fall silent, a reader that goes."""

_KIND_WIDTH, _WHO_WIDTH = 16, 18


def run_watch(args: Namespace) -> int:
    """Tell what happens in a repository until a signal comes, or nobody reads any more."""
    workspace = open_workspace(args)
    if args.pull:
        _check_pull(workspace)
    watch = _Watch(workspace, args)
    with _ending(watch.end) as ended_by:
        try:
            asyncio.run(watch.run())
        except _EndedError:
            give_up()
    return 128 + ended_by[0] if ended_by else 0


def _check_pull(workspace: Workspace) -> None:
    from musetui.hub.target import hub_address

    if workspace.settings.read_only:
        raise UsageError("--pull writes what it pulls, and read_only is set: leave one of them out")
    hub_address(workspace.settings)


class _EndedError(Exception):
    """A signal came while something was printed."""


@contextmanager
def _ending(end: Callable[[], None]) -> Iterator[list[int]]:
    """Have signals that end a program call *end*; give a list that then holds their numbers."""
    numbers: list[int] = []

    def hear(number: int, _frame: FrameType | None) -> None:
        numbers.append(number)
        end()

    before = {number: signal.signal(number, hear) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    try:
        yield numbers
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


class _Watch:
    """One watch on one repository."""

    def __init__(self, workspace: Workspace, args: Namespace) -> None:
        from musetui.news.kinds import USUAL, kinds_of

        self._repository, self._settings = workspace.repository, workspace.settings
        self._args = args
        self._wanted = kinds_of(name for names in args.only for name in names) or USUAL
        self._waiting: deque[Occurrence] = deque()
        self._trouble = ""
        self._is_over = False
        self._is_printing = False
        self._loop: asyncio.AbstractEventLoop | None = None
        self._news = asyncio.Event()

    def end(self) -> None:
        """End the watch; called from a signal's handler."""
        self._is_over = True
        if self._is_printing:
            raise _EndedError  # whoever reads may have paused, and would be waited for without end
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._news.set)

    async def run(self) -> None:
        """Watch until the end.

        Raises:
            BrokenPipeError: if nobody reads any more.
        """
        from musetui.swarm.thresholds import thresholds_of
        from musetui.tui.live import Live
        from musetui.tui.newswire import Newswire

        self._loop = asyncio.get_running_loop()
        self._live = live = Live(
            self._repository,
            thresholds=thresholds_of(self._settings),
            polling=self._settings.poll,
            on_defect=_tell_defect,
        )
        self._wire = Newswire(live, self._queue)
        live.on_status(self._hear_status)
        live.start()
        beside = [asyncio.create_task(_told(each)) for each in self._beside()]
        try:
            while not self._is_over:
                try:
                    await asyncio.wait_for(self._news.wait(), TICK)
                except TimeoutError:
                    live.advance()
                    if not is_read():
                        raise BrokenPipeError from None
                self._news.clear()
                self._print_waiting()
        finally:
            for task in beside:
                task.cancel()
            await asyncio.gather(*beside, return_exceptions=True)
            live.stop()

    def _beside(self) -> Iterator[Coroutine[Any, Any, None]]:
        """Yield what is to run beside the watch."""
        if self._args.pull:
            from dataclasses import replace

            from musetui.tui.exchange import Exchange

            def show() -> None:
                self._wire.hear_of_hub(exchange.status)

            exchange = Exchange(self._live, replace(self._settings, auto_push=False), _tell_trouble, show)
            yield exchange.run()
        if self._args.with_calls:
            from musetui.tui.calls import Calls

            yield Calls(self._live, _tell_trouble).run()

    def _queue(self, occurrences: "Sequence[Occurrence]") -> None:
        for occurrence in occurrences:
            if occurrence.kind in self._wanted and (self._args.initial or not occurrence.is_initial):
                self._waiting.append(occurrence)
                self._news.set()

    def _print_waiting(self) -> None:
        if not self._waiting:
            return
        self._is_printing = True
        while self._waiting:
            news = self._wire.teller.tell(self._waiting.popleft())
            if self._args.as_json:
                say_json_line(news.fields())
            else:
                say(news_line(news))
        flush()
        self._is_printing = False

    def _hear_status(self, status: "FeedStatus") -> None:
        from musetui.coordination.feed import WatchMode

        is_asked_for = status.mode is WatchMode.POLLING and self._settings.poll
        trouble = "" if is_asked_for else status.reason
        if trouble and trouble != self._trouble:
            _tell_trouble(trouble, well=False)
        self._trouble = trouble


def news_line(news: "News") -> str:
    """Return *news* as a line of text: when, what, who, where, and what else there is to say."""
    parts = (_padded(news.kind.words, _KIND_WIDTH), _padded(news.who or "-", _WHO_WIDTH), news.where)
    line = f"{news.at.astimezone():%Y-%m-%d %H:%M:%S}  {'  '.join(part for part in parts if part)}"
    level = news.risk or news.severity
    said = " ".join(part for part in (level.value if level is not None else "", news.text) if part)
    return f"{line}  {said}" if said else line.rstrip()


def _padded(text: str, width: int) -> str:
    return text + " " * (width - cells_of(text))


async def _told(work: Coroutine[Any, Any, None]) -> None:
    """Do *work*, and tell of a defect in it: the watch goes on without."""
    try:
        await work
    except Exception as error:
        _tell_defect(error)


def _tell_defect(error: Exception) -> None:
    report_defect(error, as_json=False)


def _tell_trouble(sentence: str, well: bool) -> None:
    """Tell a person, beside what is printed, what is not as it should be."""
    if not well:
        print(f"musetui: {safe_text(sentence, 400)}", file=sys.stderr, flush=True)
