"""The help: the keys in force where you are, made from the registry of actions and the bindings themselves."""

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Static

from musetui.tui.actions import ACTIONS, Place
from musetui.tui.key_names import sent_as
from musetui.tui.keymap import keymap_of
from musetui.tui.screens.modal import Modal

LEGEND = (
    ("● active", "held, with time left"),
    ("◔ expiring", "held, under 5 minutes or a tenth of its lease left"),
    ("◌ silent", "held, but its run has shown no sign of life"),
    ("○ released", "given back"),
    ("✕ expired", "its lease ran out"),
    ("⇄ shared", "known here and from the hub"),
    ("▁▂▃▅▇ heat", "holds × 2, further runs × 3, conflicts × 8, 4, 2, announced or ended lately × 1"),
    ("▲ ◆ ▽", "high, medium and low: the risk of a conflict, or how bad it is that something is stuck"),
)


class HelpScreen(Modal[None]):
    """Shows the keys of the screen it was opened over.

    Args:
        screen: the screen to explain.
        read_only: why keys that write are off, or "".
    """

    # Its own keys, and beside them those in force for help: what opened it closes it.
    BINDINGS = [
        Binding("escape,q,enter", "dismiss(None)", "Close", show=False),
        Binding("j,down", "scroll('down')", "Down", show=False),
        Binding("k,up", "scroll('up')", "Up", show=False),
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
        if any(event.key in sent_as(key) for key in self._keymap.keys("help")):
            event.stop()
            self.dismiss(None)

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog help") as dialog:
            dialog.border_title = "Keys that work here"
            dialog.border_subtitle = "esc closes"
            with VerticalScroll(classes="dialog-body"):
                yield Static(self._text(), markup=False)

    def _text(self) -> Content:
        parts: list[tuple[str, str] | str] = []
        if self._read_only:
            parts += [(f"Read-only: {self._read_only} Keys in brackets are off.\n", "$text-warning bold")]
        for place in Place:
            every = (*ACTIONS, *self._keymap.commands)
            actions = [action for action in every if action.place is place and action.name in self._keys]
            if not actions:
                continue
            parts.append((f"\n{place.value}\n", "bold $text-accent"))
            for action in actions:
                keys, enabled = self._keys[action.name]
                shown = keys if enabled else f"({keys})"
                parts += [(f"  {shown:<16}", "bold" if enabled else "$text-disabled"), f"{action.help}\n"]
        parts.append(("\nSigns\n", "bold $text-accent"))
        for sign, meaning in LEGEND:
            parts += [(f"  {sign:<16}", "bold"), f"{meaning}\n"]
        return Content.assemble(*parts)

    def action_scroll(self, way: str) -> None:
        body = self.query_one(VerticalScroll)
        if way == "down":
            body.scroll_down(animate=False)
        else:
            body.scroll_up(animate=False)
