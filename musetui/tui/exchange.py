"""The exchange with the hub: a worker that pulls for as long as the dashboard runs, beside one that pushes.

It waits at the hub where the hub can wait, and asks now and then where it cannot. What is pulled comes into the picture
by way of the disk, as an agent's own records do. Trouble is a state to show: nothing here ends or holds up the app.
"""

import asyncio
import random
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from musetui.errors import HubRefusedError, HubUnknownError, MuseTuiError
from musetui.records.text import counted, safe_text
from musetui.swarm.activity import Verb
from musetui.tui.hub_status import HubStanding, HubStatus
from musetui.tui.pushing import WORTH_A_LINE, Pushing

if TYPE_CHECKING:
    from musetui.hub.link import HubLink
    from musetui.hub.pull import PullReport
    from musetui.settings import Settings
    from musetui.tui.live import Live

WAIT, WAIT_IN_BACKGROUND = 10.0, 25.0
"""Seconds that the hub is asked to wait for something new; the header says how long ago it answered."""

POLL, POLL_IN_BACKGROUND = 2.0, 15.0
"""Seconds between two pulls from a hub that cannot wait."""

FIRST_PAUSE, LONGEST_PAUSE = 1.0, 60.0
"""Seconds until the hub is asked again after a failure; each time twice as long."""

REFUSED_PAUSE, EMPTY_PAUSE = 60.0, 1.0
"""Seconds until a hub that said no is asked again: access may be granted meanwhile; of one that knows no such
repository yet, its first push is what everybody waits for, and the question is a cheap one."""


