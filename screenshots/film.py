"""Films: what a terminal showed, frame by frame: as an animated SVG that plays in a page, as an asciinema recording.

Both are made of the same frames. A line of text that several frames show is written once into the SVG, and an asciinema
recording repaints only the lines that differ, so neither grows with what stands still.
"""

import json
from collections.abc import Iterator, Sequence
from html import escape
from itertools import groupby
from typing import NamedTuple

import pyte

CELL_WIDTH, CELL_HEIGHT = 8.4, 18
"""Pixels of a cell of a font of 14 pixels."""

GROUND, INK = "#121212", "#e0e0e0"
"""What a cell shows that says nothing of its own."""

FONTS = '"Fira Code", "DejaVu Sans Mono", Menlo, Consolas, monospace'

_SVG = "http://www.w3.org/2000/svg"

_NAMED = {
    "black": "#000000",
    "red": "#cd3131",
    "green": "#0dbc79",
    "brown": "#e5e510",
    "blue": "#2472c8",
    "magenta": "#bc3fbc",
    "cyan": "#11a8cd",
    "white": "#e5e5e5",
}


class Look(NamedTuple):
    """How a stretch of text looks: its colours, and whether it is bold, slanted or underlined."""

    ink: str = INK
    ground: str = GROUND
    bold: bool = False
    italic: bool = False
    underlined: bool = False


class Run(NamedTuple):
    """A stretch of text that looks the same, and the cell it begins in."""

    x: int
    text: str
    look: Look


Line = tuple[Run, ...]


class Frame(NamedTuple):
    """What was there for a while: lines, and for how many seconds."""

    lines: tuple[Line, ...]
    seconds: float


def photograph(screen: pyte.Screen) -> tuple[Line, ...]:
    """Return the lines of what *screen* shows now."""
    return tuple(_line(screen, y) for y in range(screen.lines))


def caption(text: str, columns: int) -> Line:
    """Return a line that tells what is seen."""
    return (Run(0, f" {text}".ljust(columns)[:columns], Look("#ffffff", "#0a5a8a", bold=True)),)


def _line(screen: pyte.Screen, y: int) -> Line:
    cells = screen.buffer[y]
    runs: list[Run] = []
    for look, places in groupby(range(screen.columns), key=lambda x: _look(cells[x])):
        there = list(places)
        text = "".join(cells[x].data for x in there)
        if text.strip() or look.ground != GROUND or look.underlined:
            runs.append(Run(there[0], text, look))
    return tuple(runs)


def _look(cell: pyte.screens.Char) -> Look:
    ink, ground = _colour(cell.fg, INK), _colour(cell.bg, GROUND)
    if cell.reverse:
        ink, ground = ground, ink
    # What is not seen differs in nothing.
    return Look(
        INK if cell.data == " " and not cell.underscore else ink, ground, cell.bold, cell.italics, cell.underscore
    )


def _colour(name: str, usual: str) -> str:
    if name == "default":
        return usual
    return _NAMED.get(name.removeprefix("bright"), f"#{name}")


# As an asciinema recording (version 2)


def cast(frames: Sequence[Frame], columns: int, title: str) -> str:
    """Return the recording."""
    head = {"version": 2, "width": columns, "height": len(frames[0].lines), "title": title}
    lines = [json.dumps(head)]
    at, before = 0.0, None
    for frame in frames:
        painted = "".join(
            f"\x1b[{y + 1}H\x1b[0m\x1b[2K{_painted(line)}"
            for y, line in enumerate(frame.lines)
            if before is None or before[y] != line
        )
        start = "\x1b[?25l\x1b[2J" if before is None else ""
        lines.append(json.dumps([round(at, 2), "o", start + painted], ensure_ascii=False))
        at, before = at + frame.seconds, frame.lines
    lines.append(json.dumps([round(at, 2), "o", "\x1b[0m"]))
    return "\n".join(lines) + "\n"


def _painted(line: Line) -> str:
    """Return what paints a line from its first cell on; of two looks only what differs is told."""
    parts: list[str] = []
    at, before = 0, None
    for run in line:
        if run.x != at:
            parts.append(f"\x1b[{run.x + 1}G")
        codes = _codes(run.look, before)
        if codes:
            parts.append(f"\x1b[{codes}m")
        parts.append(run.text)
        at, before = run.x + len(run.text), run.look
    return "".join(parts)


