"""The footer: the keys that work where you are, and what leads to all else, in one line, made from the registry.

Textual's own footer mounts a widget for each key anew whenever the focus moves; one painted line costs nothing.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.screen import Screen
from textual.strip import Strip

from musetui.records.text import safe_text
from musetui.tui.actions import ACTIONS, BY_NAME, Action
from musetui.tui.key_names import sent_as
from musetui.tui.keymap import keymap_of
from musetui.tui.views import VIEWS
from musetui.tui.widgets.action_line import ActionLine, doing

ALWAYS = ("help", "quit", "command_palette")
"""What is never pushed out by other keys, the most important first: from there everything can be reached."""

_LEAST = (8, 6, 1)
"""Keys that must have room beside the views, where each of these has its name, where one has, and where none has."""

_VIEWS = tuple(view for action in ACTIONS if (view := action.name.removeprefix("show_")) in VIEWS)
"""In the order of their keys."""

_ROOMY = 100
"""Cells from which on there is more than one between two keys."""


class Item(NamedTuple):
    """A key and its word.

    Attributes:
        shown: the key, as people know it.
        word: what it does; "" for a key alone.
        mark: what a click is about.
        enabled: whether it is on.
        rank: its place.
    """

    shown: str
    word: str
    mark: Style
    enabled: bool = True
    rank: int = 0

    @property
    def width(self) -> int:
        """Cells that it takes, with one before it."""
        return cell_len(self.shown) + cell_len(self.word) + (2 if self.word and self.shown else 1)


class KeyBar(ActionLine):
    """One line of keys; a key that is off is dim and in brackets. A click presses the key.

    To the left are the keys of what has the focus. To the right are the views, by their keys, the one in front with
    its name or in brackets, and what leads to all the rest.
    """

    DEFAULT_CSS = """
    KeyBar { dock: bottom; height: 1; background: $panel; color: $foreground; }
    KeyBar > .key-bar--key { color: $accent; text-style: bold; }
    KeyBar > .key-bar--word { color: $foreground; }
    KeyBar > .key-bar--off { color: $foreground-muted; text-style: italic; }
    """
    COMPONENT_CLASSES = {"key-bar--key", "key-bar--word", "key-bar--off"}

    def on_mount(self) -> None:
        self.screen.bindings_updated_signal.subscribe(self, self._bindings_changed)

    def _bindings_changed(self, _screen: Screen[object]) -> None:
        self.refresh()

    @property
    def _gap(self) -> int:
        """Cells between two keys, beside the one that each begins with."""
        return 2 if self.size.width >= _ROOMY else 0

    def _heard(self) -> list[Item]:
        """Return the keys of what is heard here, in the order of rank."""
        found: dict[str, dict[str, bool]] = {}
        actions: dict[str, Action] = {}
        keymap = keymap_of(self.app)
        for key, active in self.screen.active_bindings.items():
            action = keymap.action_of(active.binding)
            if action is not None and action.rank and action.name not in ALWAYS:
                actions[action.name] = action
                found.setdefault(action.name, {})[key] = active.enabled
        items: list[tuple[int, str, Item]] = []
        for name, heard in found.items():
            # Of several keys, people are told the first that is heard here.
            pairs = ((key, sent) for key in keymap.keys(name) for sent in sent_as(key) if sent in heard)
            key, sent = next(pairs, ("", ""))
            if key:
                shown = keymap.shown_as(key) if heard[sent] else f"({keymap.shown_as(key)})"
                mark = Style.from_meta({"key": sent})
                item = Item(shown, safe_text(actions[name].title), mark, heard[sent], actions[name].rank)
                items.append((item.rank, key, item))
        return [item for *_, item in sorted(items, key=lambda each: each[:2])]

    def _always(self) -> list[Item]:
        """Return what leads to all else, as much of it as there is room for, in the order in which it is shown."""
        keymap = keymap_of(self.app)
        room = self.size.width + self._gap
        items: list[Item] = []
        for name in ALWAYS:
            action = BY_NAME[name]
            item = Item(next(iter(keymap.shown(name)), ""), action.title, doing(name), rank=action.rank)
            room -= item.width + self._gap
            if room >= 0:
                items.append(item)
        return sorted(items, key=lambda item: item.rank)

    def _views(self) -> list[list[Item]]:
        """Return the views: with their names, with that of the one in front alone, and with none."""
        keymap = keymap_of(self.app)
        front = self.app.current_mode
        every: list[Item] = []
        some: list[Item] = []
        few: list[Item] = []
        for name in _VIEWS:
            title, mark = BY_NAME[f"show_{name}"].title, doing(f"show_{name}")
            key = next(iter(keymap.shown(f"show_{name}")), "")
            named = Item(key, title, mark)
            every.append(named)
            some.append(named if name == front or not key else Item(key, "", mark))
            few.append(Item(f"[{key or title}]" if name == front else key or title, "", mark))
        return [every, some, few]

    def _taking(self, items: Sequence[Item]) -> int:
        """Return how many cells *items* take, with what is between them and behind them."""
        return sum(item.width + self._gap for item in items)

    def _parts(self) -> tuple[list[Item], list[Item], list[Item]]:
        """Return the keys, the views and what leads to all else, as much of each as there is room for."""
        always, keys = self._always(), self._heard()
        room = self.size.width - sum(item.width + self._gap for item in always)
        views: list[Item] = []
        for shape, least in zip(self._views(), _LEAST, strict=True):
            taken = sum(item.width for item in shape) + self._gap
            if taken + self._taking(keys[:least]) <= room:
                views, room = shape, room - taken
                break
        fitting: list[Item] = []
        for item in keys:
            room -= item.width + self._gap
            if room < 0:
                break
            fitting.append(item)
        return fitting, views, always

    def render_line(self, y: int) -> Strip:
        keys, views, always = self._parts()
        left = self._painted(keys, self._gap)
        right = [*self._painted(views, 0), *([Segment(" " * self._gap, self.rich_style)] if views else [])]
        right += self._painted(always, self._gap)
        width = self.size.width - Strip(left).cell_length - Strip(right).cell_length
        between = Segment(" " * max(width, 0), self.rich_style)
        return Strip([*left, between, *right]).adjust_cell_length(self.size.width, self.rich_style)

    def _painted(self, items: Iterable[Item], gap: int) -> list[Segment]:
        """Return the segments of *items*, with *gap* cells behind each."""
        ground = self.rich_style
        key_style, word_style, off_style = (
            self.get_component_rich_style(f"key-bar--{part}", partial=True) for part in ("key", "word", "off")
        )
        segments: list[Segment] = []
        for item in items:
            if item.shown:
                segments.append(
                    Segment(f" {item.shown}", ground + (key_style if item.enabled else off_style) + item.mark)
                )
            word = f" {item.word}" if item.word else ""
            style = ground + (word_style if item.enabled else off_style) + item.mark
            segments.append(Segment(f"{word}{' ' * gap}", style))
        return segments

    def on_click(self, event: events.Click) -> None:
        key = event.style.meta.get("key")
        if isinstance(key, str):
            self.app.simulate_key(key)
