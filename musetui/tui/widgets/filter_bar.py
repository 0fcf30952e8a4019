"""FilterBar: the line for a filter, with ways to go on above it, and below it what is wrong or what keys there are."""

import asyncio
from collections.abc import Callable, Collection
from typing import Any

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical

from musetui.errors import FilterError
from musetui.filters.completion import OFFERED, Asked, Completion, asked, names, needs_known, taken, values, words
from musetui.filters.fields import Fields, Known
from musetui.records.text import safe_text
from musetui.tui.keymap import keymap_of
from musetui.tui.widgets.filter_line import FilterLine
from musetui.tui.widgets.filter_note import FilterNote
from musetui.tui.widgets.title_strip import TitleStrip

KEYS = "enter keeps · esc clears · tab completes · ↑↓ recalls · ctrl+s saves by name"

AT_ONCE = 1_000
"""Values that are looked through at once: a millisecond's worth. More are, beside the loop."""


class OfferStrip(TitleStrip):
    """The ways to go on, side by side."""

    class Picked(TitleStrip.Picked):
        """A way to go on was clicked."""


class FilterBar(Vertical):
    """What is typed takes effect at once; enter keeps it, escape takes it back.

    Args:
        typed: told what the line says, after each key; returns what is wrong with it, or None.
        done: told that the person is done with it, and whether the filter is to stay.
        known: returns the values of one sort that the swarm knows.
        save: saves a filter under a name, or removes the one of that name where it is ""; returns why not, or "".
    """

    DEFAULT_CSS = """
    FilterBar { display: none; height: 3; background: $panel; }
    FilterBar.-asked { display: block; }
    FilterBar OfferStrip { background: $panel; }
    """

    def __init__(
        self,
        typed: Callable[[str], FilterError | None],
        done: Callable[[bool], None],
        known: Callable[[Known], Collection[str]],
        save: Callable[[str, str], str],
    ) -> None:
        super().__init__(id="filter-bar")
        self._typed = typed
        self._done = done
        self._known = known
        self._save = save
        self._fields: Fields[Any] = Fields("", ())
        self._values: dict[Known, Collection[str]] = {}
        self._asked: Asked | None = None
        self._offers: list[Completion] = []
        self._chosen = 0
        self._history: tuple[str, ...] = ()
        self._recalled = 0
        self._draft = ""
        self._error: FilterError | None = None
        self._naming: str | None = None
        self._offered_for: tuple[str, int, str | None] | None = None

    def compose(self) -> ComposeResult:
        yield OfferStrip()
        yield FilterLine(self._line_typed, self._pressed)
        yield FilterNote()

    @property
    def line(self) -> FilterLine:
        """The line to type into."""
        return self.query_one(FilterLine)

    def ask(self, fields: Fields[Any], text: str, history: tuple[str, ...]) -> None:
        """Show the line, filled with *text*, or else with the last one of *history*, which the next letter replaces."""
        self._fields = fields
        self._values = {}
        self._offered_for = None
        self._history = history
        self._recalled = len(history)
        self._draft = text
        self._naming = None
        self._error = None
        self.line.placeholder = 'words, run:agent-4*, -state:expired, age:>2h, /regex/, "two words"'
        recalled = history[-1] if history and not text else ""
        self.line.put(text or recalled, is_selected=bool(recalled))
        self.add_class("-asked")
        self._offer()

    def _close(self, *, stays: bool) -> None:
        self.remove_class("-asked")
        self.line.close()
        self._done(stays)

    # What is typed

    def _line_typed(self, text: str) -> None:
        if self._naming is None:
            self._recalled = len(self._history)
            self._draft = text
            self._error = self._typed(text)
        # The cursor follows what was typed only now.
        self.call_later(self._offer)

    def _pressed(self, key: str) -> bool:
        """Do what *key* is for; return False where it is for the line."""
        self._offer()
        if key == "shift+tab":
            self._choose(self._chosen + 1)
        elif key == "tab" or (key == "right" and self.line.cursor_at_end and self._offers):
            self._take()
        elif key == "enter":
            self._enter()
        elif key in keymap_of(self.app).leaving_lines:
            self._escape()
        elif key == "ctrl+s" and self._naming is None:
            self._ask_name()
        elif key in ("up", "down") and self._naming is None:
            self._recall(-1 if key == "up" else 1)
        else:
            self.call_later(self._offer)
            return False
        return True

    def _enter(self) -> None:
        if self._naming is not None:
            why_not = self._save(self.line.value.strip(), self._naming)
            if why_not:
                self._note(f"That cannot be: {why_not}.")
            else:
                self._end_naming()
            return
        # What was recalled and not touched has not taken effect yet.
        self._error = self._typed(self.line.value)
        if self._error is None:
            self._close(stays=True)
        else:
            self._tell()

    def _escape(self) -> None:
        if self._naming is not None:
            self._end_naming()
        else:
            self._close(stays=False)

    def _recall(self, way: int) -> None:
        """Go to a filter used before or after the one in the line; behind the last one, to the list."""
        place = self._recalled + way
        if place > len(self._history):
            self._enter()
        elif place >= 0:
            self._recalled = place
            self.line.put(self._history[place] if place < len(self._history) else self._draft)
            self._error = self._typed(self.line.value)
            self._offer()

    # Saving by name

    def _ask_name(self) -> None:
        if self._error is None:
            self._naming = self.line.value.strip()
            self.line.placeholder = "a name for this filter" if self._naming else "the name of the filter to remove"
            self.line.put("")
            self._offer()

    def _end_naming(self) -> None:
        text, self._naming = self._naming or "", None
        self.line.put(text)
        self._offer()

    # Ways to go on

    def _offer(self) -> None:
        """Offer what the line may go on with; what the swarm knows is looked through beside the loop."""
        line = self.line
        about = (line.value, line.cursor_position, self._naming)
        if about == self._offered_for:
            self._tell()
            return
        self._offered_for = about
        self._asked = asked(line.value, line.cursor_position, self._fields) if self._naming is None else None
        what, kind = self._asked, needs_known(self._asked)
        if what is None:
            self._show([])
        elif kind is Known.NONE:
            found = names(what, self._fields) if what.field is None else words(what)
            self._show(found[:OFFERED])
        else:
            if kind not in self._values:
                self._values[kind] = self._known(kind)
            known = self._values[kind]
            if len(known) <= AT_ONCE:
                self._show(values(what, known))
            else:
                self._show([])
                self.run_worker(self._look_through(what, known), exclusive=True, exit_on_error=False, group="offers")

    async def _look_through(self, what: Asked, known: Collection[str]) -> None:
        found = await asyncio.to_thread(values, what, known)
        if what is self._asked and self.is_attached:
            self._show(found)

    def _show(self, offers: list[Completion]) -> None:
        self._offers = offers
        self._choose(0)

    def _choose(self, place: int) -> None:
        """Mark one of the ways to go on as the one that tab takes."""
        self._chosen = place % len(self._offers) if self._offers else 0
        tabs = tuple((str(number), offer.shown) for number, offer in enumerate(self._offers))
        self.query_one(OfferStrip).tell(tabs, str(self._chosen))
        self._tell()

    def _take(self) -> None:
        if self._asked is not None and self._offers:
            text, place = taken(self.line.value, self._asked, self._offers[self._chosen])
            self.line.value = text
            self.line.go_to(place)
            self._offer()

    @on(OfferStrip.Picked)
    def _picked(self, event: OfferStrip.Picked) -> None:
        event.stop()
        self._chosen = int(event.tab)
        self._take()
        self.line.focus()

    # What is said below

    def _tell(self) -> None:
        error = self._error
        if self._naming is not None:
            what = safe_text(self._naming, 60)
            self._note(
                f"enter saves {what} under this name · esc goes back" if what else "enter removes it · esc goes back"
            )
        elif error is not None and error.start < len(self.line.value.rstrip()):
            line = self.line
            # The line scrolls only with its next paint.
            self.call_after_refresh(self._point, error, line.value)
        elif error is not None:
            self._note(f"{str(error)[:1].upper()}{str(error)[1:]}.")
        else:
            about = self._offers[self._chosen].help if self._offers else ""
            keys = keymap_of(self.app).told(KEYS)
            self._note(f"{about} · {keys}" if about else keys)

    def _point(self, error: FilterError, text: str) -> None:
        if error is self._error and text == self.line.value:
            start = self.line.cell_of(error.start)
            self.query_one(FilterNote).tell(safe_text(error, 300), (start, self.line.cell_of(error.end) - start))

    def _note(self, text: str) -> None:
        self.query_one(FilterNote).tell(text)