def _codes(look: Look, before: Look | None) -> str:
    codes: list[str] = []
    if before is None or look[2:] != before[2:]:
        codes = ["0", *(code for code, has in zip(("1", "3", "4"), look[2:], strict=True) if has)]
        before = None
    for kind, colour, was in (("38", look.ink, before and before.ink), ("48", look.ground, before and before.ground)):
        if colour != was:
            codes.append(f"{kind};2;{int(colour[1:3], 16)};{int(colour[3:5], 16)};{int(colour[5:7], 16)}")
    return ";".join(codes)


# As an animated SVG


def svg(frames: Sequence[Frame], columns: int, title: str) -> str:
    """Return the picture: all frames lie beside one another, and a window moves from one to the next."""
    width, height = round(columns * CELL_WIDTH, 1), len(frames[0].lines) * CELL_HEIGHT
    looks: dict[Look, str] = {}
    grounds: dict[str, str] = {}
    numbers: dict[Line, int] = {}
    for frame in frames:
        for line in frame.lines:
            if line:
                numbers.setdefault(line, len(numbers))
                for run in line:
                    looks.setdefault(run.look._replace(ground=""), f"t{len(looks)}")
                    grounds.setdefault(run.look.ground, f"g{len(grounds)}")
    lines = [f'<g id="l{number}">{_drawn(line, looks, grounds)}</g>' for line, number in numbers.items()]
    shown = []
    for place, frame in enumerate(frames):
        used = "".join(
            f'<use href="#l{numbers[line]}" y="{y * CELL_HEIGHT}"/>' for y, line in enumerate(frame.lines) if line
        )
        shown.append(f'<svg x="{round(place * width, 1)}" width="{width}" height="{height}">{used}</svg>')
    length = sum(frame.seconds for frame in frames)
    rules = [
        f"text{{font:14px {FONTS};white-space:pre}}",
        *(f".{name}{{{_rule(look)}}}" for look, name in looks.items()),
        *(f".{name}{{fill:{colour}}}" for colour, name in grounds.items()),
        f"#film{{animation:play {length:g}s steps(1,end) infinite}}",
        f"@keyframes play{{{''.join(_moves(frames, width, length))}}}",
    ]
    return "\n".join(
        [
            f'<svg xmlns="{_SVG}" viewBox="0 0 {width} {height}" width="{width}" height="{height}">',
            f"<title>{escape(title)}</title>",
            f"<style>{''.join(rules)}</style>",
            f"<defs>{''.join(lines)}</defs>",
            f'<rect width="{width}" height="{height}" fill="{GROUND}"/>',
            f'<g id="film">{"".join(shown)}</g>',
            "</svg>",
            "",
        ]
    )


def _moves(frames: Sequence[Frame], width: float, length: float) -> Iterator[str]:
    at = 0.0
    for place, frame in enumerate(frames):
        yield f"{100 * at / length:.3f}%{{transform:translateX({-place * width:.1f}px)}}"
        at += frame.seconds


def _rule(look: Look) -> str:
    rule = f"fill:{look.ink}"
    return (
        rule
        + (";font-weight:bold" if look.bold else "")
        + (";font-style:italic" if look.italic else "")
        + (";text-decoration:underline" if look.underlined else "")
    )


def _drawn(line: Line, looks: dict[Look, str], grounds: dict[str, str]) -> str:
    boxes = "".join(
        f'<rect class="{grounds[ground]}" x="{CELL_WIDTH * runs[0].x:g}" width="{CELL_WIDTH * _wide(runs):g}" '
        f'height="{CELL_HEIGHT}"/>'
        for ground, runs in _by_ground(line)
        if ground != GROUND
    )
    text = "".join(
        f'<tspan x="{CELL_WIDTH * (run.x + _indent(run.text)):g}" class="{looks[run.look._replace(ground="")]}">'
        f"{escape(run.text.strip(' '), quote=False)}</tspan>"
        for run in line
        if run.text.strip()
    )
    return f'{boxes}<text y="14">{text}</text>' if text else boxes


def _by_ground(line: Line) -> Iterator[tuple[str, list[Run]]]:
    """Yield stretches of one ground, whatever stands on it."""
    stretch: list[Run] = []
    for run in line:
        if stretch and (run.look.ground != stretch[0].look.ground or run.x != stretch[-1].x + len(stretch[-1].text)):
            yield stretch[0].look.ground, stretch
            stretch = []
        stretch.append(run)
    if stretch:
        yield stretch[0].look.ground, stretch


def _wide(runs: Sequence[Run]) -> int:
    return sum(len(run.text) for run in runs)


def _indent(text: str) -> int:
    return len(text) - len(text.lstrip(" "))
