"""Wording: why a group of holders is a conflict, in one sentence that is safe to paint."""

from collections.abc import Collection, Sequence

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


def describe_claims(task_id: str, title: str, holders: Sequence[Holder], *, complete: bool) -> str:
    """Say who claims a task, and where. *title* is "" where it is not known; *holders* stand earliest first."""
    called = f" ({safe_text(title, _ADDRESS_LENGTH)})" if title else ""
    claimers, _ = _runs(holders, complete=complete)
    return f"{claimers} claim {safe_text(task_id, _ADDRESS_LENGTH)}{called}: {_claimers(holders)}"


def _claimers(holders: Sequence[Holder]) -> str:
    """Name the runs, each with where its claim lies; of many, the first, and count the others."""
    places: dict[str, set[Source]] = {}
    for holder in holders:
        places.setdefault(holder.run_id, set()).add(holder.source)
    names = [
        f"{run_name(run_id)} {' and '.join(_PLACES[source] for source in sorted(there))}"
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


def _runs(holders: Sequence[Holder], *, complete: bool) -> tuple[str, bool]:
    count = len({holder.run_id for holder in holders})
    least = "" if complete else "at least "
    return f"{least}{count} run{'' if count == 1 else 's'}", count != 1


def named_runs(holders: Sequence[Holder]) -> str:
    branch_of: dict[str, str] = {}
    for holder in holders:
        branch_of.setdefault(holder.run_id, holder.branch)
    names = [
        f"{run_name(run_id)} ({safe_text(branch, _NAME_LENGTH)})" if branch else run_name(run_id)
        for run_id, branch in list(branch_of.items())[:_NAMED]
    ]
    rest = len(branch_of) - len(names)
    return ", ".join(names) + (f" and {rest} more" if rest else "")


def few_names(runs: Collection[str]) -> str:
    """Name two runs, or the first of more, and count the others."""
    names = [run_name(run_id) for run_id, _ in zip(runs, range(2), strict=False)]
    return " and ".join(names) if len(runs) <= len(names) else f"{names[0]} and {len(runs) - 1} more"


def run_name(run_id: str) -> str:
    """Return what a run is called in a sentence."""
    return safe_text(run_id, _NAME_LENGTH) or "an unnamed run"
