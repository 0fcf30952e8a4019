"""Wording: why a group of holders is a conflict, and what to do, each in one sentence that is safe to paint."""

from collections.abc import Sequence

from musetui.coordination.batch import Source
from musetui.forecast.conflict import Holder
from musetui.records.text import safe_text

_NAMED = 5
"""Runs and addresses that a sentence names; it counts the rest."""

_NAME_LENGTH = 60
_ADDRESS_LENGTH = 120

_PLACES = {Source.LOCAL: "here", Source.REMOTE: "from the hub"}


def foretell(address: str, outer: Sequence[Holder], inner: Sequence[Holder], newcomers: Sequence[Holder]) -> str:
    """Say whom *newcomers*, holds that are only thought of, would meet; the rest is as `describe` has it."""
    place = safe_text(address, _ADDRESS_LENGTH)
    taker = newcomers[0].run_id
    around = [holder for holder in outer if holder.run_id != taker]
    within = [holder for holder in inner if holder.run_id != taker]
    if not inner:
        return f"{_who_holds(around)} {place} too"
    wanted = [holder for holder in newcomers if holder.address != address]
    meetings = []
    if around and wanted:
        meetings.append(f"{_who_holds(around)} {place}, and with it {_things(wanted)}")
    if within and len(wanted) < len(newcomers):
        meetings.append(f"{_who_holds(within)} {_things(within)}, within {place}")
    return "; ".join(meetings)


def describe(address: str, outer: Sequence[Holder], inner: Sequence[Holder], *, complete: bool) -> str:
    """Say why. *outer* hold *address*, *inner* (none where all hold the same) something within it, earliest first."""
    place = safe_text(address, _ADDRESS_LENGTH)
    holders, many = _runs(outer, complete=complete)
    if not inner:
        return f"{holders} hold {place}: {named_runs(outer)}"
    verb = "hold" if many else "holds"
    others, more = _runs(inner, complete=complete)
    also = "hold" if more else "holds"
    first = f"{holders} ({named_runs(outer)})" if many else named_runs(outer)
    second = f"{others} ({named_runs(inner)})" if more else named_runs(inner)
    return f"{first} {verb} {place}, within which {second} {also} {_things(inner)}"


def advise(address: str, outer: Sequence[Holder], inner: Sequence[Holder]) -> str:
    """Say what to do about the same: whoever came first goes on, the others give way."""
    place = safe_text(address, _ADDRESS_LENGTH)
    if not inner:
        first = outer[0]
        others = [holder for holder in outer if holder.run_id != first.run_id]
        late, then = few_runs(others), "or split the work between them"
        if first.branch and any(each.branch not in ("", first.branch) for each in others):
            then = f"then rebase on {safe_text(first.branch, _NAME_LENGTH)}, {then}"
        if is_draw(first, others):
            return f"{DRAW}: let {late} wait for {_run(first.run_id)} to release it, {then}"
        return f"{_run(first.run_id)} started first: let {late} wait for its release, {then}"
    if outer[0].created_at <= inner[0].created_at:
        early = _run(outer[0].run_id)
        others = [holder for holder in inner if holder.run_id != outer[0].run_id]
        late = few_runs(others)
        if is_draw(outer[0], others):
            return f"{DRAW}: ask {early} to narrow its hold on {place}, or let {late} wait for {early} to release it"
        return f"{early} started first: ask it to narrow its hold on {place}, or let {late} wait for its release"
    early = _run(inner[0].run_id)
    late = few_runs([holder for holder in outer if holder.run_id != inner[0].run_id])
    return f"{early} started first: let {late} narrow the hold on {place} to the parts needed, or wait for {early}"


DRAW = "nobody started first"


def is_draw(first: Holder, others: Sequence[Holder]) -> bool:
    """Return whether the earliest of *others*, of other runs and earliest first, came at the same moment as *first*."""
    return others[0].created_at == first.created_at


def describe_claims(task_id: str, title: str, holders: Sequence[Holder], *, complete: bool) -> str:
    """Say who claims a task, and where. *title* is "" where it is not known; *holders* stand earliest first."""
    called = f" ({safe_text(title, _ADDRESS_LENGTH)})" if title else ""
    claimers, _ = _runs(holders, complete=complete)
    return f"{claimers} claim {safe_text(task_id, _ADDRESS_LENGTH)}{called}: {_claimers(holders)}"


def advise_claimers(holders: Sequence[Holder]) -> str:
    """Say what to do about the same: the earlier claim stands, the others give the task back."""
    first = holders[0]
    others = [holder for holder in holders if holder.run_id != first.run_id]
    if others[0].created_at == first.created_at:
        return f"no claim came first: let {_run(first.run_id)} keep the task, and {few_runs(others)} give it back"
    return f"{_run(first.run_id)} claimed it first, and that claim stands: let {few_runs(others)} give the task back"


def _claimers(holders: Sequence[Holder]) -> str:
    """Name the runs, each with where its claim lies; of many, the first, and count the others."""
    places: dict[str, set[Source]] = {}
    for holder in holders:
        places.setdefault(holder.run_id, set()).add(holder.source)
    names = [
        f"{_run(run_id)} {' and '.join(_PLACES[source] for source in sorted(there))}"
        for run_id, there in list(places.items())[:_NAMED]
    ]
    rest = len(places) - len(names)
    return ", ".join(names) + (f" and {rest} more" if rest else "")


def _who_holds(holders: Sequence[Holder]) -> str:
    """Name the runs, with the verb."""
    several = len({holder.run_id for holder in holders}) > 1
    return f"{named_runs(holders)} {'hold' if several else 'holds'}"


def _things(holders: Sequence[Holder]) -> str:
    """Name what is held, each once; of many, the first, and count the others."""
    things = list(dict.fromkeys(safe_text(holder.address, _ADDRESS_LENGTH) for holder in holders))
    return ", ".join(things) if len(things) <= _NAMED else f"{things[0]} and {len(things) - 1} more"


def few_runs(holders: Sequence[Holder]) -> str:
    """Name the first of the runs, and count the others."""
    more = len({holder.run_id for holder in holders}) - 1
    return _run(holders[0].run_id) + (f" and {more} more" if more else "")


def _runs(holders: Sequence[Holder], *, complete: bool) -> tuple[str, bool]:
    count = len({holder.run_id for holder in holders})
    least = "" if complete else "at least "
    return f"{least}{count} run{'' if count == 1 else 's'}", count != 1


def named_runs(holders: Sequence[Holder]) -> str:
    branch_of: dict[str, str] = {}
    for holder in holders:
        branch_of.setdefault(holder.run_id, holder.branch)
    names = [
        f"{_run(run_id)} ({safe_text(branch, _NAME_LENGTH)})" if branch else _run(run_id)
        for run_id, branch in list(branch_of.items())[:_NAMED]
    ]
    rest = len(branch_of) - len(names)
    return ", ".join(names) + (f" and {rest} more" if rest else "")


def _run(run_id: str) -> str:
    return safe_text(run_id, _NAME_LENGTH) or "an unnamed run"
