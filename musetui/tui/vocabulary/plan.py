"""What can be named of a branch to be merged, of a run on it, and of a hotspot."""

from typing import TYPE_CHECKING

from musetui.filters.fields import Fields
from musetui.filters.vocabulary import common
from musetui.tui.presentation.plan import NO_STRATEGY, STRATEGIES, BranchRow, RunRow

if TYPE_CHECKING:
    from musetui.forecast.hotspots import Hotspot


def branch_vocabulary() -> Fields[BranchRow]:
    """Return the fields of the branches of a plan."""
    return Fields(
        "branches",
        (
            common.branch(lambda row: row.branch),
            common.words("strategy", "how it is merged", (*STRATEGIES, *NO_STRATEGY), lambda row: row.strategy),
            common.number("holds", "how many addresses are held on it", lambda row: row.addresses, "addresses"),
            common.number(
                "shared",
                "how many of its addresses meet what other branches do",
                lambda row: row.conflicts,
                "conflicts",
            ),
            common.number("rework", "what it pays at its place", lambda row: row.rework),
            common.number("runs", "how many runs hold something on it", lambda row: row.runs),
            common.op(lambda row: row.means),
        ),
        lambda row: (row.strategy, row.reason),
    )


def branch_run_vocabulary() -> Fields[RunRow]:
    """Return the fields of the runs on a branch."""
    return Fields(
        "branch-runs",
        (
            common.run(lambda row: row.run_id),
            common.number("holds", "how many addresses it holds there", lambda row: row.addresses, "addresses"),
            common.number(
                "shared", "how many of its addresses meet what other branches do", lambda row: row.hot, "hot"
            ),
            common.op(lambda row: row.means, "intents"),
        ),
    )


def hotspot_vocabulary() -> "Fields[Hotspot]":
    """Return the fields of hotspots."""
    return Fields(
        "hotspots",
        (
            common.addr(lambda spot: spot.address),
            common.branch(lambda spot: spot.branches, "names"),
            common.run(lambda spot: [holding.run_id for holding in spot.holders], "agents"),
            common.number("branches", "how many branches meet there", lambda spot: len(spot.branches)),
        ),
    )
