"""One address of the tree, whole: its heat and what it comes from, who holds it, what collides there."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from heapq import nlargest, nsmallest
from typing import TYPE_CHECKING

from musetui.forecast.heat import CONFLICT, FURTHER_RUN, HOLD, PASSING
from musetui.forecast.tally import counts_of, names_in
from musetui.records.text import counted, safe_text
from musetui.tui.presentation.cells import Cell, Span, Style, cell, run_name
from musetui.tui.presentation.detail import Line
from musetui.tui.presentation.files import bare_name, deeds, heat_cell
from musetui.tui.presentation.glyphs import held_cell, risk_cell
from musetui.tui.presentation.reservations import operation_cell
from musetui.tui.presentation.time_text import countdown

if TYPE_CHECKING:
    from musetui.forecast.conflict import Conflict
    from musetui.forecast.heat import HeatNode
    from musetui.swarm.entity import Held

MOST = 12
"""Holders, runs or hot places that are listed."""


def file_lines(
    node: "HeatNode", holders: "Sequence[Held]", conflicts: "Sequence[Conflict]", now: datetime
) -> Iterator[Line]:
    """Yield all there is to say at *now* about an address.

    Args:
        node: the address, and the sum of what is below it.
        holders: the reservations of exactly this address, or the earliest of many.
        conflicts: the conflicts at exactly this address, the worst first.
        now: the moment (aware).
    """
    yield Line("address", cell(node.address, Style.STRONG, limit=600))
    yield Line("heat", (*heat_cell(node), Span(f"  {_sum(node)}", Style.DIM)))
    for conflict in conflicts:
        yield Line("conflict", (*risk_cell(conflict.risk, conflict.confidence)[:1], Span(f" {conflict.description}")))
    yield from _labelled("held here by", [_holder(held, now) for held in holders])
    if node.children:
        if node.runs is not None:
            yield Line("runs", _runs(node))
            yield Line("they", cell(deeds(node.operations)))
        if node.announced is not None:
            yield Line("announced", cell(deeds(node.announced)))
        hottest = nlargest(MOST, node.children, key=lambda child: (child.heat, child.address))
        yield from _labelled("hottest", [(*heat_cell(child), Span(f"  {bare_name(child)}")) for child in hottest])


def _sum(node: "HeatNode") -> str:
    """Say what the heat is the sum of, in the order of the rule."""
    held, late, announced = node.holds, node.late, node.announcements
    further = max(names_in(node.runs) - 1, 0)
    parts = [
        (held, counted(held, "hold"), HOLD),
        (further, counted(further, "further run"), FURTHER_RUN),
        *(
            (count, f"{risk} {'conflict' if count == 1 else 'conflicts'}", CONFLICT[risk])
            for risk, count in sorted(counts_of(node.risks).items(), key=lambda item: -CONFLICT[item[0]])
        ),
        (announced, f"{announced:,} announced", PASSING),
        (late, f"{late:,} ended lately", PASSING),
    ]
    told = []
    for count, text, weight in parts:
        if count:
            text = text if text[:1].isdigit() else f"{count:,} {text}"
            told.append(text if weight == 1 else f"{text} × {weight}")
    return "= " + " + ".join(told)


def _runs(node: "HeatNode") -> Cell:
    counts = counts_of(node.runs)
    shown = nsmallest(MOST, counts, key=lambda run_id: (-counts[run_id], run_id))
    text = ", ".join(f"{run_name(run_id, 60)} {counts[run_id]:,}" for run_id in shown)
    more = f" and {len(counts) - MOST:,} more" if len(counts) > MOST else ""
    return (Span(text), Span(more, Style.DIM))


def _holder(held: "Held", now: datetime) -> Cell:
    record = held.reservation
    return (
        *held_cell(held),
        Span(f"  {run_name(record.run_id)} ", Style.STRONG),
        *operation_cell(record.operation),
        Span(f" on {safe_text(record.branch, 80)}" if record.branch else ""),
        Span(f", {countdown(held.lease.expires_at - now)} left", Style.DIM),
    )


def _labelled(label: str, cells: Sequence[Cell]) -> Iterator[Line]:
    for place, each in enumerate(cells[:MOST]):
        yield Line("" if place else label, each)
    if len(cells) > MOST:
        yield Line("", (Span("… and more", Style.DIM),))