class Exchange:
    """Pulls and pushes for one dashboard, on its event loop.

    Args:
        live: the picture, and the repository behind it.
        settings: which hub, and whether to push without being asked.
        say: shows a person how something went: the sentence, and whether it went well.
        show: called whenever the status differs.
    """

    def __init__(
        self, live: "Live", settings: "Settings", say: Callable[[str, bool], None], show: Callable[[], None]
    ) -> None:
        self.status = HubStatus()
        self._live = live
        self._settings = settings
        self._say = say
        self._show = show
        self._pushing: Pushing | None = None
        self._under_way: asyncio.Task[PullReport] | None = None
        self._asked = False
        self._questions: list[asyncio.Future[MuseTuiError | None]] = []
        self._waits = False
        self._is_watched = True
        self._awake = asyncio.Event()

    async def run(self) -> None:
        """Exchange records until cancelled; at once over where no hub is named, or nothing may be written."""
        if not self._settings.hub:
            return
        if self._settings.read_only:
            self._tell(standing=HubStanding.OFF)
            return
        self._tell(standing=HubStanding.JOINING)
        link: HubLink | None = None
        while link is None:
            try:
                link = await asyncio.to_thread(_open_link, self._live, self._settings)
            except MuseTuiError as error:
                await self._fail(error, REFUSED_PAUSE)
        self._tell(name=safe_text(link.target.name, 80), is_own=link.target.is_own)
        self._pushing = Pushing(link, self._live, self._say, self._note_unsent, self._awake.set)
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._pushing.follow())
                tasks.create_task(self._pull_on_and_on(link))
                if self._settings.auto_push:
                    tasks.create_task(self._pushing.on_and_on())
        finally:
            await link.aclose()

    async def _pull_on_and_on(self, link: "HubLink") -> None:
        pause, worker = FIRST_PAUSE, asyncio.current_task()
        while True:
            # A hub that is not known to be there is asked what it answers at once: to wait says nothing for long.
            is_known = self.status.standing is HubStanding.SYNCED
            at_once = self._is_asked or not is_known
            wait = 0.0 if at_once else WAIT if self._is_watched else WAIT_IN_BACKGROUND
            self._waits = not at_once
            if at_once:
                self._tell(asked_at=self._live.now())
            self._under_way = asyncio.create_task(link.pull(wait, self._so_far))
            try:
                report = await self._under_way
            except asyncio.CancelledError:
                if worker is None or worker.cancelling():
                    raise  # it is this worker that is to end, and not the waiting alone
                continue
            except MuseTuiError as error:
                if isinstance(error, HubUnknownError) and self.status.standing is not HubStanding.EMPTY:
                    await self._forget(link)
                if self._asked and at_once:
                    self._say(self._reason(error), self._is_to_be_made(error))
                if at_once:
                    self._answer(error)
                await self._fail(error, pause, link.asks_to_wait)
                pause = min(pause * 2, LONGEST_PAUSE)
                continue
            pause = FIRST_PAUSE
            self._take_in(report, asked=self._asked and at_once)
            if at_once:  # what has waited was said before anybody asked, as a hub does at its own end
                self._answer(None)
            if wait and not report.count and not report.waited:
                await self._sleep(POLL if self._is_watched else POLL_IN_BACKGROUND)
            elif not self._is_watched:
                await self._sleep(1.0)

    async def _forget(self, link: "HubLink") -> None:
        """Take note that the hub knows no such repository: what it was known to have, it has no more."""
        if not link.target.is_own:
            return
        with suppress(MuseTuiError):  # a disk that refuses is told of by the next pull
            await link.begin_anew()
        if self._pushing is not None:
            self._pushing.forgotten()

    def _take_in(self, report: "PullReport", *, asked: bool) -> None:
        if report.reset and self._pushing is not None:
            self._pushing.forgotten()
        if report.count and self._pushing is not None:
            self._pushing.recheck()
        self._is_there()
        sentence = f"{counted(report.count, 'record')} from {self.status.name}"
        if report.reset:
            sentence += ", read anew: the hub was emptied or restored"
        if report.refused_count:
            sentence += f"; refused {report.refused_count:,}: {report.refused[0] if report.refused else ''}"
        sentence = safe_text(sentence, 400)
        if asked or report.reset or report.refused_count or report.count >= WORTH_A_LINE:
            self._live.note(Verb.PULLED, sentence)
        if report.refused_count:
            self._say(f"Pulled {sentence}", False)
        elif asked:
            self._say(f"Pulled {sentence}" if report.count else f"Nothing new at {self.status.name}.", True)

    def _so_far(self, count: int) -> None:
        if count:  # whatever was the matter, the hub answers
            self._is_there(f"pulled {count:,}")

    def _is_there(self, progress: str = "") -> None:
        """Take note that the hub has answered."""
        if self.status.standing in (HubStanding.AWAY, HubStanding.REFUSED):
            self._live.note(Verb.ANSWERS, "again")
        now = self._live.now()
        standing = HubStanding.SYNCED
        self._tell(standing=standing, synced_at=now, retry_at=None, asked_at=None, reason="", progress=progress)

    def _note_unsent(self, unsent: int, progress: str, unpushed: str) -> None:
        self._tell(unsent=unsent, progress=progress, unpushed=unpushed)

    async def _fail(self, error: MuseTuiError, pause: float, least: float = 0.0) -> None:
        """Show what is wrong, and wait until it is tried again.

        Args:
            error: what is wrong.
            pause: seconds, where trying again can help.
            least: the seconds that the hub asks to be left alone.
        """
        standing = HubStanding.AWAY
        if isinstance(error, HubUnknownError):
            standing, pause = HubStanding.EMPTY, EMPTY_PAUSE
        elif isinstance(error, HubRefusedError):
            standing, pause = HubStanding.REFUSED, REFUSED_PAUSE
        # Between half and the whole: dashboards that lost a hub together do not come back together.
        pause = max(pause * random.uniform(0.5, 1.0), least)
        reason = self._reason(error)
        if standing is not self.status.standing:
            if not self._is_to_be_made(error):
                self._live.note(Verb.FAILED, f"to pull: {reason}")
            elif self.status.standing is not HubStanding.JOINING:
                # That nothing is there yet is no news; that it is gone is.
                self._live.note(Verb.FAILED, f"to find {self.status.name}: a push makes it anew")
        retry_at = self._live.now() + timedelta(seconds=pause)
        self._tell(standing=standing, reason=reason, retry_at=retry_at, asked_at=None, progress="")
        await self._sleep(pause)

    def _is_to_be_made(self, error: MuseTuiError) -> bool:
        """Return whether *error* is no failure: the repository at the hub is one's own, and nobody pushed yet."""
        return isinstance(error, HubUnknownError) and self.status.is_own

    def _reason(self, error: MuseTuiError) -> str:
        if self._is_to_be_made(error):
            return f"nothing at {self.status.name} yet: a push makes it"
        return safe_text(error, 300)

    async def _sleep(self, seconds: float) -> None:
        """Sleep, or until somebody asks, looks or has pushed."""
        self._awake.clear()
        if self._is_asked:
            return
        try:
            await asyncio.wait_for(self._awake.wait(), seconds)
        except TimeoutError:
            return

    # What a person does

    def pull_now(self) -> None:
        """Ask the hub at once, and say how it went."""
        if self._is_none():
            return
        self._asked = True
        self._ask()

    async def push(self) -> None:
        """Send what the hub is not known to have, and say how it went; where that is nothing, ask whether it is so."""
        if self._is_none() or self._pushing is None:
            return
        if self._pushing.has_sent_all:
            error = await self._question()
            if error is not None and not self._is_to_be_made(error):
                self._say(
                    f"All local records were sent before. Whether the hub still has them is not known: "
                    f"{safe_text(error, 300)}",
                    False,
                )
                return
        await self._pushing.push()

    async def _question(self) -> MuseTuiError | None:
        """Ask the hub at once; return what it does not answer for, once all that it answered has been taken in."""
        question: asyncio.Future[MuseTuiError | None] = asyncio.get_running_loop().create_future()
        self._questions.append(question)
        self._ask()
        return await question

    def _ask(self) -> None:
        """Have the hub asked now. A question that waits for nothing is on its way to the same answer, and goes on."""
        self._awake.set()
        if self._waits and self._under_way is not None and not self._under_way.done():
            self._under_way.cancel()

    def _answer(self, error: MuseTuiError | None) -> None:
        """Answer those who asked and are still there to hear it."""
        self._asked = False
        questions, self._questions = self._questions, []
        for question in questions:
            if not question.done():
                question.set_result(error)

    @property
    def _is_asked(self) -> bool:
        return self._asked or bool(self._questions)

    def look(self, *, is_watched: bool) -> None:
        """Hear whether a person is looking: an unwatched dashboard asks less often."""
        if is_watched and not self._is_watched:
            self._awake.set()
        self._is_watched = is_watched

    def _is_none(self) -> bool:
        """Return whether there is no exchange, and then say why."""
        if self._settings.read_only:
            self._say("Nothing is exchanged with the hub: musetui was started with --read-only.", False)
        elif not self._settings.hub:
            self._say("No hub is named: set url in [hub] of .muse/config.toml, or MUSETUI_HUB.", False)
        elif self._pushing is None:
            self._say(self.status.reason or "Not yet: the hub is still being looked for.", False)
            self._awake.set()
        else:
            return False
        return True

    def _tell(self, **changes: Any) -> None:
        status = replace(self.status, **changes)
        if status != self.status:
            self.status = status
            self._show()


def _open_link(live: "Live", settings: "Settings") -> "HubLink":
    from musetui.hub.link import HubLink
    from musetui.hub.patience import ONCE

    # Its own patience would hide from the header that the hub is away.
    return HubLink(live.repository, settings, patience=ONCE)
