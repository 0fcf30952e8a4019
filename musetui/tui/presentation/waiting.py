"""Who waits for whom: the dependencies of held reservations as trees, with circles and waits in vain marked."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from musetui.forecast.cycles import strong_components
from musetui.records.kinds import Kind
from musetui.records.text import safe_text
from musetui.tui.presentation.cells import Align, Cell, Column, Span, Style, run_name
from musetui.tui.presentation.glyphs import held_cell
from musetui.tui.presentation.reservations import addresses_cell
from musetui.tui.presentation.time_text import countdown

if TYPE_CHECKING:
    from musetui.swarm.entity import Held
    from musetui.swarm.picture import Swarm

LOOKED_AT = 5_000
"""Dependencies that are looked at: a few milliseconds' worth."""

EDGES_LIMIT = 1_000
"""Waits that are shown; who wants more asks the command line."""

_DEPTH_SHOWN = 10
"""Levels of a tree that are indented; what lies deeper says how deep."""

CIRCLE, DEAD = "↻", "✕"

Edges = Mapping[str, tuple[str, ...]]
"""From each held reservation that waits to those it waits for."""


@dataclass(frozen=True, slots=True)
class WaitRow:
    """One line of a tree: a reservation, below the one that waits for it.

    Attributes:
        waiter: who waits for it; "" at the root of a tree.
        place: its place among all lines.
        branch: the tree's lines in front of it.
        held: the reservation, or None if it is not known here.
        circle: how many wait in a circle with it, itself counted; 0 if it is in none.
        knotted: whether those wait for each other in more than one circle.
        in_vain: whether its waiter waits in vain: it is over, or is not known here.
        again: whether what it waits for is told in another line.
    """

    waiter: str
    reservation_id: str
    place: int
    branch: str
    held: "Held | None"
    circle: int
    knotted: bool
    in_vain: bool
    again: bool

    @property
    def key(self) -> tuple[str, str]:
        """What tells it from other lines."""
        return self.waiter, self.reservation_id


def edges_of(swarm: "Swarm") -> tuple[dict[str, tuple[str, ...]], bool]:
    """Return who waits for whom, of reservations that are held, and whether that is all."""
    edges: dict[str, tuple[str, ...]] = {}
    room = EDGES_LIMIT
    for waiter in islice(swarm.ids(Kind.DEPENDENCY), LOOKED_AT):
        held = swarm.reservation(waiter)
        awaited = tuple(dict.fromkeys(filter(None, swarm.depends_on(waiter)))) if held and held.is_held else ()
        if awaited:
            edges[waiter] = awaited[:room]
            room -= len(edges[waiter])
            if room <= 0:
                return edges, False
    return edges, swarm.count(Kind.DEPENDENCY) <= LOOKED_AT


class Ring(NamedTuple):
    """Those who wait for each other: how many, and whether in more than one circle."""

    size: int
    knotted: bool


_NO_RING = Ring(0, False)


def circles_in(edges: Edges) -> dict[str, Ring]:
    """Return, of each who waits for itself by way of others or at once, how many wait in a circle with it."""
    found: dict[str, Ring] = {}
    for members in strong_components(edges.keys(), edges.__getitem__):
        if len(members) > 1 or members[0] in edges[members[0]]:
            within = set(members)
            waits = sum(other in within for member in members for other in edges[member])
            found.update(dict.fromkeys(members, Ring(len(members), waits > len(members))))
    return found


def wait_rows(swarm: "Swarm") -> tuple[list[WaitRow], bool]:
    """Return the trees of who waits for whom, line by line, and whether that is all.

    What waits in a circle stands first, then what waits in vain, then what will be over next. What several wait for is
    a line below each, but what it waits for itself is told once.
    """
    edges, complete = edges_of(swarm)
    circles = circles_in(edges)
    awaited = {other for others in edges.values() for other in others}
    told: set[str] = set()
    # Who waits in a circle is awaited by all in it, and needs a root of its own where nobody else waits for them.
    roots = (*sorted(edges.keys() - awaited), *sorted(edges.keys() & awaited))
    trees = [list(_tree(root, edges, circles, told, swarm)) for root in roots if root not in told]
    trees.sort(key=_urgency)
    rows = [row for tree in trees for row in tree]
    return [replace(row, place=place) for place, row in enumerate(rows)], complete


