"""The first paint: the frames of the dashboard, while the dashboard itself is still being imported.

One widget paints them, so that they stand on the screen about as soon as an empty app's first line would. A moment
later the real panes take their place.
"""

from rich.segment import Segment
from textual.app import ComposeResult
from textual.screen import Screen
from textual.strip import Strip
from textual.widget import Widget

from musetui.tui.panes import SMALLEST_WITH_DETAIL, TITLES, is_small

Frame = tuple[str, int, int, int, int]
"""A pane's name, and its place: x, y, width and height in cells."""

_LOWER = 13
_SMALL_LOWER = 8
_LEFT = 11 / 20
"""As in `dashboard.tcss`."""


def places(width: int, height: int) -> list[Frame]:
    """Return where the panes of the dashboard are in a terminal of so many cells."""
    if is_small(width, height):
        lower = _SMALL_LOWER if height >= SMALLEST_WITH_DETAIL else 0
        return [("local", 0, 2, width, height - 3 - lower)]
    upper, left = height - 2 - _LOWER, int(width * _LEFT)
    remote, right = upper - upper * 2 // 3, width - left
    return [
        ("local", 0, 1, left, upper - remote),
        ("remote", 0, 1 + upper - remote, left, remote),
        ("conflicts", left, 1, right, upper // 2),
        ("intents", left, 1 + upper // 2, right, upper - upper // 2),
        ("detail", 0, 1 + upper, left, _LOWER),
        ("activity", left, 1 + upper, right, _LOWER),
    ]


def drawn(width: int, height: int) -> list[str]:
    """Return the lines of a terminal of so many cells, with the frames in them."""
    grid = [[" "] * width for _ in range(height)]
    for name, x, y, across, down in places(width, height):
        if across < 4 or down < 2:
            continue
        title = f"─ {TITLES[name]} "[: across - 2]
        grid[y][x : x + across] = f"╭{title:─<{across - 2}}╮"
        for row in grid[y + 1 : y + down - 1]:
            row[x] = row[x + across - 1] = "│"
        grid[y + down - 1][x : x + across] = f"╰{'':─<{across - 2}}╯"
    return ["".join(row) for row in grid]


class Frames(Widget):
    """Empty panes, drawn where those of the dashboard will be."""

    DEFAULT_CSS = "Frames { width: 1fr; height: 1fr; background: $background; color: $foreground 40%; }"

    def render_line(self, y: int) -> Strip:
        if y == 0:
            self._drawn = drawn(*self.size)
        return Strip([Segment(self._drawn[y], self.rich_style)])


class OpeningScreen(Screen[None]):
    """Shows the frames; it has no keys but the app's."""

    def compose(self) -> ComposeResult:
        yield Frames()
