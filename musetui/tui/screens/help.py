"""The help: the keys in force where you are, made from the registry of actions and the bindings themselves."""

from collections.abc import Iterator
from typing import NamedTuple

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.content import Content
from textual.screen import Screen
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from musetui.records.text import safe_text
from musetui.tui.actions import ACTIONS, Action, Place
from musetui.tui.doing import do_action
from musetui.tui.key_names import sent_as
from musetui.tui.keymap import keymap_of
from musetui.tui.screens.modal import Modal
from musetui.tui.widgets.line_input import LineInput

LEGEND = (
    ("● active", "held, with time left"),
    ("◔ expiring", "held, under 5 minutes or a tenth of its lease left"),
    ("◌ silent", "held, but its run has shown no sign of life"),
    ("○ released", "given back"),
    ("✕ expired", "its lease ran out"),
    ("⇄ shared", "known here, and seen at the hub"),
    ("⇣ pulled", "known from the hub alone: a record, or whoever takes part"),
    ("▁▂▃▅▇ heat", "holds × 2, further runs × 3, conflicts × 8, 4, 2, announced or ended lately × 1"),
    ("▲ ◆ ▽", "high, medium and low: the risk of a conflict, or how bad it is that something is stuck"),
)

ORDER = (
    *(Place.PLAN, Place.MATRIX, Place.TIMELINE, Place.TREE, Place.RECORD, Place.OWN, Place.DASHBOARD, Place.MARKS),
    *(Place.TABLE, Place.VIEW, Place.PAGE, Place.APP),
)
"""What is heard in few views first, what is the same everywhere last."""


class Row(NamedTuple):
    """One line.

    Attributes:
        start: keys, or a sign.
        text: what they do, or what it means.
        action: what a click does, or "".
        off: whether keys are off.
    """

    start: str
    text: str
    action: str = ""
    off: bool = False

    def holds(self, words: list[str]) -> bool:
        """Return whether all *words*, in small letters, are in it."""
        text = f"{self.start} {self.text}".lower()
        return all(word in text for word in words)


class HelpScreen(Modal[None]):
    """Shows the keys of the screen it was opened over; a row that is chosen does what its key does.

    Args:
        screen: the screen to explain.
        read_only: why keys that write are off, or "".
    """

    # Its own keys, and beside them those in force for help and filters: what opened it closes it.
    BINDINGS = [
        Binding("q", "give_up", "Close", show=False),
        Binding("j,down", "move('down')", "Down", show=False),
        Binding("k,up", "move('up')", "Up", show=False),
    ]

    def __init__(self, screen: Screen[None], read_only: str) -> None:
        super().__init__()
        self._keys: dict[str, tuple[str, bool]] = {}
        self._keymap = keymap_of(screen.app)
        for active in screen.active_bindings.values():
            action = self._keymap.action_of(active.binding)
            method = f"action_{active.binding.action.partition('(')[0]}" if action in self._keymap.commands else ""
            if action is not None and any(
                hasattr(node, method or f"action_{action.name}") for node in (active.node, screen)
            ):
                # All of its keys: one may be hidden behind a key of Textual's that does nothing here (ctrl+c copies
                # selected text, and where none is selected, it leaves).
                shown = " ".join(self._keymap.shown(action.name)) or "no key"
                self._keys[action.name] = (shown, active.enabled)
        self._read_only = read_only

    def on_key(self, event: events.Key) -> None:
        line = self.query_one(LineInput)
        if line.has_focus:
            if event.key in self._keymap.leaving_lines:
                self._leave_line(shows_all=True)
            elif event.key in ("down", "enter"):
                self._leave_line(shows_all=False)
            else:
                return
        elif self._hears("help", event):
            self.dismiss(None)
        elif self._hears("filter", event):
            self.action_filter()
        elif event.key == "enter":  # before the list hears it, which does nothing where no row is chosen
            self.action_choose()
        else:
            return
        event.stop()
        event.prevent_default()

    def _hears(self, name: str, event: events.Key) -> bool:
        return any(event.key in sent_as(key) for key in self._keymap.keys(name))

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog help") as dialog:
            dialog.border_title = "Keys that work here"
            dialog.border_subtitle = self.keys_line(
                (self._keymap.first("filter"), "filters", "filter"),
                ("enter", "does it", "choose"),
                ("esc", "closes", "give_up"),
            )
            yield LineInput(placeholder="words of a row", compact=True, id="help-filter")
            yield OptionList(*self._options(""), compact=True)

    def on_mount(self) -> None:
        rows = self.query_one(OptionList)
        # Who closes it as soon as it is read does nothing else by that.
        rows.highlighted = None
        rows.focus()

    # The rows

    def _options(self, text: str) -> Iterator[Option]:
        """Yield the rows that hold all words of *text*, each below what it belongs to."""
        words = text.lower().split()
        found = False
        if self._read_only:
            told = f"Read-only: {self._read_only} Keys in brackets are off."
            yield Option(Content.assemble((told, "$text-warning bold")), disabled=True)
        for title, rows in self._parts():
            kept = [row for row in rows if row.holds(words)]
            if kept:
                gap = "\n" if found else ""
                found = True
                yield Option(Content.assemble((f"{gap}{title}", "bold $text-accent")), disabled=True)
            for row in kept:
                start = (f"  {row.start:<16} ", "$text-disabled" if row.off else "bold")
                # Signs can be gone to as well, or nobody could see the last ones.
                yield Option(
                    Content.assemble(start, (row.text, "$foreground")), id=row.action or None, disabled=row.off
                )
        if not found:
            yield Option(Content(f"No row holds {safe_text(text.strip(), 200)}"), disabled=True)

    def _parts(self) -> Iterator[tuple[str, list[Row]]]:
        every: tuple[Action, ...] = (*ACTIONS, *self._keymap.commands)
        for place in ORDER:
            rows = []
            for action in every:
                if action.place is place and action.name in self._keys:
                    keys, enabled = self._keys[action.name]
                    shown = keys if enabled else f"({keys})"
                    rows.append(Row(shown, safe_text(action.help), action.name if enabled else "", not enabled))
            yield place.value, rows
        yield "Signs", [Row(*each) for each in LEGEND]

    # Choosing one

    @on(OptionList.OptionSelected)
    def _chosen(self, event: OptionList.OptionSelected) -> None:
        if event.option_id is not None:
            self._do(event.option_id)

    def action_choose(self) -> None:
        # Not by the list's message: where this was clicked, it would not come here.
        option = self.query_one(OptionList).highlighted_option
        if option is None:
            self.dismiss(None)
        elif option.id is not None:
            self._do(option.id)

    def _do(self, name: str) -> None:
        self.dismiss(None)
        self.app.call_later(do_action, self.app, name)

    def action_move(self, way: str) -> None:
        rows = self.query_one(OptionList)
        if way == "down":
            rows.action_cursor_down()
        else:
            rows.action_cursor_up()

    # Filtering them

    def action_filter(self) -> None:
        line = self.query_one(LineInput)
        line.add_class("-asked")
        # At once, and not by a message: the next key may be here already.
        self.set_focus(line)

    def _leave_line(self, *, shows_all: bool) -> None:
        line, rows = self.query_one(LineInput), self.query_one(OptionList)
        if shows_all:
            line.value = ""
        line.set_class(bool(line.value), "-asked")
        self.set_focus(rows)
        if not shows_all and rows.highlighted is None:
            rows.action_first()

    @on(LineInput.Changed)
    def _typed(self, event: LineInput.Changed) -> None:
        rows = self.query_one(OptionList)
        rows.clear_options()
        rows.add_options(self._options(event.value))
        rows.highlighted = None
