"""What all views share: header and footer, the picture they paint, and the actions on the selected record."""

import asyncio
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from textual import events, on
from textual.app import ComposeResult
from textual.widget import Widget

from musetui.errors import RecordError
from musetui.records.text import safe_text
from musetui.tui.calm import held_with, is_calm, weight
from musetui.tui.clock import Clock, now_utc
from musetui.tui.screens.exporting import ExportingScreen
from musetui.tui.widgets.anchored_list import AnchoredList
from musetui.tui.widgets.filter_tabs import FilterTabs
from musetui.tui.widgets.key_bar import KeyBar
from musetui.tui.widgets.record_table import RecordTable
from musetui.tui.widgets.top_bar import Fact, TopBar

if TYPE_CHECKING:
    from musetui.coordination.feed import FeedStatus
    from musetui.tui.filter_shelf import FilterShelf
    from musetui.tui.pen import Pen
    from musetui.tui.showing import Change, Showing


_NOTES = 8
"""Lines at the bottom that notes may take, the footer among them: two of three lines each, or one that is long."""

_BARS = 2
"""The header and the footer."""

_HELD_LIMIT = 2_000
"""What a view that is out of sight keeps in mind of what differs: taken in within a moment when it is seen again. Of
more it shows the picture whole, in slices."""


class View(ExportingScreen):
    """A view of a picture, now or then. It is told what changed and paints that; it asks neither disk nor network.

    A view is painted before there is a picture: `live` is None until `attach`.
    """

    PANES = 1
    """How many panes the view is made of."""

    def __init__(self, read_only: str = "", clock: Clock = now_utc) -> None:
        """Make a view; *read_only* says why keys that write are off, "" if they are on."""
        super().__init__()
        self.clock = clock
        self._read_only = read_only
        self._end_of_changes: Callable[[], None] | None = None
        self._end_of_saved: Callable[[], None] | None = None
        self._held: Change | None = None
        self._is_outdated = False  # more differs than is held
        self._facts: tuple[Fact, ...] = ()
        self._parts: tuple[Widget, ...] = ()
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

    def attach(self, live: "Showing", pen: "Pen", run_id: str, shelf: "FilterShelf | None" = None) -> None:
        """Take a picture, what writes and the filters that are remembered, and show the picture whole.

        What it showed before it follows no more.
        """
        self._end_subscriptions()
        self.live = live
        self.shelf = shelf
        if shelf is not None:
            self._end_of_saved = shelf.on_change(self.saved_changed)
        self._pen = pen
        self._run_id = run_id
        self._end_of_changes = live.on_change(self._changed)
        self._forget_held()
        if self.is_composed:
            self.show_whole()
            self.show_saved()

    @property
    def is_composed(self) -> bool:
        """Whether its widgets are there. They never come to be where someone leaves while the view is being made.

        When the dashboard ends, they go one after the other, while news still comes.
        """
        # Asked some times a second: what was found once is not looked for again.
        if not self._parts:
            bars = (*self.query(KeyBar), *self.query(TopBar))
            panes = self.query(".pane")
            if len(bars) == _BARS and len(panes) == self.PANES:
                self._parts = (*bars, *panes)
        return bool(self._parts) and all(part.is_attached for part in self._parts)

    @property
    def is_showing(self) -> bool:
        """Whether it has the picture, and the widgets to show it with: not before it is composed, not while it goes."""
        return self.live is not None and not self.is_going and self.is_attached and self.is_composed

    @property
    def is_in_sight(self) -> bool:
        """Whether a person sees it: no other view is in front of it. Forms leave what is behind them in sight."""
        stack = self.app.screen_stack
        return self in stack and all(screen.is_modal for screen in stack[stack.index(self) + 1 :])

    def on_screen_resume(self) -> None:
        if self.is_showing:
            self.show_held()
            self.tick()  # out of sight, details were not brought up to date

    def _changed(self, change: "Change") -> None:
        if not self.is_showing:
            return
        if not self.is_in_sight:
            self.changed_out_of_sight(change)
        elif is_calm(self.app):
            self._held = held_with(self._held, change)
        else:
            self._show_change(change)

    def changed_out_of_sight(self, change: "Change") -> None:
        """Hear of a change while nobody looks: it is shown when somebody does."""
        if not self._is_outdated:
            self._held = held_with(self._held, change)
            if weight(self._held) > _HELD_LIMIT:
                self._held, self._is_outdated = None, True

    def show_held(self) -> None:
        """Show what has changed since this was last called: out of sight, or where news is painted once a second."""
        if not self.is_showing or not self.is_in_sight:
            return
        held, is_outdated = self._held, self._is_outdated
        self._forget_held()
        if is_outdated:
            self.show_whole()
        elif held is not None:
            self._show_change(held)

    def _forget_held(self) -> None:
        self._held, self._is_outdated = None, False

    def _show_change(self, change: "Change") -> None:
        if self.is_showing:
            self.paint(change)
            self.keep_in_sight()
            if change.conflicts or change.stale:
                self.doubt()

    @on(RecordTable.Highlighted)
    @on(events.DescendantFocus)
    def keep_in_sight(self) -> None:
        """Have notes pop up above where the selected row is below, for what is done next is done to that one."""
        focused = self.focused
        line = focused.cursor_line if isinstance(focused, AnchoredList) else None
        self.set_class(line is not None and line >= self.size.height - _NOTES, "-notes-above")

    def on_unmount(self) -> None:
        self._end_subscriptions()

    def _end_subscriptions(self) -> None:
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

    def travelled(self) -> None:
        """Hear that another moment was asked for, or that more of the past is known."""

    def set_read_only(self, why: str) -> None:
        """Switch the keys that write off, and say *why* where one is pressed; "" switches them on."""
        if why != self._read_only:
            self._read_only = why
            self.refresh_bindings()

    def show_status(self, status: "FeedStatus") -> None:
        """Show how reading goes."""

    def show_facts(self, facts: tuple[Fact, ...]) -> None:
        """Show the header."""
        self._facts = facts
        self.query_one(TopBar).tell(facts)
        self.show_tabs_of_filters()

    async def action_open(self) -> None:
        from musetui.tui.views import make_record_view

        subject = self.selected()
        if subject is not None and self.live is not None and self._pen is not None:
            view = make_record_view(subject, self._read_only, self.clock)
            await self.app.push_screen(view)
            if view.is_going or not view.query(TopBar):
                return  # it was left again while it was being made
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
        if not self.live.repository.is_here:
            self.app.notify("A recording holds no files that could be opened.", severity="warning", markup=False)
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
