"""A merge plan as text for a terminal of 80 columns."""

from collections.abc import Sequence
from textwrap import wrap
from typing import TYPE_CHECKING

from musetui.cli.output import say, say_table
from musetui.forecast.plan_summary import SHOWN_IN_MATRIX, checked_out_note, headlines, holders_of, sharing
from musetui.records.text import counted, safe_text

if TYPE_CHECKING:
    from musetui.coordination.muse_command import SemanticPlan
    from musetui.forecast.merge_plan import MergePlan

SHOWN_HOTSPOTS = 10
"""Hotspots that the text shows; of more, it tells the number."""

_WIDTH = 80
_BRANCH_LENGTH = 28
_NAME_LENGTH = 60
_ADDRESS_LENGTH = 76


def print_plan(made: "MergePlan", checked_out: str) -> None:
    """Print a plan; *checked_out* is the branch that is checked out, "" for none."""
    for line in headlines(made):
        _say_wrapped(line)
    if note := checked_out_note(made, checked_out):
        _say_wrapped(note)
    if not made.branches:
        return
    say()
    say_table(
        ("", "BRANCH", "ADDRESSES", "CONFLICTS", "REWORK", "STRATEGY"),
        [
            (
                str(place),
                safe_text(planned.branch, _BRANCH_LENGTH),
                f"{planned.addresses:,}",
                f"{planned.predicted_conflicts:,}",
                f"{planned.rework:,.1f}",
                planned.strategy.value,
            )
            for place, planned in enumerate(made.branches, 1)
        ],
        numbers=(0, 2, 3, 4),
    )
    say()
    for place, planned in enumerate(made.branches, 1):
        _say_wrapped(f"{place}. {safe_text(planned.branch, _NAME_LENGTH)}: {planned.reason}", "   ")
        if planned.advice:
            _say_wrapped(f"   {planned.advice}", "   ")
    if made.hotspots:
        say()
        _print_hotspots(made)
    if any(any(shared) for row in made.matrix for shared in row):
        say()
        _print_matrix(made)


def _print_hotspots(made: "MergePlan") -> None:
    say(f"{counted(made.conflict_hotspots, 'hotspot')}, reserved from several branches")
    for spot in made.hotspots[:SHOWN_HOTSPOTS]:
        say(f"  {safe_text(spot.address, _ADDRESS_LENGTH)}")
        _say_wrapped(f"    {holders_of(spot)}", "    ")
    rest = made.conflict_hotspots - SHOWN_HOTSPOTS
    if rest > 0:
        say(f"  and {rest:,} more")


def _print_matrix(made: "MergePlan") -> None:
    places = sharing(made)[:SHOWN_IN_MATRIX]
    say("addresses that two branches share: the same + nested")
    titles = ["", *(str(place + 1) for place in places)]
    rows: list[Sequence[str]] = []
    for place in places:
        cells = []
        for other in places:
            shared = made.matrix[place][other]
            cells.append(f"{shared.exact}+{shared.nested}" if any(shared) else "·")
        rows.append((str(place + 1), *cells))
    say_table(titles, rows, numbers=range(len(titles)))


def print_pair(answer: "SemanticPlan") -> None:
    """Print what Muse says of two branches."""
    pair = f"{safe_text(answer.ours, _NAME_LENGTH)} and {safe_text(answer.theirs, _NAME_LENGTH)}"
    say(f"{pair}: {counted(answer.conflicts, 'conflict')}, {answer.clean:,} clean")
    for item in answer.items:
        say()
        say(f"{safe_text(item.conflict_type, 40)}  {safe_text(item.address, _ADDRESS_LENGTH)}")
        _say_wrapped(
            f"    ours: {safe_text(item.ours_change, 200)}; theirs: {safe_text(item.theirs_change, 200)}", "    "
        )
        if item.recommendation:
            _say_wrapped(f"    {safe_text(item.recommendation, 400)}", "    ")


def _say_wrapped(line: str, indent: str = "") -> None:
    for part in wrap(line, _WIDTH, subsequent_indent=indent, break_on_hyphens=False) or [""]:
        say(part)
