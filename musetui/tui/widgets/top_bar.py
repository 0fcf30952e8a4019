"""The header: one line with the whole picture, told in words and numbers, the least important left out first."""

from dataclasses import dataclass

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from musetui.tui.widgets.action_line import ActionLine, doing

_WORTH_IT = 18
"""Cells that a shortened text must gain to be told at length: fewer hold no more than the stump of a sentence."""


@dataclass(frozen=True, slots=True)
class Fact:
    """One part of the header.

    Attributes:
        text: safe text.
        style: a component class suffix of `TopBar`: name, plain, good, warn, bad, past or
            dim; where one of them is past, the whole line looks otherwise.
        rank: 1 is left out last.
        short: what stands for it where there is little room; "" for the text itself.
        whole: what it says at full length, for a place that has room; "" where the text has it all. Safe text.
        action: what a click on it does, by its name; "" for nothing.
        fill: what it grows into where room is left, and may be cut anywhere; "" where it does not. Safe text.
    """

    text: str
    style: str
    rank: int
    short: str = ""
    whole: str = ""
    action: str = ""
    fill: str = ""


class TopBar(ActionLine):
    """Paints the facts it is given that fit; a click on one leads to what it is about."""

    DEFAULT_CSS = """
    TopBar { dock: top; height: 1; background: $panel; color: $foreground; }
    TopBar > .top-bar--name { color: $accent; text-style: bold; }
    TopBar > .top-bar--plain { color: $foreground; }
    TopBar > .top-bar--good { color: $success; }
    TopBar > .top-bar--warn { color: $warning; text-style: bold; }
    TopBar > .top-bar--bad { color: $error; text-style: bold; }
    TopBar.-past { background: $secondary 30%; }
    TopBar > .top-bar--past { color: $foreground; text-style: bold; }
    TopBar > .top-bar--dim { color: $foreground-muted; }
    """
    COMPONENT_CLASSES = {f"top-bar--{style}" for style in ("name", "plain", "good", "warn", "bad", "dim", "past")}

    def __init__(self) -> None:
        super().__init__()
        self._facts: tuple[Fact, ...] = ()
        self._looks: dict[str, Style] = {}

    def tell(self, facts: tuple[Fact, ...]) -> None:
        """Show *facts*, in this order."""
        if facts != self._facts:
            self._facts = facts
            self.set_class(any(fact.style == "past" for fact in facts), "-past")
            self.refresh()

    def notify_style_update(self) -> None:
        self._looks.clear()
        super().notify_style_update()

    def _look(self, name: str) -> Style:
        """Return what a style looks like. Textual works that out anew each time, for each of a dozen words a second."""
        found = self._looks.get(name)
        if found is None:
            found = self._looks[name] = self.get_component_rich_style(f"top-bar--{name}", partial=True)
        return found

    def render_line(self, y: int) -> Strip:
        ground = self.rich_style
        width = self.size.width
        segments = [
            Segment(f" {text} ", ground + self._look(fact.style) + doing(fact.action))
            for text, fact in fit(self._facts, width)
        ]
        return Strip(segments).adjust_cell_length(width, ground)


def fit(facts: tuple[Fact, ...], width: int) -> list[tuple[str, Fact]]:
    """Return the facts, each behind its text, that fit into *width* cells.

    Where not all do, texts are shortened, the least important first; if that is not enough, facts are left out. Room
    that is left is filled by what can grow, the most important first.
    """
    texts = [fact.text for fact in facts]
    room = width - sum(cell_len(text) + 2 for text in texts)
    for place in sorted(range(len(facts)), key=lambda place: -facts[place].rank):
        if room >= 0:
            break
        if facts[place].short:
            room += cell_len(texts[place]) - cell_len(facts[place].short)
            texts[place] = facts[place].short
    taken: set[int] = set()
    room = width
    for place in sorted(range(len(facts)), key=lambda place: facts[place].rank):
        if cell_len(texts[place]) + 2 <= room:
            taken.add(place)
            room -= cell_len(texts[place]) + 2
    for place in sorted(taken, key=lambda place: facts[place].rank):
        grown = _grown(facts[place], texts[place], room)
        room -= cell_len(grown) - cell_len(texts[place])
        texts[place] = grown
    return [(texts[place], facts[place]) for place in sorted(taken)]


def _grown(fact: Fact, text: str, room: int) -> str:
    """Return as much of what *fact* grows into as *room* more cells hold, or its *text* where that says no more."""
    whole, has = cell_len(fact.fill), cell_len(text)
    widest = min(whole, has + room)
    if widest <= has or (widest < whole and text == fact.short and widest < has + _WORTH_IT):
        return text
    return fact.fill if widest == whole else f"{set_cell_size(fact.fill, widest - 1)}…"