def _urgency(tree: list[WaitRow]) -> tuple[bool, bool, float, str]:
    root = tree[0]
    ends = root.held.lease.expires_at.timestamp() if root.held is not None else 0.0
    return (
        not any(row.circle for row in tree),
        not any(row.in_vain for row in tree),
        ends,
        root.reservation_id,
    )


def _tree(root: str, edges: Edges, circles: Mapping[str, Ring], told: set[str], swarm: "Swarm") -> Iterator[WaitRow]:
    """Yield the lines of one tree, without places; *told* are those whose own waits have been told already."""
    upcoming: list[tuple[str, str, tuple[bool, ...]]] = [("", root, ())]
    while upcoming:
        waiter, node, last = upcoming.pop()
        held = swarm.reservation(node)
        again = node in told
        in_vain = bool(waiter) and (held is None or not held.is_held)
        yield WaitRow(
            waiter, node, 0, _branch(last), held, *circles.get(node, _NO_RING), in_vain, again and node in edges
        )
        if not again:
            told.add(node)
            others = edges.get(node, ())
            for place, other in enumerate(reversed(others)):
                upcoming.append((node, other, (*last[-_DEPTH_SHOWN:], place == 0)))


def _branch(last: tuple[bool, ...]) -> str:
    """Return the lines of a tree in front of a node; *last* says of it and all around it whether they are the last."""
    if not last:
        return ""
    around = "".join("   " if is_last else "│  " for is_last in last[:-1])
    deep = "… " if len(last) > _DEPTH_SHOWN else ""
    return f"{deep}{around}{'└─ ' if last[-1] else '├─ '}"


def _what(row: WaitRow, _now: datetime) -> Cell:
    tree = Span(row.branch, Style.DIM)
    if row.held is None:
        return (tree, Span(safe_text(row.reservation_id)))
    return (tree, *addresses_cell(row.held.reservation.addresses, Style.STRONG if not row.waiter else Style.PLAIN))


def _run(row: WaitRow, _now: datetime) -> Cell:
    return (Span(run_name(row.held.run_id)),) if row.held is not None else (Span("–", Style.DIM),)


def _state(row: WaitRow, _now: datetime) -> Cell:
    return held_cell(row.held) if row.held is not None else (Span("? unknown", Style.DIM),)


def _left(row: WaitRow, now: datetime) -> Cell:
    if row.held is None or not row.held.is_held:
        return (Span("–", Style.DIM),)
    return (Span(countdown(row.held.lease.expires_at - now), Style.ACTIVE),)


def _note(row: WaitRow, _now: datetime) -> Cell:
    if row.circle == 1:
        return (Span(f"{CIRCLE} waits for itself", Style.HIGH),)
    if row.circle:
        what = f"{'knot' if row.knotted else 'circle'} of {row.circle:,}"
        return (Span(f"{CIRCLE} {'into the ' if row.again else ''}{what}", Style.HIGH),)
    if row.in_vain:
        return (Span(f"{DEAD} waits in vain", Style.MEDIUM),)
    return (Span("told elsewhere", Style.DIM),) if row.again else ()


def _ends(row: WaitRow) -> float:
    return row.held.lease.expires_at.timestamp() if row.held is not None and row.held.is_held else float("inf")


WAIT_COLUMNS: tuple[Column[WaitRow], ...] = (
    Column("tree", "who waits for whom", _what, lambda row: row.place, width=24, flex=4, ideal=40, priority=100),
    Column(
        "run", "run", _run, lambda row: row.held.run_id if row.held else "", width=10, flex=1, widest=26, priority=90
    ),
    Column("state", "state", _state, lambda row: row.held.state.value if row.held else "", width=10, priority=80),
    Column("left", "left", _left, _ends, width=5, priority=60, align=Align.RIGHT, ticking=True),
    Column(
        "note",
        "stuck",
        _note,
        lambda row: (-row.circle, not row.in_vain),
        width=21,
        flex=1,
        widest=40,
        priority=95,
    ),
)
"""The columns of the trees; by who waits for whom, the trees stand as they grow, the most urgent first."""
