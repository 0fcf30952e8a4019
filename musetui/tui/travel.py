"""Travel: from now to a moment that has passed, from one to another, and back; by hand, or played like a film."""

import asyncio
import contextvars
import time
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from itertools import chain

from musetui.coordination.batch import Batch
from musetui.errors import RecordingError
from musetui.history.knowing import Known
from musetui.history.leases import Leases
from musetui.history.survey import Survey
from musetui.history.trail import Trail
from musetui.records.text import safe_text
from musetui.swarm.moments import micros, moment_at
from musetui.swarm.story import Story
from musetui.swarm.thresholds import Thresholds
from musetui.tui.live import Live
from musetui.tui.past import Past
from musetui.tui.showing import SLICE, Showing

SPEEDS = (1, 10, 60, 300, 600)
"""How many seconds pass in one, while it is played."""

FRAME = 0.1
"""Seconds between two moments of what is played."""

TOLD_EVERY = 0.5
"""Seconds between two words about how far the past is looked through."""

HEARD_LIMIT = 100_000
"""Changes that were heard of since the past was read, after which it is read anew: some 100 MiB, or half a day of a
busy swarm. Where more than that was read, it is as many as were read."""


class Travel:
    """Knows the past as soon as somebody has asked for it, and which moment is shown.

    Attributes:
        moment: the moment that was asked for (aware), or None for now.
        is_playing: whether time passes by itself.
        speed: how many seconds then pass in one.
        leases: when everything was held, and `survey`, what happened and who collided; None before `prepare`.

    Args:
        live: the present.
        thresholds: when what is still there counts as a finding.
        know: tells all that is known of the past at a moment (aware); called in a thread. It raises `RecordingError`
            if a recording that was asked for cannot be used.
        changed: told when another picture is shown, or another moment of it.
        grown: told when more of the past is known, and when another moment was asked for.
        say: tells a person a sentence, and whether all is well.
        on_defect: told of a mistake of ours.
        on_story: told what happened, once all of the past has been looked through; or None.
    """

    def __init__(
        self,
        live: Live,
        thresholds: Thresholds,
        know: Callable[[datetime], Known],
        *,
        changed: Callable[[], None],
        grown: Callable[[], None],
        say: Callable[[str, bool], None],
        on_defect: Callable[[Exception], None],
        on_story: Callable[[Story], None] | None = None,
    ) -> None:
        self.moment: datetime | None = None
        self.is_playing = False
        self.speed = 60
        self.leases: Leases | None = None
        self.survey: Survey | None = None
        self._live = live
        self._thresholds = thresholds
        self._know = know
        self._changed = changed
        self._grown = grown
        self._say = say
        self._on_defect = on_defect
        self._on_story = on_story
        self._trail: Trail | None = None
        self._past: Past | None = None
        self._is_away = False
        self._reading: asyncio.Task[None] | None = None
        self._read_at: datetime | None = None
        self._may_hear = HEARD_LIMIT
        self._stop_hearing: Callable[[], None] = lambda: None
        self._heard: list[tuple[datetime, Batch]] = []
        self._work: Iterator[None] = iter(())
        self._is_working = False
        self._told_at = 0.0
        self._frame: asyncio.TimerHandle | None = None
        self._played_at = 0.0

    @property
    def showing(self) -> Showing:
        """What is shown: the present, or the past."""
        return self._past if self._is_away and self._past is not None else self._live

    @property
    def past(self) -> Past | None:
        """The past, if it is what is shown."""
        return self._past if self._is_away else None

    @property
    def at(self) -> datetime:
        """The moment that was asked for (aware): this one, if none was."""
        return self.moment or self._live.now()

    @property
    def is_there(self) -> bool:
        """Whether the picture that is shown is that of the moment that was asked for."""
        past = self.past
        return self.moment is None or (past is not None and past.is_there)

    @property
    def begins(self) -> datetime:
        """The first moment of which anything is known (aware)."""
        found = self._trail.begins if self._trail is not None else None
        return min(found or self._live.now(), self._live.now())

    @property
    def is_behind(self) -> bool:
        """Whether there is more of the past to look through."""
        return self._is_working or self._trail is None

    @property
    def is_reading(self) -> bool:
        """Whether the past is being looked through now."""
        return self._is_working

    # What is known

    async def prepare(self) -> bool:
        """Read what is known of the past, unless that was done; return whether it is known."""
        if self._reading is None or (self._reading.done() and self._trail is None):
            self._reading = asyncio.create_task(self._read())
        await asyncio.shield(self._reading)
        return self._trail is not None

    async def _read(self) -> None:
        live = self._live
        began = live.now()
        self._stop_hearing()
        self._heard.clear()
        self._stop_hearing = live.on_batch(self._hear)
        try:
            known = await asyncio.to_thread(self._know, began)
        except RecordingError as error:
            self._forget()
            self._say(safe_text(error, 400), False)
            return
        except BaseException:
            self._forget()  # else all that is heard would wait, without end, for a trail that never comes
            raise
        for remark in known.remarks:
            self._say(f"{remark[0].upper()}{remark[1:]}.", False)
        self._forget_looked_through()
        self._trail = known.trail
        self._read_at = began
        self._may_hear = len(known.trail) + max(HEARD_LIMIT, len(known.trail))
        self._context = contextvars.copy_context()
        self.survey = Survey(known.trail, self._thresholds)
        self.leases = Leases(known.trail)
        self._past = Past(
            live.repository,
            known.trail,
            self._thresholds,
            self.survey.story,
            began,
            on_arrival=self._arrived,
            on_defect=self._on_defect,
        )
        self._take_in_heard()
        if self.moment is not None:
            self._past.go(self.moment)

    def _forget(self) -> None:
        """Know nothing of the past, until it is read again."""
        self._stop_hearing()
        self._heard.clear()
        self._forget_looked_through()
        self._trail = None

    def _forget_looked_through(self) -> None:
        self._work = iter(())
        self._is_working = False
        self.leases = self.survey = None
        if self._past is not None:
            self._past.stop()
        self._past, self._is_away = None, False

    def _hear(self, batch: Batch) -> None:
        """Take in what the present hears, so that it can be gone back to."""
        self._heard.append((self._live.now(), batch))
        if self._trail is None or (self._reading is not None and not self._reading.done()):
            return  # whoever reads takes it in
        self._take_in_heard()
        if len(self._trail) > self._may_hear and not self._is_away:
            self._begin_anew()

    def _begin_anew(self) -> None:
        """Read the past again: what was only heard would be kept in mind without end."""
        assert self._read_at is not None
        since = self._read_at.astimezone()
        self._say(
            f"The past is read anew: heartbeats and deletions heard of since {since:%H:%M} are forgotten, where "
            "musetui record has not kept them.",
            True,
        )
        self._reading = asyncio.create_task(self._read())

    def _take_in_heard(self) -> None:
        assert self._trail is not None
        for moment, batch in self._heard:
            self._trail.follow(batch, moment)
        self._heard.clear()
        self._look_through()

    def _look_through(self) -> None:
        """Look through what is new in the trail, in slices."""
        if not self._is_working and self.leases is not None and self.survey is not None:
            self._is_working = True
            self._work = chain(self.leases.steps(), self.survey.steps())
            # Not at once: what brought the news has had its slice of this turn of the loop already.
            asyncio.get_running_loop().call_soon(self._go_on, context=self._context)

    def _go_on(self) -> None:
        ends_at = time.perf_counter() + SLICE
        try:
            for _ in self._work:
                if time.perf_counter() > ends_at:
                    asyncio.get_running_loop().call_later(0.001, self._go_on, context=self._context)
                    break
            else:
                self._is_working = False
                if self.leases is not None and self._trail is not None and self.leases.done < len(self._trail):
                    self._look_through()
                elif self.survey is not None and self._on_story is not None:
                    self._on_story(self.survey.story)
        except Exception as error:
            self._is_working = False
            self._on_defect(error)
        if not self._is_working or ends_at > self._told_at + TOLD_EVERY:
            self._told_at = ends_at
            if self.past is not None:
                self.past.repaint()
            self._grown()

    def stop(self) -> None:
        """Know nothing any more."""
        self.pause()
        self._work = iter(())
        if self._past is not None:
            self._past.stop()

    # Where one is

    def go(self, moment: datetime) -> None:
        """Show *moment* (aware), once the past is known; what is not past is now."""
        if self._past is None:
            return
        if moment >= self._live.now():
            self.back()
            return
        self.moment = max(moment, self.begins - timedelta(seconds=1))
        self._past.go(self.moment)
        self._grown()

    def back(self) -> None:
        """Show what is now."""
        self.pause()
        was_away, self._is_away, self.moment = self._is_away, False, None
        if was_away:
            self._changed()
        self._grown()

    def _arrived(self) -> None:
        if self.moment is not None:
            self._is_away = True
            self._changed()

    def event(self, *, forward: bool) -> datetime | None:
        """Return the moment of the next event, or of the one before; None where there is none as far as is known."""
        if self.survey is None:
            return None
        at = micros(self.at)
        found = []
        for moments in (self.survey.story.moments, self.survey.episodes.begins):
            place = bisect_right(moments, at) if forward else bisect_left(moments, at) - 1
            if 0 <= place < len(moments):
                found.append(moments[place])
        if not found:
            return None
        return moment_at(min(found) if forward else max(found))

    # Playing

    def play(self) -> None:
        """Let time pass, from the moment that is shown; from the beginning, if that is now."""
        if self._past is None or self.is_playing:
            return
        if self.moment is None:
            self.go(self.begins)
        self.is_playing = self.moment is not None
        self._played_at = time.monotonic()
        self._next_frame()
        self._grown()

    def pause(self) -> None:
        """Let time stand still."""
        self.is_playing = False
        if self._frame is not None:
            self._frame.cancel()
            self._frame = None

    def faster(self, by: int) -> None:
        """Play faster, or slower where *by* is negative."""
        place = min(max(SPEEDS.index(self.speed) + by, 0), len(SPEEDS) - 1)
        self.speed = SPEEDS[place]
        self._grown()

    def _next_frame(self) -> None:
        if self.is_playing:
            self._frame = asyncio.get_running_loop().call_later(FRAME, self._show_frame, context=self._context)

    def _show_frame(self) -> None:
        now = time.monotonic()
        passed, self._played_at = now - self._played_at, now
        # Where a moment takes longer than a frame, the next one waits for it.
        if self.moment is not None and self._past is not None and self._past.is_there:
            self.go(self.moment + timedelta(seconds=passed * self.speed))
        elif self._past is not None:
            self._played_at -= passed
        self._next_frame()
