"""Signs for terminals whose fonts have none: what stands in ASCII for each sign that is painted.

Every sign takes one cell, and so does what stands for it: nothing moves. Signs are exchanged where lines are painted,
so that frames, scroll bars and what Textual paints of its own are plain too. Letters of people's own texts stay.
"""

import unicodedata
from collections.abc import Mapping
from typing import TYPE_CHECKING

from rich.cells import cell_len
from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter

from musetui.terminal_signs import locale_has_signs

if TYPE_CHECKING:
    from textual.driver import Driver

TWINS: Mapping[str, str] = {
    # States, risks and strategies: high is up, low is down.
    "●": "O",
    "○": "o",
    "◔": "%",
    "◌": ".",
    "✕": "x",
    "◉": "*",
    "◐": "%",
    "◷": "%",
    "▲": "^",
    "◆": "=",
    "▽": "v",
    "▼": "v",
    "✓": "+",
    "»": ">",
    "•": "*",
    # Where things are from, and where they lead.
    "⇄": "&",
    "⇣": "<",
    "→": ">",
    "←": "<",
    "↑": "^",
    "↓": "v",
    "⟲": "@",
    "↻": "@",
    "⎇": "@",
    # Shares and heat, from little to much.
    "▰": "#",
    "▱": "-",
    "░": ".",
    "▒": ":",
    "▓": "%",
    "█": "#",
    "▁": ".",
    "▂": ":",
    "▃": "-",
    "▄": "=",
    "▅": "+",
    "▆": "*",
    "▇": "%",
    # Time: what is past, what plays, leases in the timeline.
    "«": "<",
    "▶": ">",
    "▬": "=",
    "▭": "_",
    "╌": "~",
    "┿": "+",
    "╪": "*",
    "┊": "!",
    # Trees, cursors and frames.
    "▾": "v",
    "▸": ">",
    "▌": ">",
    "╲": "\\",
    "‹": "<",
    "›": ">",
    "─": "-",
    "━": "-",
    "│": "|",
    "┃": "|",
    "├": "|",
    "└": "`",
    **dict.fromkeys("╭╮╰╯", "+"),
    # Punctuation.
    "…": "~",
    "·": "-",
    "–": "-",
    "—": "-",
    "×": "x",
    "’": "'",
    "\N{NO-BREAK SPACE}": " ",
    # What stands for a character that must not be painted.
    "␡": "?",
    "�": "?",
    # Textual's own, two cells wide.
    "🔎": "/ ",
}
"""By the sign. A test finds signs that are painted and have no twin."""

_FRAMES = range(0x2500, 0x2580)
_BLOCKS = range(0x2580, 0x25A0)
_SHAPES = range(0x25A0, 0x2600)
_CONTROLS = range(0x2400, 0x2440)
"""Pictures of control characters, which stand for those in people's texts."""


def _twins() -> dict[int, str]:
    found: dict[int, str] = dict.fromkeys(_BLOCKS, "#") | dict.fromkeys(_CONTROLS, "?")
    found |= {code: "*" * cell_len(chr(code)) for code in _SHAPES}
    for code in _FRAMES:
        ways = unicodedata.name(chr(code)).removeprefix("BOX DRAWINGS ").split()
        across, down = "HORIZONTAL" in ways, "VERTICAL" in ways
        found[code] = "-" if across and not down else "|" if down and not across and "AND" not in ways else "+"
    for upper in (0x2594, 0x2580):  # lines above something, and not blocks
        found[upper] = "-"
    return found | {ord(sign): twin for sign, twin in TWINS.items()}


_TABLE = _twins()


class PlainSigns(LineFilter):
    """Paints lines with their signs in ASCII."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        return [
            segment
            if segment.text.isascii()
            else Segment(segment.text.translate(_TABLE), segment.style, segment.control)
            for segment in segments
        ]


def has_signs(glyphs: str, environment: Mapping[str, str], driver_class: "type[Driver] | None" = None) -> bool:
    """Return whether a terminal is to be given signs beyond ASCII.

    Args:
        glyphs: `unicode`, `ascii`, or `auto`: the environment tells.
        environment: the environment; a Linux console has no font for them, nor is there a place for them in a locale
            that is not of UTF-8. One that names no locale tells nothing.
        driver_class: what paints, if that is no terminal.
    """
    if glyphs != "auto":
        return glyphs == "unicode"
    if driver_class is None and "TEXTUAL_DRIVER" in environment:
        return True  # a page has the fonts of its browser
    return locale_has_signs(environment)
