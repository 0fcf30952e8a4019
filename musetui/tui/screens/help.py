"""The help: the keys in force where you are, made from the registry of actions and the bindings themselves."""

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen, Screen
from textual.widgets import Static

from musetui.tui.actions import ACTIONS, BY_NAME, Place, shown_key

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


class HelpScreen(ModalScreen[None]):
    """Shows the keys of the screen it was opened over.

    Args:
        screen: the screen to explain.
        read_only: why keys that write are off, or "".
    """

    BINDINGS = [
        Binding("escape,q,question_mark,enter", "dismiss(None)", "Close", show=False),
        Binding("j,down", "scroll('down')", "Down", show=False),
        Binding("k,up", "scroll('up')", "Up", show=False),
    ]

    def __init__(self, screen: Screen[None], read_only: str) -> None:
        super().__init__()
        self._keys: dict[str, tuple[list[str], bool]] = {}
        for active in screen.active_bindings.values():
            name = active.binding.action.removeprefix("app.").removeprefix("screen.")
            if name in BY_NAME:
                # All of its keys: one may be hidden behind a key of Textual's that does nothing here (ctrl+c copies
                # selected text, and where none is selected, it leaves).
                self._keys[name] = ([shown_key(key) for key in BY_NAME[name].keys], active.enabled)
        self._read_only = read_only

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
            actions = [action for action in ACTIONS if action.place is place and action.name in self._keys]
            if not actions:
                continue
            parts.append((f"\n{place.value}\n", "bold $text-accent"))
            for action in actions:
                keys, enabled = self._keys[action.name]
                shown = " ".join(keys) if enabled else f"({' '.join(keys)})"
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
