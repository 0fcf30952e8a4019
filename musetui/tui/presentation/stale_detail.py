"""One thing that is stuck, whole, in lines: whose, what to do, why, and whom it keeps waiting."""

from collections.abc import Callable, Iterator
from datetime import datetime
from itertools import islice
from typing import TYPE_CHECKING

from musetui.forecast.stale import StaleReason
from musetui.forecast.stale_gathering import WAITERS_ASKED
from musetui.forecast.stale_since import is_held
from musetui.forecast.stale_wording import shell_line
from musetui.records.kinds import Kind
from musetui.records.text import safe_text
from musetui.tui.presentation.cells import Cell, Span, Style, cell
from musetui.tui.presentation.claims import title_of
from musetui.tui.presentation.detail import (
    RELATED_LIMIT,
    Line,
    conflict_list,
    labelled,
    listed,
    more,
    reservation_cell,
)
from musetui.tui.presentation.stale import severity_cell
from musetui.tui.presentation.time_text import ago, happened_text

if TYPE_CHECKING:
    from musetui.forecast.conflict import Conflict
    from musetui.forecast.index import ConflictIndex
    from musetui.forecast.stale import StaleFinding
    from musetui.swarm.picture import Swarm

MEANINGS = {
    StaleReason.SILENT: "it is held, and its run shows no sign of life",
    StaleReason.ABANDONED: "it ran out unreleased, and its run has done nothing since",
    StaleReason.ORPHAN_INTENT: "its reservation is over, or not known here",
    StaleReason.OVERLONG: "its lease is longer than is allowed",
    StaleReason.FROM_THE_FUTURE: "it is dated ahead of this clock",
    StaleReason.WAITS_ON_THE_DEAD: "it waits for what is over, or not known here",
    StaleReason.WAITS_IN_A_CIRCLE: "a deadlock, which never ends by itself",
    StaleReason.CLAIMED_BY_A_GHOST: "its run is silent, or its claim ran out",
}
"""What each reason says, after its name."""


def stale_lines(
    finding: "StaleFinding",
    swarm: "Swarm",
    conflicts: "ConflictIndex",
    now: datetime,
    advised: "Callable[[Conflict], Conflict]",
) -> Iterator[Line]:
    """Yield all there is to say at *now* about something stuck; what is most urgent to know stands first.

    What is to be done about its conflicts, those say that *advised* returns for them.
    """
    key = finding.key
    yield Line("owner", _owner(finding, swarm, now))
    yield Line("why", (Span(finding.reason.words, Style.STRONG), Span(f": {MEANINGS[finding.reason]}")))
    yield Line("do", cell(finding.suggestion))
    if finding.command:
        copies = Span("   y copies it", Style.DIM)
        yield Line("command", (Span(safe_text(shell_line(finding.command), 600), Style.STRONG), copies))
    yield Line("how bad", (*severity_cell(finding.severity), Span(_why_so_bad(finding), Style.DIM)))
    label = "dated" if finding.reason is StaleReason.FROM_THE_FUTURE else "since"
    yield Line(label, cell(happened_text(finding.since, now)))
    is_task = key.kind in (Kind.CLAIM, Kind.TASK)
    if key.circle:
        yield from labelled("circle", [reservation_cell(each, swarm) for each in key.circle[:RELATED_LIMIT]])
        yield from more(len(key.circle) - RELATED_LIMIT)
    elif not is_task:
        kind = Kind.RESERVATION if key.kind is Kind.DEPENDENCY else key.kind
        yield Line(kind.value, cell(finding.record_id))
    if is_task and (title := title_of(key.record_id, swarm)):
        yield Line("title", cell(title, limit=600))
    if finding.addresses:
        addresses = (cell(address, limit=600) for address in finding.addresses)
        yield from listed("task" if is_task else "addresses", addresses, len(finding.addresses))
    if key.kind in (Kind.RESERVATION, Kind.DEPENDENCY):
        yield from _in_the_way(finding, swarm, conflicts, advised)


def _owner(finding: "StaleFinding", swarm: "Swarm", now: datetime) -> Cell:
    """Return whose it is, on which branch, and when that run was last heard of."""
    name = cell(finding.run_id, Style.STRONG) if finding.run_id else (Span("an unnamed run", Style.DIM),)
    branch = f" on {safe_text(finding.branch, 80)}" if finding.branch else ""
    heard = swarm.last_sign(finding.run_id)
    last = f", last heard of {ago(heard, now)}" if heard is not None else ", not heard of yet"
    hub = Span(" (from the hub)" if finding.source == "remote" else "", Style.REMOTE)
    return (*name, Span(f"{branch}{last}"), hub)


def _why_so_bad(finding: "StaleFinding") -> str:
    if finding.key.circle:
        return ": nobody in it can go on"
    if finding.key.kind is Kind.CLAIM:
        return ": another run claims the task, too" if finding.contested else ": no other run claims the task"
    if finding.key.reason == "orphan_intent":
        return (
            ": others hold what it is about" if finding.contested else ": it is in nobody's way, or its run is silent"
        )
    if finding.contested:
        return ": others wait for it, or are in conflict with it"
    return ": it is in nobody's way"


def _in_the_way(
    finding: "StaleFinding",
    swarm: "Swarm",
    conflicts: "ConflictIndex",
    advised: "Callable[[Conflict], Conflict]",
) -> Iterator[Line]:
    """Yield what a reservation waits for, who still waits for it, and what it collides with."""
    record_id = finding.record_id
    asked = islice(swarm.waiting_on(record_id), WAITERS_ASKED)
    waiters = [] if finding.key.circle else [each for each in asked if is_held(swarm, each)]
    awaited = () if finding.key.circle else swarm.depends_on(record_id)
    for label, ids in (("waits for", awaited), ("awaited by", waiters)):
        yield from labelled(label, [reservation_cell(other, swarm) for other in sorted(ids)[:RELATED_LIMIT]])
        yield from more(len(ids) - RELATED_LIMIT)
    keys = conflicts.of_reservation(record_id)
    found = (conflicts.conflict(key) for key in keys[: RELATED_LIMIT + 1])
    yield from conflict_list([advised(conflict) for conflict in found if conflict is not None])
