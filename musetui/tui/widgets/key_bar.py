"""The footer: the keys that work where you are, in one line, made from the registry of actions.

Textual's own footer mounts a widget for each key anew whenever the focus moves; one painted line costs nothing.
"""

from collections.abc import Iterator

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.screen import Screen
from textual.strip import Strip
from textual.widget import Widget

from musetui.records.text import safe_text
from musetui.tui.actions import Action
from musetui.tui.key_names import sent_as, shown_key
from musetui.tui.keymap import keymap_of

_GAP = 2
"""Cells between two keys."""


class KeyBar(Widget, can_focus=False):
    """One line of keys; a key that is off is dim and in brackets. A click presses the key."""

    DEFAULT_CSS = """
    KeyBar { dock: bottom; height: 1; background: $panel; color: $foreground; }
    KeyBar > .key-bar--key { color: $accent; text-style: bold; }
    KeyBar > .key-bar--word { color: $foreground; }
    KeyBar > .key-bar--off { color: $foreground-muted; text-style: italic; }
    """
    COMPONENT_CLASSES = {"key-bar--key", "key-bar--word", "key-bar--off"}
    ALLOW_SELECT = False

    def on_mount(self) -> None:
        self.screen.bindings_updated_signal.subscribe(self, self._bindings_changed)

    def _bindings_changed(self, _screen: Screen[object]) -> None:
        self.refresh()

    def _items(self) -> Iterator[tuple[str, str, str, bool]]:
        """Yield (key, shown key, word, enabled) in the order of rank, as many as there is room for."""
        found: dict[str, dict[str, bool]] = {}
        actions: dict[str, Action] = {}
        keymap = keymap_of(self.app)
        for key, active in self.screen.active_bindings.items():
            action = keymap.action_of(active.binding)
            # The key of a view is no news in that view.
            if action is not None and action.rank and action.name != f"show_{self.app.current_mode}":
                actions[action.name] = action
                found.setdefault(action.name, {})[key] = active.enabled
        room = self.size.width + _GAP  # after the last one, no gap need fit
        fitting: list[tuple[int, str, str, str, bool]] = []
        # Help and quit must never be pushed out by a narrow terminal: they are given room first.
        for name in sorted(found, key=lambda name: (name not in ("help", "quit"), actions[name].rank)):
            title = safe_text(actions[name].title)
            heard = found[name]
            # Of several keys, people are told the first that is heard here.
            pairs = ((key, sent) for key in keymap.keys(name) for sent in sent_as(key) if sent in heard)
            key, sent = next(pairs, ("", ""))
            if not key:
                continue
            shown = shown_key(key) if heard[sent] else f"({shown_key(key)})"
            room -= cell_len(shown) + cell_len(title) + 2 + _GAP
            if room < 0:
                break
            fitting.append((actions[name].rank, sent, shown, title, heard[sent]))
        for _rank, key, shown, word, enabled in sorted(fitting):
            yield key, shown, word, enabled

    def render_line(self, y: int) -> Strip:
        ground = self.rich_style
        key_style, word_style, off_style = (
            self.get_component_rich_style(f"key-bar--{part}", partial=True) for part in ("key", "word", "off")
        )
        segments: list[Segment] = []
        for key, shown, word, enabled in self._items():
            meta = Style.from_meta({"key": key})
            style = key_style if enabled else off_style
            segments.append(Segment(f" {shown}", ground + style + meta))
            segments.append(Segment(f" {word}{' ' * _GAP}", ground + (word_style if enabled else off_style) + meta))
        return Strip(segments).adjust_cell_length(self.size.width, ground)

    def on_click(self, event: events.Click) -> None:
        key = event.style.meta.get("key")
        if isinstance(key, str):
            self.app.simulate_key(key)
