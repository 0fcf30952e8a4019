"""Files as rows: the columns of the tree of addresses, and the cells made from a node and a moment."""

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from musetui.forecast.operations import EDIT
from musetui.forecast.tally import names_in
from musetui.records.address import SYMBOL_MARK
from musetui.records.text import safe_text
from musetui.swarm.moments import micros, moment_at
from musetui.tui.presentation.cells import Align, Cell, Column, Span, Style, run_name
from musetui.tui.presentation.glyphs import RISKS
from musetui.tui.presentation.time_text import countdown

if TYPE_CHECKING:
    from musetui.forecast.heat import HeatNode
    from musetui.forecast.tally import Tally

STEPS = "▁▂▃▅▇"
STEP_STYLES = (Style.DIM, Style.LOW, Style.ACTIVE, Style.MEDIUM, Style.HIGH)
GUIDE, OPEN, CLOSED, LEAF = "│ ", "▾ ", "▸ ", "· "
DEEPEST_SHOWN = 24
"""Levels beyond which nothing is indented further: a hostile depth must not push the names off the screen."""

_SOON = 5 * 60 * 1_000_000
"""Microseconds before its end from which a hold's end is shown as near, as a lease's is."""

_MINUTE = 60 * 1_000_000
_NEVER = 1 << 62

Path = tuple[tuple[int, str], ...]


class FileRow(NamedTuple):
    """A node in the list. The node is live: it is read when the row is painted.

    Attributes:
        is_open: whether what is within is shown below it.
        is_coarse: whether it is ordered by about how much, and not by exactly how much. In a long list a folder that
            moves takes thousands of rows along, so there it must not move at every event.
    """

    node: "HeatNode"
    is_open: bool
    is_coarse: bool = False


def bare_name(node: "HeatNode") -> str:
    """Return what a person calls a node, safe to paint: `src/`, `billing.py`, `Invoice`, `total`."""
    name = node.name
    if node.parent is not None:
        name = name.removeprefix(SYMBOL_MARK).lstrip("/.") or name
    is_folder = SYMBOL_MARK not in node.address and any(SYMBOL_MARK not in child.address for child in node.children)
    return safe_text(name, 300) + ("/" if is_folder and not name.endswith("/") else "")


def heat_cell(node: "HeatNode") -> Cell:
    """Return the heat of a node: a rising bar of five steps, and the number."""
    step = node.step
    style = STEP_STYLES[max(step - 1, 0)]
    return (Span(f"{STEPS[:step]:<{len(STEPS)}}", style), Span(f" {_short(node.heat):>4}", Style.DIM))


def names_cell(tally: "Tally", style: str, before: str = "") -> Cell:
    """Return the first of some names, and how many there are beside it: `agent-41 +4`."""
    if tally is None:
        return ()
    # The first one by name, whoever came first: so it does not change with what comes and goes beside it.
    first, others = (tally, 0) if isinstance(tally, str) else (min(tally), len(tally) - 1)
    shown = Span(before + run_name(first), style)
    return (shown, Span(f" +{others:,}", Style.DIM)) if others else (shown,)


def deeds(tally: "Tally") -> str:
    """Return operations and how often each is meant, what is more than an edit first: `delete, modify 3`."""
    counts = {tally: 1} if isinstance(tally, str) else tally or {}
    ranked = sorted(counts.items(), key=lambda item: (item[0] == EDIT, -item[1], item[0]))
    return ", ".join(name if count == 1 else f"{name} {_short(count)}" for name, count in ranked)


def _short(count: int) -> str:
    if count < 10_000:
        return str(count)
    return f"{count // 1_000}k" if count < 1_000_000 else f"{count // 1_000_000}M"


def _depth(node: "HeatNode") -> int:
    depth = 0
    while node.parent is not None:
        node = node.parent
        depth += 1
    return depth


