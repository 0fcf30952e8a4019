"""What a merge plan comes to, in sentences that are safe to paint, for all who show one."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from musetui.forecast.silence_wording import silent_words
from musetui.records.text import counted, safe_text

if TYPE_CHECKING:
    from musetui.forecast.hotspots import Hotspot
    from musetui.forecast.merge_plan import MergePlan

COMMIT_HERE = "commit here"
"""Stands in the place of a strategy at the branch that is checked out."""

SHOWN_HOLDERS = 4
SHOWN_IN_MATRIX = 10
"""Holders of one hotspot that a text shows, and branches of the matrix; of more holders, it tells the number."""

_NAME_LENGTH = 60


def headlines(made: "MergePlan") -> list[str]:
    """Return what a plan comes to, a sentence a line."""
    held = f"{counted(made.active_reservations, 'held reservation')} and {counted(made.active_intents, 'live intent')}"
    lines: list[str] = []
    if not made.branches:
        return [*lines, f"nothing to merge: no branch among {held}"]
    branches = "1 branch" if len(made.branches) == 1 else f"{len(made.branches)} branches"
    lines.append(f"{branches} to merge, with {held}")
    if made.left_out:
        lines.append(f"{made.left_out:,} more hold less than these and are left out")
    lines.append(cost_sentence(made))
    remaining = made.remaining
    lines.append(
        f"conflicts between branches: {remaining.address_overlap:,} at one address, {remaining.containment_overlap:,} "
        f"nested, {remaining.operation_conflict:,} where operations clash"
    )
    return lines


def supposition(made: "MergePlan") -> str:
    """Return what a plan supposes to have happened, `a is merged and b is done`; "" if nothing."""
    merged = [f"{safe_text(branch, _NAME_LENGTH)} is merged" for branch in made.what_if.merged]
    released = [f"{safe_text(run_id, _NAME_LENGTH)} is done" for run_id in made.what_if.released]
    return " and ".join(merged + released)


def cost_sentence(made: "MergePlan") -> str:
    """Say what the order costs, and how good it is."""
    if not made.cost:
        return "no branch has to be reworked for another one"
    if made.cost == made.bound:
        kept = " that keeps who waits for whom" if made.keeps_waits else ""
        sentence = f"rework {made.cost:,.1f}: no order{kept} costs less"
    else:
        share = f"{made.gap:.1%}" if made.gap >= 0.001 else "0.1%"
        sentence = f"rework {made.cost:,.1f}: within {share} of the least possible"
    if made.owed:
        sentence = f"{sentence}, {made.owed:,.1f} of it for what is merged already"
    more = made.muse_cost - made.cost
    return f"{sentence}; Muse's own order costs {made.muse_cost:,.1f}" if more >= 0.05 else sentence


def checked_out_note(made: "MergePlan", checked_out: str) -> str:
    """Say what the place of the branch that is checked out means; "" if the plan has no such branch.

    Muse does not say which branch the others are merged into. It is most often the one that is checked out, and that
    one cannot be merged into itself.
    """
    if checked_out not in made.order:
        return ""
    name = safe_text(checked_out, _NAME_LENGTH)
    return f"{name} is checked out here: if the others are merged into it, its place says when to commit its own work"


def commit_advice(strategy: str, advice: str) -> str:
    """Say what to do at the place of the branch that is checked out.

    Args:
        strategy: how it is merged at its place, if into another branch.
        advice: what that comes from, where Muse's rule says another; "" where it says the same. Safe text.
    """
    return f"commit its own work here, if the others are merged into it; if it is merged itself: {advice or strategy}"


def silence_of(runs: Sequence[str], last_heard: datetime | None, now: datetime) -> str:
    """Say that all *runs* of a branch are silent, and how to see the plan without it; "" if one of them is not.

    Args:
        runs: the runs of the branch.
        last_heard: when the last of them was heard of (aware), if all are silent; None if not.
        now: as of which moment (aware).
    """
    if last_heard is None:
        return ""
    is_one = len(runs) == 1
    it, on = ("it", "it") if is_one else ("them", "each")
    without = f"suppose {it} done to see the plan without (space on {on}, or --released)"
    return f"{silent_words(runs, last_heard, now)}: ask {it}, or {without}"


def holders_of(spot: "Hotspot") -> str:
    """Name the runs that hold a hotspot, each with its branch; of many, the first, and count the others."""
    named = [
        f"{safe_text(holding.run_id, _NAME_LENGTH)} ({safe_text(holding.branch, _NAME_LENGTH)})"
        for holding in spot.holders[:SHOWN_HOLDERS]
    ]
    rest = len(spot.holders) - len(named)
    return ", ".join(named) + (f" and {rest:,} more" if rest else "")


def sharing(made: "MergePlan") -> list[int]:
    """Return the places of the branches that share anything, from 0."""
    return [place for place, row in enumerate(made.matrix) if any(map(any, row))]
