"""`musetui watch`: what happens, a line each, for as long as somebody reads."""

import asyncio
import signal
from argparse import Namespace
from collections import deque
from collections.abc import Callable, Coroutine, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from types import FrameType
from typing import TYPE_CHECKING, Any

from musetui.cli.failures import UsageError, report_defect
from musetui.cli.filtering import wanted
from musetui.cli.output import cells_of, flush, give_up, is_read, say, say_json_line
from musetui.cli.watch_alerts import TerminalFace, rules_of, tell
from musetui.cli.watch_arguments import ALERT
from musetui.cli.workspace import Workspace, open_workspace

if TYPE_CHECKING:
    from musetui.alerts.notice import Notice
    from musetui.alerts.rule import Rule
    from musetui.cli.filtering import Wanted
    from musetui.coordination.feed import FeedStatus
    from musetui.news.news import News
    from musetui.news.occurrence import Occurrence
    from musetui.tui.alerting import Alerting
    from musetui.tui.exchange import Exchange

TICK = 1.0
"""Seconds between looks at what only time brings: leases that run out, runs that fall silent, a reader that goes."""

_KIND_WIDTH, _WHO_WIDTH = 16, 18


def run_watch(args: Namespace) -> int:
    """Tell what happens in a repository until a signal comes, or nobody reads any more."""
    asked_for = _asked_for(args)
    workspace = open_workspace(args)
    if args.pull:
        _check_pull(workspace)
    names = [name for names in args.only for name in names]
    rules = rules_of(workspace, pulls=args.pull) if args.with_alerts or ALERT in names else ()
    watch = _Watch(workspace, args, names, rules, asked_for)
    with _ending(watch.end) as ended_by:
        try:
            asyncio.run(watch.run())
        except _EndedError:
            give_up()
    return 128 + ended_by[0] if ended_by else 0


def _asked_for(args: Namespace) -> "Wanted[News]":
    if args.filter is None:
        return lambda _news, _at: True
    from musetui.tui.vocabulary.news import news_vocabulary

    return wanted(args, news_vocabulary())


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

    def __init__(
        self,
        workspace: Workspace,
        args: Namespace,
        names: Sequence[str],
        rules: "Sequence[Rule]",
        asked_for: "Wanted[News]",
    ) -> None:
        from musetui.news.kinds import USUAL, kinds_of

        self._repository, self._settings = workspace.repository, workspace.settings
        self._args = args
        self._rules = rules
        self._asked_for = asked_for
        self._wanted = kinds_of(name for name in names if name != ALERT) if names else USUAL
        self._waiting: deque[Occurrence | Notice] = deque()
        self._alerting: Alerting | None = None
        self._exchange: Exchange | None = None
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
        from musetui.alerts.matching import hears_of_ends
        from musetui.news.kinds import NewsKind
        from musetui.swarm.thresholds import thresholds_of
        from musetui.tui.live import Live
        from musetui.tui.newswire import Newswire

        self._loop = asyncio.get_running_loop()
        self._live = live = Live(
            self._repository,
            thresholds=thresholds_of(self._settings),
            polling=self._settings.poll,
            cutoff=self._settings.cutoff(datetime.now(UTC)),
            on_defect=_tell_defect,
        )
        hears_ends = NewsKind.CONFLICT_ENDED in self._wanted
        self._wire = Newswire(live, self._hear, remembers=hears_ends or any(map(hears_of_ends, self._rules)))
        live.on_status(self._hear_status)
        if self._rules:
            self._alerting = self._begin_alerting()
        live.start()
        beside = [asyncio.create_task(_told(each)) for each in (*self._beside(), self._tick())]
        try:
            while not self._is_over:
                await self._news.wait()
                self._news.clear()
                if not is_read():
                    raise BrokenPipeError
                self._print_waiting()
        finally:
            for task in beside:
                task.cancel()
            await asyncio.gather(*beside, return_exceptions=True)
            if self._alerting is not None:
                await self._alerting.aclose()
            live.stop()

    async def _tick(self) -> None:
        while True:
            await asyncio.sleep(TICK)
            self._live.advance()
            if self._alerting is not None:
                self._alerting.tick()
            self._news.set()  # if only to find out that nobody reads any more

    def _begin_alerting(self) -> "Alerting":
        from musetui.tui.alerting import Alerting
        from musetui.tui.hub_status import HubStatus

        def hub() -> HubStatus:
            return self._exchange.status if self._exchange is not None else HubStatus()

        def show(notice: "Notice") -> None:
            self._waiting.append(notice)
            self._news.set()

        return Alerting(self._rules, self._wire, self._live, self._settings, TerminalFace(show), hub, _tell_defect)

    def _beside(self) -> Iterator[Coroutine[Any, Any, None]]:
        """Yield what is to run beside the watch."""
        if self._args.pull:
            from dataclasses import replace

            from musetui.tui.exchange import Exchange

            def show() -> None:
                self._wire.hear_of_hub(exchange.status)

            exchange = self._exchange = Exchange(
                self._live, replace(self._settings, auto_push=False), _tell_trouble, show
            )
            yield exchange.run()
        if self._args.with_calls:
            from musetui.tui.calls import Calls

            yield Calls(self._live, _tell_trouble).run()

    def _hear(self, occurrences: "Sequence[Occurrence]") -> None:
        if self._alerting is not None:
            self._alerting.hear(occurrences)
        for occurrence in occurrences:
            if occurrence.kind in self._wanted and (self._args.initial or not occurrence.is_initial):
                self._waiting.append(occurrence)
                self._news.set()

    def _print_waiting(self) -> None:
        if not self._waiting:
            return
        from musetui.alerts.notice import Notice

        self._is_printing = True
        while self._waiting:
            told = self._waiting.popleft()
            news = told if isinstance(told, Notice) else self._wire.teller.tell(told)
            if not isinstance(news, Notice) and not self._asked_for(news, news.at):
                continue
            if self._args.as_json:
                say_json_line(news.fields())
            else:
                say(notice_line(news) if isinstance(news, Notice) else news_line(news))
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


def notice_line(notice: "Notice") -> str:
    """Return an alert as a line of text, as `news_line` does."""
    return f"{notice.at.astimezone():%Y-%m-%d %H:%M:%S}  {_padded(ALERT, _KIND_WIDTH)}  {notice.text}"


async def _told(work: Coroutine[Any, Any, None]) -> None:
    """Do *work*, and tell of a defect in it: the watch goes on without."""
    try:
        await work
    except Exception as error:
        _tell_defect(error)


def _tell_defect(error: Exception) -> None:
    report_defect(error, as_json=False)


def _tell_trouble(sentence: str, well: bool) -> None:
    if not well:
        tell(sentence)
