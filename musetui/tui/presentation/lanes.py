"""Lanes: the rows of the timeline, by agent, branch or file, and the leases in each, drawn over a time axis."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import accumulate, groupby
from typing import TYPE_CHECKING, NamedTuple

from musetui.forecast.conflict import Risk
from musetui.history.leases import Lease
from musetui.records.text import counted, safe_text
from musetui.records.writing import written_at
from musetui.tui.presentation.cells import Align, Cell, Column, Cut, Span, Style, cell, run_name
from musetui.tui.presentation.detail import Line
from musetui.tui.presentation.glyphs import LANE
from musetui.tui.presentation.time_axis import Axis
from musetui.tui.presentation.time_text import clock_text

if TYPE_CHECKING:
    from musetui.swarm.entity import Held
    from musetui.swarm.picture import Swarm

_WORST = (Risk.LOW, Risk.MEDIUM, Risk.HIGH)
"""In the order of painting: what is worse covers what is less bad."""

RISKY = frozenset(risk.value for risk in Risk)
"""What shows that a lane is in conflict."""

_LISTED = 6
"""Leases that the detail lists."""


class Grouping(StrEnum):
    """What makes a lane."""

    AGENT = "agent"
    BRANCH = "branch"
    FILE = "file"


class Clash(NamedTuple):
    """A time in which a lane was in conflict (microseconds).

    Attributes:
        ends: when it was over, or as bad as that; None while it lasts.
        risk: how bad it was all the time.
        goes_on: whether it is the same conflict as the one before, which has become better or worse, or is here again.
    """

    begins: int
    ends: int | None
    risk: Risk
    goes_on: bool = False


@dataclass(frozen=True, slots=True)
class Lane:
    """One row. All text is hostile.

    Attributes:
        path: what it is called; behind that, for a row that is one lease, the reservation's id.
        leases: the earliest first.
        size: how many leases there are in the lane.
        clashes: its conflicts; none for a row that is one lease.
        states: how it stood with each lease, which is the same object all the time, when the row was made.
    """

    path: tuple[str, ...]
    leases: tuple[Lease, ...]
    size: int
    clashes: tuple[Clash, ...] = ()
    states: tuple[tuple[int, int], ...] = ()

    @property
    def is_lease(self) -> bool:
        """Whether it stands for one lease, below its lane."""
        return len(self.path) > 1


def leases_of(lane: Lane) -> Iterator[Lane]:
    """Yield a row for each lease of a lane."""
    for lease, state in zip(lane.leases, lane.states, strict=True):
        yield Lane((*lane.path, lease.reservation_id), (lease,), lane.size, states=(state,))


# Drawn


def signs(lane: Lane, axis: Axis, now: int) -> list[str]:
    """Return what each column of a lane shows, by its name in the table of glyphs, at the moment *now*."""
    count, start, span = axis.columns, axis.begins, axis.ends - axis.begins
    edges, elsewhere = [0] * (count + 1), [0] * (count + 1)
    beats: set[int] = set()
    ended: dict[int, str] = {}
    for lease in lane.leases:
        if lease.begins >= axis.ends:
            break
        ends = lease.ends
        if ends < start:
            continue
        first, last = max((lease.begins - start) * count // span, 0), (ends - start) * count // span
        shows = min(max((lease.shows - start) * count // span, 0), count)
        if first < shows:
            elsewhere[first] += 1
            elsewhere[shows] -= 1
        if lease.known < ends:
            edges[shows] += 1
            edges[max(min(last, count - 1) + 1, shows)] -= 1
        beats.update((beat - start) * count // span for beat in lease.beats if start <= beat < axis.ends)
        if last < count and ends <= now:
            ended[last] = "released" if lease.released == ends else "expired"
    ahead = axis.column(now)
    shown = ["elsewhere" if number else "nothing" for number in accumulate(elsewhere[:count])]
    for place, number in enumerate(accumulate(edges[:count])):
        if number:
            shown[place] = "ahead" if place > ahead else "one" if number == 1 else "several"
    _add_clashes(shown, lane, axis, now)
    for place in beats:
        shown[place] = f"beat {shown[place]}" if shown[place] in RISKY else "beat"
    for place, mark in ended.items():
        shown[place] = mark
    return shown


def _add_clashes(shown: list[str], lane: Lane, axis: Axis, now: int) -> None:
    count, start, span = axis.columns, axis.begins, axis.ends - axis.begins
    edges: dict[Risk, list[int]] = {}
    for begins, ends, risk, _ in lane.clashes:
        until = now if ends is None or ends > now else ends
        if until < start or begins >= axis.ends:
            continue
        of_risk = edges.get(risk)
        if of_risk is None:
            of_risk = edges[risk] = [0] * (count + 1)
        first, last = max((begins - start) * count // span, 0), min((until - start) * count // span, count - 1)
        if first <= last:
            of_risk[first] += 1
            of_risk[last + 1] -= 1
    for risk in _WORST:
        for place, number in enumerate(accumulate(edges.get(risk, ())[:count])):
            if number:
                shown[place] = risk.value


def drawn(shown: Sequence[str], at: int, now: int) -> Cell:
    """Return a lane as a cell, with lines at the columns of the moment and of now.

    Of a lane that shows something in those columns, the sign gives way to the line of the moment alone.
    """
    names = list(shown)
    if 0 <= now < len(names) and names[now] == "nothing":
        names[now] = "now"
    if 0 <= at < len(names):
        names[at] = "at"
    spans: list[Span] = []
    for name, run in groupby(names):
        sign, style = LANE[name]
        text = sign * sum(1 for _ in run)
        if spans and spans[-1].style == style:
            spans[-1] = Span(spans[-1].text + text, style)
        else:
            spans.append(Span(text, style))
    return tuple(spans)


# Columns and detail


def _name(lane: Lane, _now: datetime) -> Cell:
    if not lane.is_lease:
        return cell(lane.path[0] or "(none)", Style.STRONG)
    lease = lane.leases[0]
    told = [lease.run_id, *lease.addresses[:1], lease.reservation_id]
    # What the lane is called need not be told again.
    return (Span("  "), Span(safe_text(next(text for text in told if text and text != lane.path[0]), 200)))


def _count(lane: Lane, _now: datetime) -> Cell:
    return () if lane.is_lease else (Span(f"{len(lane.leases):,}", Style.DIM),)


def _by_name(lane: Lane) -> tuple[tuple[object, ...], ...]:
    return _path(lane, lane.path[0])


def _by_count(lane: Lane) -> tuple[tuple[object, ...], ...]:
    return _path(lane, -lane.size)


def _path(lane: Lane, rank: object) -> tuple[tuple[object, ...], ...]:
    outer = ((rank, lane.path[0]),)
    return (*outer, (lane.leases[0].begins, lane.path[1])) if lane.is_lease else outer


LANE_COLUMNS: tuple["Column[Lane]", ...] = (
    Column("lane", "held by", _name, _by_name, width=12, flex=1, ideal=18, widest=28, cut=Cut.START),
    Column("leases", "", _count, _by_count, width=5, priority=30, align=Align.RIGHT),
)
"""The columns beside the drawing, which depends on the axis and is the view's."""


