"""What all views share: header and footer, the picture they paint, and the actions on the selected record."""

import asyncio
from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import TYPE_CHECKING

from textual import events
from textual.app import ComposeResult
from textual.widget import Widget

from musetui.errors import RecordError
from musetui.records.liveness import LeaseState
from musetui.records.text import counted, safe_text
from musetui.tui.actions import BY_NAME, WRITING
from musetui.tui.clock import Clock, now_utc
from musetui.tui.key_names import sent_as
from musetui.tui.keymap import keymap_of
from musetui.tui.screens.filtering import FilteringScreen
from musetui.tui.widgets.filter_tabs import FilterTabs
from musetui.tui.widgets.key_bar import KeyBar
from musetui.tui.widgets.top_bar import Fact, TopBar

if TYPE_CHECKING:
    from musetui.coordination.feed import FeedStatus
    from musetui.swarm.entity import Held
    from musetui.tui.filter_shelf import FilterShelf
    from musetui.tui.live import Change, Live
    from musetui.tui.pen import Pen
    from musetui.tui.subject import Subject


class View(FilteringScreen):
    """A view of the live picture. It is told what changed and paints that; it asks neither disk nor network.

    A view is painted before there is a picture: `live` is None until `attach`.
    """

    PANES = 1
    """How many panes the view is made of."""

    def __init__(self, read_only: str = "", clock: Clock = now_utc) -> None:
        """Make a view; *read_only* says why keys that write are off, "" if they are on."""
        super().__init__()
        self.clock = clock
        self._pen: Pen | None = None
        self._run_id = ""
        self._read_only = read_only
        self._end_of_changes: Callable[[], None] | None = None
        self._end_of_saved: Callable[[], None] | None = None
        self._had_target = False
        self._facts: tuple[Fact, ...] = ()
        self.is_going = False

    def compose(self) -> ComposeResult:
        yield TopBar()
        yield FilterTabs()
        yield from self.body()
        yield self.filter_bar()
        yield KeyBar()

    def body(self) -> Iterable[Widget]:
        """Compose what is between header and footer."""
        raise NotImplementedError

    def attach(self, live: "Live", pen: "Pen", run_id: str, shelf: "FilterShelf | None" = None) -> None:
        """Take the live picture, what writes and the filters that are remembered, and show the picture whole."""
        self.live = live
        self.shelf = shelf
        if shelf is not None:
            self._end_of_saved = shelf.on_change(self.saved_changed)
        self._pen = pen
        self._run_id = run_id
        self._end_of_changes = live.on_change(self._changed)
        self.show_whole()
        self.show_saved()

    @property
    def is_composed(self) -> bool:
        """Whether its widgets are there. They never come to be where someone leaves while the view is being made."""
        return bool(self.query(KeyBar)) and len(self.query(".pane")) == self.PANES

    @property
    def is_showing(self) -> bool:
        """Whether it has the picture, and the widgets to show it with: not before it is composed, not while it goes."""
        return self.live is not None and not self.is_going and self.is_attached and self.is_composed

    def _changed(self, change: "Change") -> None:
        if self.is_showing:
            self.paint(change)
            if change.conflicts or change.stale:
                self.doubt()

    def on_unmount(self) -> None:
        for end in (self._end_of_changes, self._end_of_saved):
            if end is not None:
                end()

    def show_whole(self) -> None:
        """Show the picture as it is now."""
        raise NotImplementedError

    def paint(self, change: "Change") -> None:
        """Show what *change* says differs."""
        raise NotImplementedError

    def tick(self) -> None:
        """Show that a second has passed."""

    def show_status(self, status: "FeedStatus") -> None:
        """Show how reading goes."""

    def show_facts(self, facts: tuple[Fact, ...]) -> None:
        """Show the header."""
        self._facts = facts
        self.query_one(TopBar).tell(facts)
        self.show_tabs_of_filters()

    def selected(self) -> "Subject | None":
        """Return what is selected, or None."""
        return None

    # What a person does to the selected record. A form is waited for, so that keys typed ahead reach its fields.

    def target(self) -> "Held | None":
        """Return the reservation that release, extend and intent act on, or None."""
        subject = self.selected()
        if self.live is None or subject is None:
            return None
        reservation_id = subject.reservation_id(self.live.swarm)
        return self.live.swarm.reservation(reservation_id) if reservation_id else None

    def selection_changed(self) -> None:
        """Grey or light the keys that need a reservation, where that differs from before."""
        has_target = self.target() is not None
        if has_target != self._had_target:
            self._had_target = has_target
            self.refresh_bindings()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action in WRITING and self._read_only:
            return None
        if action in ("release", "extend", "intend") and self.target() is None:
            return None
        return True

    def on_key(self, event: events.Key) -> None:
        keys = keymap_of(self.app)
        name = next((name for name in WRITING for key in keys.keys(name) if event.key in sent_as(key)), None)
        if name is None or self.check_action(name, ()):
            return
        why = self._read_only or "Select a reservation first; nothing here says which one is meant."
        self.app.notify(f"{BY_NAME[name].title} is off: {why}", severity="warning", markup=False)

    async def action_open(self) -> None:
        from musetui.tui.views import make_record_view

        subject = self.selected()
        if subject is not None and self.live is not None and self._pen is not None:
            view = make_record_view(subject, self._read_only, self.clock)
            await self.app.push_screen(view)
            view.attach(self.live, self._pen, self._run_id, self.shelf)
            view.show_facts(self._facts)

    def copied(self) -> str:
        """Return what copying puts on the clipboard; "" where nothing is selected."""
        subject = self.selected()
        return subject.copied if subject is not None else ""

    def action_copy_id(self) -> None:
        text = self.copied()
        if not text:
            self.app.notify("Nothing is selected.", severity="warning", markup=False)
            return
        self.copy(text)

    def copy(self, text: str) -> None:
        """Put *text* on the clipboard, and say so."""
        self.app.copy_to_clipboard(text)
        self.app.notify(f"Copied {safe_text(text, 140)}", markup=False)

    async def action_edit(self) -> None:
        from musetui.coordination.source_place import find_source
        from musetui.tui.editing import edit

        subject = self.selected()
        if subject is None or self.live is None:
            self.app.notify("Nothing is selected.", severity="warning", markup=False)
            return
        why_not = "It names no file."
        for address in subject.addresses(self.live)[:20]:
            try:
                place = await asyncio.to_thread(find_source, self.live.repository.root, address)
            except RecordError as error:
                why_not = f"Not opened: {error}."
                continue
            why_not = edit(self.app, place)
            break
        if why_not:
            self.app.notify(why_not, severity="warning", markup=False)

    async def action_reserve(self) -> None:
        from musetui.coordination.typed_address import seen_from_root
        from musetui.tui.screens.reserve import ReserveContext, ReserveForm

        if self.live is None or self._pen is None:
            return
        live = self.live
        context = ReserveContext(
            run_id=self._run_id,
            branch=live.branch,
            branches=sorted({*live.swarm.branches(), *live.branches}),
            known=live.known_addresses,
            probe=lambda addresses, run_id, operation: live.conflicts.probe(
                [seen_from_root(each, live.repository.root) for each in addresses], run_id, operation=operation
            ),
        )
        await self.app.push_screen(ReserveForm(context, self._pen.reserve))

    async def action_intend(self) -> None:
        from musetui.tui.screens.intent import IntentForm

        held = self.target()
        if held is not None and self._pen is not None:
            record = held.reservation
            await self.app.push_screen(
                IntentForm(record.reservation_id, record.addresses, record.run_id, record.branch, self._pen.intend)
            )

    async def action_release(self) -> None:
        from musetui.tui.screens.confirm import Confirm

        held = self.target()
        pen = self._pen
        if held is None or pen is None or self.live is None:
            return
        record = held.reservation
        if held.state is LeaseState.RELEASED:
            self.app.notify("Nothing to release: it is released already.", severity="warning", markup=False)
            return

        async def release() -> None:
            if why_not := await pen.release(record.reservation_id, record.run_id):
                self.app.notify(why_not, severity="error", markup=False)

        def answer(yes: bool | None) -> None:
            if yes:
                self.run_worker(release(), exit_on_error=False)

        others = len(self.live.conflicts.of_reservation(record.reservation_id))
        lines = [
            *_facts_of(held),
            "",
            "Its addresses are free for others at once."
            + (f" {counted(others, 'conflict')} would have a holder less." if others else "")
            if held.state.is_held
            else "It has run out already. To release it says that somebody has looked after it.",
            "This cannot be undone; the run may not know until it looks.",
        ]
        if not held.is_local:
            lines.append("It is held on another machine, which learns of it at the next push to the hub.")
        await self.app.push_screen(Confirm("Release this reservation?", lines, "Release"), answer)

    async def action_extend(self) -> None:
        from musetui.tui.pen import extended_until
        from musetui.tui.screens.extend import ExtendForm

        held = self.target()
        pen = self._pen
        if held is None or pen is None or self.live is None:
            return
        record = held.reservation
        if held.lease.released_at is not None:
            self.app.notify("Nothing to extend: it is released.", severity="warning", markup=False)
            return
        expires_at = held.lease.expires_at
        live = self.live

        async def extend(by: timedelta) -> str:
            return await pen.extend(record, extended_until(expires_at, live.now(), by))

        await self.app.push_screen(ExtendForm(_facts_of(held), expires_at, live.now(), extend))


def _facts_of(held: "Held") -> list[str]:
    """Say what a deed is about, one safe line each."""
    record = held.reservation
    addresses = [safe_text(address, 200) for address in record.addresses[:4]]
    if len(record.addresses) > 4:
        addresses.append(f"and {len(record.addresses) - 4} more")
    return [
        f"reservation  {safe_text(record.reservation_id)}",
        f"run          {safe_text(record.run_id, 100)} on {safe_text(record.branch, 100) or 'no branch'}",
        *(f"{'addresses' if place == 0 else '':<13}{address}" for place, address in enumerate(addresses)),
    ]
