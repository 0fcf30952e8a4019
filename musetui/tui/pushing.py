"""Pushing for the dashboard: what the hub is not known to have, followed as it changes, sent when asked or unasked."""

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING

from musetui.coordination.batch import Batch
from musetui.errors import MuseTuiError
from musetui.records.kinds import Kind
from musetui.records.text import counted, safe_text
from musetui.swarm.activity import Verb

if TYPE_CHECKING:
    from musetui.hub.link import HubLink
    from musetui.hub.push import PushReport
    from musetui.hub.unsent import Unsent
    from musetui.tui.live import Live

AUTO_PUSH_AFTER = 0.5
"""Seconds that local changes gather before they are pushed by themselves."""

FIRST_PAUSE, LONGEST_PAUSE = 1.0, 60.0
"""Seconds until a push by itself is tried again after a failure; each time twice as long."""

LEDGER_EVERY = 2.0
"""Seconds between looks at whether another process, such as `musetui sync push`, has pushed."""

WORTH_A_LINE = 20
"""Records that go or come unasked are no news of the hub's below this number: they are news of their own already."""

SLICE = 200
"""Records of which it is worked out in one go whether the hub has them."""


class Pushing:
    """The outgoing half of an exchange.

    Args:
        link: to the hub.
        live: the picture.
        say: shows a person how something went: the sentence, and whether it went well.
        tell: told (how many records are unsent, what is under way, why the last push failed) whenever that differs.
        pushed: told that the hub took records.
    """

    def __init__(
        self,
        link: "HubLink",
        live: "Live",
        say: Callable[[str, bool], None],
        tell: Callable[[int, str, str], None],
        pushed: Callable[[], None],
    ) -> None:
        self._link = link
        self._live = live
        self._say = say
        self._tell = tell
        self._pushed = pushed
        self._name = safe_text(link.target.name, 80)
        self._unsent: Unsent | None = None
        self._turn = asyncio.Lock()
        self._trouble = ""
        self._changed = asyncio.Event()

    async def follow(self) -> None:
        """Know, from now on, which local records the hub is not known to have. Ends when cancelled."""
        from musetui.hub.sent import Heard
        from musetui.hub.unsent import Unsent

        unsent = Unsent(await self._link.ledger())
        swarm = self._live.swarm
        known = [(kind, record_id) for kind in Kind for record_id in swarm.ids(kind)]
        end = self._live.on_batch(lambda batch: self._note(unsent, batch))
        try:
            for start in range(0, len(known), SLICE):
                # As they are by now: of what has come or gone since, the batches tell.
                entities = (swarm.entity(kind, record_id) for kind, record_id in known[start : start + SLICE])
                there = [each for entity in entities if entity is not None for each in entity.sightings]
                unsent.apply(Batch(found=there))
                await asyncio.sleep(0)
            self._unsent = unsent
            self._show()
            if unsent.count:
                self._changed.set()
            while True:
                await asyncio.sleep(LEDGER_EVERY)
                heard = await self._link.hear_of_pushes()
                if heard is Heard.LESS:
                    self.forgotten()
                elif heard is Heard.MORE:
                    self.recheck()
        finally:
            end()

    def _note(self, unsent: "Unsent", batch: Batch) -> None:
        unsent.apply(batch)
        if self._unsent is not None:
            self._show()
            if unsent.count:
                self._changed.set()

    @property
    def has_sent_all(self) -> bool:
        """Whether no local record is known that the hub does not have."""
        return self._unsent is not None and not self._unsent.count

    def recheck(self) -> None:
        """Hear that the hub may be known to have more: it was pulled from there."""
        if self._unsent is not None:
            self._unsent.recheck()
            self._show()

    def forgotten(self) -> None:
        """Hear that the hub was emptied: nothing is there any more."""
        if self._unsent is not None:
            self._unsent.recheck_all()
            self._show()
            self._changed.set()

    async def on_and_on(self) -> None:
        """Push local changes as they come. Ends when cancelled."""
        pause = FIRST_PAUSE
        while True:
            await self._changed.wait()
            await asyncio.sleep(AUTO_PUSH_AFTER)
            self._changed.clear()
            # After a push that a person asked for, which may have begun before what has changed since.
            async with self._turn:
                went_well = await self._push(asked=False)
            if went_well:
                pause = FIRST_PAUSE
            else:
                await asyncio.sleep(max(pause, self._link.asks_to_wait))
                pause = min(pause * 2, LONGEST_PAUSE)
                self._changed.set()

    async def push(self) -> None:
        """Send what the hub is not known to have, and say how it went."""
        if self._turn.locked():
            self._say("A push is under way already.", True)
            return
        async with self._turn:
            await self._push(asked=True)

    async def _push(self, *, asked: bool) -> bool:
        if self._unsent is None:
            if asked:
                self._say("Not yet: it is still being worked out what the hub has.", False)
            return False
        slots = self._unsent.slots()
        if not slots:
            if asked and self._unsent.knows_any:
                self._say(f"{self._name} has all local records already.", True)
            elif asked:
                self._say("There are no local records to push.", True)
            return True
        if asked:
            self._so_far(0, len(slots))
        try:
            report = await self._link.push_unsent(self._so_far, slots)
        except MuseTuiError as error:
            return self._failed(safe_text(error, 300), asked=asked)
        finally:
            self._unsent.recheck()
            self._show()
        return self._told(report, asked=asked)

    def _failed(self, sentence: str, *, asked: bool) -> bool:
        if sentence != self._trouble:  # of the same trouble, one line is enough
            self._live.note(Verb.FAILED, f"to push: {sentence}")
        self._trouble = sentence
        self._show()
        if asked:
            self._say(f"Not all was pushed: {sentence}", False)
        return False

    def _told(self, report: "PushReport", *, asked: bool) -> bool:
        taken = report.inserted + report.skipped
        if taken:
            done = f"{counted(taken, 'record')} to {self._name}: {report.inserted:,} new, {report.skipped:,} known"
            if asked or taken >= WORTH_A_LINE:
                self._live.note(Verb.PUSHED, done)
            self._pushed()
            if asked:
                self._say(f"Pushed {done}.", True)
        if report.failed:
            why = report.errors[0] if report.errors else "the hub did not say why"
            return self._failed(safe_text(f"{counted(report.failed, 'record')} failed: {why}", 400), asked=asked)
        self._trouble = ""
        self._show()
        return True

    def _so_far(self, done: int, total: int) -> None:
        self._show(f"pushing {done:,} of {total:,}" if done < total else "")

    def _show(self, progress: str = "") -> None:
        self._tell(self._unsent.count if self._unsent is not None else 0, progress, self._trouble)