def lane_lines(lane: Lane, at: int, swarm: "Swarm") -> Iterator[Line]:
    """Yield all there is to say about a lane at a moment (microseconds), of which *swarm* is the picture.

    How leases stood is the picture's to say: what is drawn knows also what came later.
    """
    found = (swarm.reservation(lease.reservation_id) for lease in lane.leases)
    held = [each for each in found if each is not None and each.is_held]
    elsewhere = sum(1 for lease in lane.leases if lease.begins <= at < lease.shows)
    yield Line("lane", cell(" ".join(lane.path), Style.STRONG))
    risks = [clash.risk for clash in lane.clashes if clash.begins <= at and (clash.ends is None or at < clash.ends)]
    told = [f"{counted(len(held), 'lease')} held"]
    if risks:
        told.append(f"{counted(len(risks), 'conflict')}, {max(risks, key=_WORST.index)} at worst")
    if elsewhere:
        told.append(f"{elsewhere:,} not known here yet")
    yield Line("then", cell(", ".join(told)))
    for place, each in enumerate(held[:_LISTED]):
        yield Line("holds" if place == 0 else "", _held_cell(each, swarm.now))
    if len(held) > _LISTED:
        yield Line("", cell(f"and {len(held) - _LISTED:,} more", Style.DIM))


def _held_cell(held: "Held", now: datetime) -> Cell:
    heard = max((beat.last_beat_at for beat in held.heartbeats if beat.last_beat_at is not None), default=None)
    beat = f", heard of {clock_text(heard)}" if heard is not None else ""
    begins, given_back = written_at(held.reservation) or held.reservation.created_at, held.release_ahead(now)
    ends, how = (held.lease.expires_at, "runs out") if given_back is None else (given_back, "released")
    until = f"{clock_text(begins)} to {clock_text(ends)} ({how})"
    address = safe_text(" ".join(held.reservation.addresses[:2]), 200)
    return (Span(address), Span(f"  {run_name(held.run_id, 60)}  {until}{beat}", Style.DIM))


def legend() -> Line:
    """Return what the signs mean."""
    words = {
        ("one",): "held",
        ("several",): "by several",
        ("elsewhere",): "not known yet",
        ("ahead",): "ahead",
        ("beat", "beat medium"): "heard of",
        ("released",): "released",
        ("expired",): "ran out",
        ("high",): "high",
        ("medium",): "medium",
        ("low",): "low conflict",
    }
    spans: list[Span] = []
    for names, word in words.items():
        signs = [LANE[name] for name in names]
        spans += [Span(sign * (2 // len(signs)), style) for sign, style in signs]
        spans.append(Span(f" {word}  ", Style.DIM))
    return Line("signs", tuple(spans))