def _name(row: FileRow, _now: datetime) -> Cell:
    node = row.node
    mark = LEAF if not node.children else OPEN if row.is_open else CLOSED
    name = bare_name(node)
    if node.own and node.holds:
        style = Style.STRONG
    elif node.holds or node.conflicts or not node.own:
        style = Style.PLAIN
    else:
        style = Style.DIM
    return (Span(GUIDE * min(_depth(node), DEEPEST_SHOWN) + mark, Style.DIM), Span(name, style))


def _heat(row: FileRow, _now: datetime) -> Cell:
    return heat_cell(row.node)


def _holders(row: FileRow, _now: datetime) -> Cell:
    node = row.node
    if node.runs is not None:
        return names_cell(node.runs, Style.PLAIN)
    return names_cell(node.announcers, Style.DIM, "→ ") or (Span("ended lately", Style.DIM),)


def _deeds(row: FileRow, _now: datetime) -> Cell:
    node = row.node
    held, announced = deeds(node.operations), deeds(node.announced)
    gap = " " if held and announced else ""
    return (Span(held), Span(f"{gap}→ {announced}" if announced else "", Style.DIM))


def _conflicts(row: FileRow, _now: datetime) -> Cell:
    worst = row.node.worst
    if worst is None:
        return ()
    sign, style = RISKS[worst]
    return (Span(f"{sign} {_short(row.node.conflicts)}", style),)


def _ends(row: FileRow, now: datetime) -> Cell:
    soonest = row.node.soonest
    if soonest is None:
        return ()
    left = soonest - micros(now)
    return (Span(countdown(moment_at(soonest) - now), Style.EXPIRING if left < _SOON else Style.PLAIN),)


def path_by(rank: "Callable[[HeatNode], int]", coarse: Callable[[int], int]) -> Callable[[FileRow], Path]:
    """Return a sort key that orders each level by *rank*, or by *coarse* of it, and then by name; see `TreeTable`."""

    def path(row: FileRow) -> Path:
        found: list[tuple[int, str]] = []
        node: HeatNode | None = row.node
        while node is not None:
            found.append((coarse(rank(node)) if row.is_coarse else rank(node), node.name))
            node = node.parent
        return tuple(reversed(found))

    return path


def _exactly(rank: int) -> int:
    return rank


def _within_twice(rank: int) -> int:
    """Return a rank that is the same for all within a factor of two."""
    return -rank.bit_length()


def _to_the_minute(rank: int) -> int:
    return rank // _MINUTE


def _by_name(_node: "HeatNode") -> int:
    return 0


def _by_heat(node: "HeatNode") -> int:
    return -node.heat


def _by_holders(node: "HeatNode") -> int:
    return -names_in(node.runs)


def _by_deeds(node: "HeatNode") -> int:
    """Rank those first where most kinds of thing are done that are more than edits."""
    kinds = {*([node.operations] if isinstance(node.operations, str) else node.operations or ())}
    return -len(kinds - {EDIT})


def _by_conflicts(node: "HeatNode") -> int:
    """Rank the worst risk first, and of equals the most conflicts."""
    worst = node.worst
    return 0 if worst is None else -(node.conflicts << 32 * (3 - list(RISKS).index(worst)))


def _by_end(node: "HeatNode") -> int:
    soonest = node.soonest
    return _NEVER if soonest is None else soonest


FILE_COLUMNS: tuple[Column[FileRow], ...] = (
    Column("name", "name", _name, path_by(_by_name, _exactly), width=22, flex=4, ideal=36, widest=90, priority=100),
    Column("heat", "heat", _heat, path_by(_by_heat, _within_twice), width=10, priority=95),
    Column("conflicts", "conflicts", _conflicts, path_by(_by_conflicts, _within_twice), width=9, priority=90),
    Column(
        "holders", "held by", _holders, path_by(_by_holders, _within_twice), width=14, flex=2, widest=30, priority=85
    ),
    Column("deeds", "to", _deeds, path_by(_by_deeds, _exactly), width=12, flex=2, ideal=18, widest=44, priority=60),
    Column(
        "ends", "ends", _ends, path_by(_by_end, _to_the_minute), width=5, priority=80, align=Align.RIGHT, ticking=True
    ),
)
"""The columns of the tree. By any of them, each level is in order, below what is around it."""
