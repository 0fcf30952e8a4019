"""A field for several addresses, completed from what is known."""

import asyncio
from collections.abc import Callable, Sequence

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from musetui.records.text import safe_text
from musetui.tui.keymap import keymap_of
from musetui.tui.widgets.line_input import LineInput

SUGGESTIONS = 6
"""Completions on offer at once: what a person can take in at a glance."""


def complete(typed: str, known: Sequence[str], limit: int = SUGGESTIONS) -> list[str]:
    """Return up to *limit* of *known* that begin with *typed*, then those that contain it, letter case ignored."""
    needle = typed.casefold()
    if not needle:
        return []
    begins: list[str] = []
    contains: list[str] = []
    for address in known:
        folded = address.casefold()
        if folded.startswith(needle):
            if address != typed:
                begins.append(address)
            if len(begins) == limit:
                break
        elif needle in folded and len(contains) < limit:
            contains.append(address)
    return (begins + contains)[:limit]


class _AddressInput(LineInput):
    """A line for an address. Enter and pasted lines take effect at once, before the next key can reach the line."""

    def __init__(
        self, add: Callable[[str], None], complete: Callable[[], bool], left: Callable[[], None], placeholder: str
    ) -> None:
        super().__init__(placeholder=placeholder)
        self._add = add
        self._complete = complete
        self._left = left

    def leave(self, way: int) -> None:
        self._left()
        super().leave(way)

    def on_key(self, event: events.Key) -> None:
        if self.hands_on(event):
            return
        # Here, and not by the binding: that is looked up only after the keys behind it have been typed in.
        if event.key == "enter" and self.value.strip():
            event.prevent_default()
            event.stop()
            self._add(self.value.strip())
        elif event.key == "right" and self.cursor_at_end and self.value and self._complete():
            event.prevent_default()
            event.stop()

    def on_paste(self, event: events.Paste) -> None:
        lines = [line.strip() for line in event.text.splitlines() if line.strip()]
        if len(lines) > 1:
            # Textual's own handler would keep the first line alone.
            event.prevent_default()
            event.stop()
            for line in (f"{self.value.strip()}{lines[0]}", *lines[1:]):
                self._add(line)


class AddressPicker(Vertical):
    """Type an address, enter adds it; backspace on an empty line takes the last one back.

    The right arrow completes with the first suggestion, down goes to all of them.

    Args:
        known: gives every known address; called once, when the field is first used.
    """

    BINDINGS = [
        Binding("down", "to_suggestions", "Completions", show=False),
    ]

    class Changed(Message):
        """The addresses, or the one being typed, changed."""

    def __init__(
        self, known: Callable[[], Sequence[str]], chosen: Sequence[str] = (), *, id: str | None = None
    ) -> None:
        super().__init__(id=id)
        self._known_source = known
        self._known: Sequence[str] | None = None
        self._chosen = list(dict.fromkeys(chosen))
        self._asked = 0
        self._found: list[str] = []
        self._found_for = ""

    def compose(self) -> ComposeResult:
        yield Static(markup=False, classes="chosen")
        yield _AddressInput(
            self._add,
            self.take_first,
            self._leave,
            keymap_of(self.app).told("src/billing.py::compute_total   (enter adds another, → completes)"),
        )
        yield OptionList(classes="suggestions", markup=False)

    def on_mount(self) -> None:
        self._show_chosen()
        self.query_one(OptionList).display = False

    @property
    def addresses(self) -> list[str]:
        """The addresses chosen, and the one being typed."""
        typed = self.query_one(Input).value.strip()
        return list(dict.fromkeys([*self._chosen, *([typed] if typed else [])]))

    def _show_chosen(self) -> None:
        lines = "\n".join(f"+ {safe_text(address, 200)}" for address in self._chosen)
        chosen = self.query_one(".chosen", Static)
        chosen.update(Content(lines))
        chosen.display = bool(lines)

    def _add(self, address: str) -> None:
        if address and address not in self._chosen:
            self._chosen.append(address)
        self.query_one(Input).value = ""
        self._show_chosen()
        self.post_message(self.Changed())

    @on(Input.Changed)
    async def _typed(self, event: Input.Changed) -> None:
        event.stop()
        self.post_message(self.Changed())
        if self._known is None:
            self._known = self._known_source()
        self._asked += 1
        asked = self._asked
        # Off the loop: a swarm of 100,000 reservations knows a million characters of addresses.
        found = await asyncio.to_thread(complete, event.value.strip(), self._known)
        if asked == self._asked and self.is_attached:
            options = self.query_one(OptionList)
            options.clear_options()
            options.add_options(
                Option(Content(safe_text(address, 200)), id=str(place)) for place, address in enumerate(found)
            )
            options.display = bool(found)
            self._found = found
            self._found_for = event.value.strip()

    @on(OptionList.OptionSelected)
    def _picked(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self.query_one(Input).value = self._found[event.option_index]
        self.query_one(Input).focus()
        self.query_one(Input).cursor_position = len(self._found[event.option_index])

    def action_to_suggestions(self) -> None:
        options = self.query_one(OptionList)
        if options.display:
            options.focus()
            options.highlighted = 0

    def take_first(self) -> bool:
        """Complete what is typed with the first suggestion; return False where there is none for just that."""
        field = self.query_one(Input)
        if not self._found or self._found_for != field.value.strip():
            return False
        field.value = self._found[0]
        field.cursor_position = len(field.value)
        return True

    def _leave(self) -> None:
        """Put the suggestions away. What was typed stays as it is: a completion is asked for by its own key."""
        self.query_one(OptionList).display = False

    def on_key(self, event: events.Key) -> None:
        field = self.query_one(Input)
        if event.key == "backspace" and field.has_focus and not field.value and self._chosen:
            self._chosen.pop()
            self._show_chosen()
            self.post_message(self.Changed())
