"""A merge plan as text for a terminal of 80 columns."""

from collections.abc import Collection, Sequence
from datetime import datetime
from textwrap import wrap
from typing import TYPE_CHECKING

from musetui.cli.output import say, say_table
from musetui.forecast.plan_summary import (
    COMMIT_HERE,
    SHOWN_IN_MATRIX,
    checked_out_note,
    commit_advice,
    headlines,
    holders_of,
    sharing,
    silence_of,
    supposition,
)
from musetui.forecast.plan_wording import rework_words
from musetui.records.text import counted, safe_text

if TYPE_CHECKING:
    from musetui.coordination.muse_command import SemanticPlan
    from musetui.forecast.hotspots import Hotspot
    from musetui.forecast.merge_plan import MergePlan

SHOWN_HOTSPOTS = 10
"""Hotspots that the text shows; of more, it tells the number."""

SHOWN_REWORKS = 3
"""Addresses of one branch that are done again and that the text shows; of more, it tells the number."""

_WIDTH = 80
_BRANCH_LENGTH = 28
_NAME_LENGTH = 60
_ADDRESS_LENGTH = 76


def print_plan(made: "MergePlan", shown: Collection[str], checked_out: str, now: datetime) -> None:
    """Print a plan: of its branches those that are *shown*, each at its place among all.

    Args:
        checked_out: the branch that is checked out, "" for none.
        now: the moment that the plan is of (aware).
    """
    if supposed := supposition(made):
        _say_wrapped(f"if {supposed}:")
    for line in headlines(made):
        _say_wrapped(line)
    if note := checked_out_note(made, checked_out):
        _say_wrapped(note)
    if not made.branches:
        return
    if len(shown) < len(made.branches):
        say(f"the filter shows {len(shown):,} of them" if shown else "the filter shows none of them")
    if not shown:
        return
    places = [(place, planned) for place, planned in enumerate(made.branches, 1) if planned.branch in shown]
    say()
    say_table(
        ("", "BRANCH", "HOLDS", "SHARED", "REWORK", "STRATEGY"),
        [
            (
                str(place),
                safe_text(planned.branch, _BRANCH_LENGTH),
                f"{planned.addresses:,}",
                f"{planned.shared:,}",
                f"{planned.rework:,.1f}",
                COMMIT_HERE if planned.branch == checked_out else planned.strategy.value,
            )
            for place, planned in places
        ],
        numbers=(0, 2, 3, 4),
    )
    say()
    for place, planned in places:
        _say_wrapped(f"{place}. {safe_text(planned.branch, _NAME_LENGTH)}: {planned.reason}", "   ")
        if silence := silence_of(planned.run_ids, planned.last_heard, now):
            _say_wrapped(f"   {silence}", "   ")
        advice = planned.advice
        if planned.branch == checked_out:
            advice = commit_advice(planned.strategy.value, advice)
        if advice:
            _say_wrapped(f"   {advice}", "   ")
        for rework in planned.reworks[:SHOWN_REWORKS]:
            _say_wrapped(f"   - {rework_words(rework)}", "     ")
        if planned.reworked > SHOWN_REWORKS:
            say(f"   - and {planned.reworked - SHOWN_REWORKS:,} more")
    is_all = len(shown) == len(made.branches)
    hotspots = [spot for spot in made.hotspots if is_all or any(branch in shown for branch in spot.branches)]
    if hotspots:
        say()
        _print_hotspots(hotspots, made.hotspot_count if is_all else len(hotspots))
    those = [place - 1 for place, _ in places]
    if any(any(made.matrix[place][other]) for place in those for other in those):
        say()
        _print_matrix(made, shown)


def _print_hotspots(hotspots: "Sequence[Hotspot]", count: int) -> None:
    say(f"{counted(count, 'hotspot')}, at which several branches meet")
    for spot in hotspots[:SHOWN_HOTSPOTS]:
        say(f"  {safe_text(spot.address, _ADDRESS_LENGTH)}")
        _say_wrapped(f"    {holders_of(spot)}", "    ")
    rest = count - SHOWN_HOTSPOTS
    if rest > 0:
        say(f"  and {rest:,} more")


def _print_matrix(made: "MergePlan", shown: Collection[str]) -> None:
    places = [place for place in sharing(made) if made.branches[place].branch in shown][:SHOWN_IN_MATRIX]
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
