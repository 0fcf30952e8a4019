"""A branch of a merge plan, a run on it or a hotspot, in lines of a label and what there is to say."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from musetui.forecast.plan_summary import cost_sentence, silence_of
from musetui.forecast.plan_wording import addresses, rework_words
from musetui.records.text import counted, safe_text
from musetui.tui.presentation.cells import Cell, Span, Style, cell, run_cell, run_name
from musetui.tui.presentation.conflicts import names_cell
from musetui.tui.presentation.detail import Line
from musetui.tui.presentation.plan import SUPPOSED, BranchRow, RunRow, strategy_cell

if TYPE_CHECKING:
    from musetui.forecast.hotspots import Hotspot
    from musetui.forecast.merge_plan import MergePlan, PlannedBranch

SHOWN = 20
"""Runs, hotspots or branches of one list that are shown; of more, it tells the number."""

_NAME_LENGTH = 80


def branch_lines(row: BranchRow, made: "MergePlan", runs: Sequence[RunRow], now: datetime) -> list[Line]:
    """Return all there is to say about a branch in a plan, as of *now* (aware)."""
    head = Line("branch", cell(row.branch, Style.STRONG))
    held = _listed("runs", [(Span(_run_line(run)),) for run in runs[:SHOWN]], len(runs))
    if not row.place:
        why = "merged" if row.strategy == "merged" else "all its runs have released what they hold"
        told = f"{SUPPOSED} {why}: this is only supposed, nothing is written. u takes the last mark back."
        return [head, Line("what if", (Span(told, Style.MEDIUM),)), *held]
    spots = [spot for spot in made.hotspots if row.branch in spot.branches]
    planned = made.branches[row.place - 1]
    silence = silence_of(planned.run_ids, planned.last_heard, now)
    place = Span(f"   {row.place} of {len(made.branches)}   ")
    return [
        Line("branch", (*cell(row.branch, Style.STRONG), place, *strategy_cell(row.strategy))),
        Line("why", cell(row.reason, limit=600)),
        *((Line("silent", cell(silence, Style.MEDIUM, limit=600)),) if silence else ()),
        *((Line("do", cell(row.advice, Style.MEDIUM, limit=600)),) if row.advice else ()),
        Line("rework", _rework(row, made)),
        *_reworks(planned),
        *_shares(row, made),
        *held,
        Line("intents", _intents(row.intents)),
        *_listed("hotspots", [cell(spot.address, limit=400) for spot in spots[:SHOWN]], len(spots)),
    ]


def run_lines(row: RunRow) -> list[Line]:
    """Return all there is to say about what a run holds on a branch."""
    lines = [Line("run", run_cell(row.run_id)), Line("branch", cell(row.branch))]
    if row.is_released:
        told = f"{SUPPOSED} released: this is only supposed, nothing is written. u takes the last mark back."
        lines.append(Line("what if", (Span(told, Style.MEDIUM),)))
    held = f"{addresses(row.addresses)} in {counted(row.reservations, 'reservation')}"
    return [
        *lines,
        Line("holds", (Span(held), Span(f", {row.hot:,} shared with other branches" if row.hot else "", Style.MEDIUM))),
        Line("means to", names_cell(row.means) if row.means else (Span("nothing said", Style.DIM),)),
    ]


def hotspot_lines(spot: "Hotspot") -> list[Line]:
    """Return all there is to say about a hotspot."""
    holders = [
        (Span(run_name(each.run_id), Style.STRONG), Span(f" on {safe_text(each.branch, _NAME_LENGTH)}"))
        for each in spot.holders[:SHOWN]
    ]
    return [
        Line("hotspot", cell(spot.address, Style.STRONG, limit=600)),
        Line("branches", (Span(f"{len(spot.branches):,}, in the order of merging"),)),
        *_listed("", [cell(branch, limit=_NAME_LENGTH) for branch in spot.branches[:SHOWN]], len(spot.branches)),
        *_listed("held by", holders, len(spot.holders)),
    ]


def plan_line(made: "MergePlan", cost_before: float) -> Cell:
    """Return what a plan comes to, in one line; one that supposes anything says so first.

    Args:
        made: the plan.
        cost_before: what the plan costs that supposes nothing.
    """
    remaining = made.remaining
    left = remaining.address_overlap + remaining.containment_overlap + remaining.operation_conflict
    if made.what_if:
        named = [f"{safe_text(branch, _NAME_LENGTH)} merged" for branch in made.what_if.merged]
        named += [f"{run_name(run_id)} released" for run_id in made.what_if.released]
        remain = (
            f"{counted(left, 'conflict')} {'remains' if left == 1 else 'remain'}" if left else "no conflict remains"
        )
        return (
            Span("what if: ", Style.MEDIUM),
            Span(_some(named), Style.STRONG),
            Span(f" · rework {cost_before:,.1f} → {made.cost:,.1f} · {remain}"),
            Span(" · nothing is written", Style.DIM),
        )
    if not made.branches:
        return ()
    branches = "1 branch" if len(made.branches) == 1 else f"{len(made.branches)} branches"
    out = f" ({made.left_out:,} smaller ones left out)" if made.left_out else ""
    return (
        Span(f"{branches} to merge{out}", Style.STRONG),
        Span(f" · {cost_sentence(made)} · {counted(left, 'conflict')} between branches"),
    )


def _some(named: Sequence[str]) -> str:
    return ", ".join(named[:3]) + (f" and {len(named) - 3} more" if len(named) > 3 else "")


def _rework(row: BranchRow, made: "MergePlan") -> Cell:
    if not row.reworked:
        shares = any(map(any, made.matrix[row.place - 1][: row.place - 1]))
        why = (
            "what it shares with what is merged before it, both delete"
            if shares
            else "nothing that it shares is merged before it"
        )
        return (Span(f"none: {why}", Style.DIM),)
    most = f", most of it for {safe_text(row.reworked_for, _NAME_LENGTH)}" if row.reworked_for else ""
    return (Span(f"{row.rework:,.1f}", Style.STRONG), Span(f": {addresses(row.reworked)} of its own{most}"))


def _reworks(planned: "PlannedBranch") -> list[Line]:
    """Return what a branch does again, a line each."""
    said: list[Cell] = [(Span(rework_words(each)),) for each in planned.reworks[:SHOWN]]
    return [Line("", line.spans) for line in _listed("", said, planned.reworked)]


def _shares(row: BranchRow, made: "MergePlan") -> Iterable[Line]:
    shared = [(sum(both), place, both) for place, both in enumerate(made.matrix[row.place - 1]) if any(both)]
    shared.sort(key=lambda each: (-each[0], each[1]))
    said = []
    for _, place, both in shared[:SHOWN]:
        what = ", ".join(
            f"{number:,} {word}" for number, word in ((both.exact, "the same"), (both.nested, "nested")) if number
        )
        when = "later" if place >= row.place else "earlier"
        name = safe_text(made.branches[place].branch, _NAME_LENGTH)
        said.append((Span(f"{what} with "), Span(name, Style.STRONG), Span(f", merged {when}", Style.DIM)))
    return _listed("shares", said, len(shared))


def _run_line(run: RunRow) -> str:
    done = f" {SUPPOSED} released" if run.is_released else ""
    return f"{run_name(run.run_id)}: {addresses(run.addresses)}{done}"


def _intents(operations: Sequence[str]) -> Cell:
    if not operations:
        return (Span("none announced", Style.DIM),)
    counts = Counter(operations).most_common(SHOWN)
    told = (f"{safe_text(word, 40)}{f' ×{number:,}' if number > 1 else ''}" for word, number in counts)
    return (Span(", ".join(told)),)


def _listed(label: str, said: Sequence[Cell], of_all: int) -> list[Line]:
    """Return lines under one label, and how many more there are."""
    lines = [Line(label if place == 0 else "", spans) for place, spans in enumerate(said)]
    if of_all > len(said):
        lines.append(Line("", (Span(f"… and {of_all - len(said):,} more", Style.DIM),)))
    return lines
