"""`musetui conflicts`: every group of runs that get into each other's way, the likeliest to hurt first."""

from argparse import Namespace
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import UTC
from typing import TYPE_CHECKING

from musetui.cli.failures import UsageError
from musetui.cli.filtering import wanted
from musetui.cli.output import say, say_json
from musetui.cli.past import moment_fields
from musetui.cli.workspace import look, open_workspace
from musetui.records.text import counted, safe_text

if TYPE_CHECKING:
    from musetui.coordination.repository import Repository
    from musetui.forecast.conflict import Conflict
    from musetui.forecast.index import ConflictIndex
    from musetui.swarm.counts import Counts
    from musetui.swarm.picture import Swarm


def run_conflicts(args: Namespace) -> int:
    """Print the conflicts of a repository."""
    from musetui.filters.vocabulary.conflicts import conflict_vocabulary
    from musetui.forecast.what_if import check_name

    shows = wanted(args, conflict_vocabulary())
    workspace = open_workspace(args)
    if args.with_calls and workspace.at is not None:
        raise UsageError("--calls reads the sources as they are now, which says nothing of then: leave it or --at out")
    swarm = look(workspace)
    # A slip of the fingers must not read as all clear.
    for name in args.runs:
        check_name(name, swarm.runs(), "run")
    for name in args.branches:
        check_name(name, swarm.branches(), "branch")
    index = conflict_index(args, swarm, workspace.repository)
    asked = _asked_for(args)
    conflicts = [conflict for conflict in index.conflicts() if asked(conflict) and shows(conflict, swarm.now)]
    conflicts.sort(key=lambda conflict: conflict.rank)
    if args.as_json:
        say_json({**forecast_fields(conflicts, swarm.counts()), **moment_fields(swarm)})
        return 0
    _print_conflicts(conflicts, swarm, _narrowed(args))
    if not conflicts and len(index):
        say(f"{counted(len(index), 'conflict')} in all: `musetui conflicts` prints them")
    return 0


def _asked_for(args: Namespace) -> "Callable[[Conflict], bool]":
    """Return what tells whether a conflict is one of the risk, the runs and the branches that are asked for."""
    from musetui.forecast.conflict import Risk

    levels = list(Risk)
    risks = levels if args.risk is None else levels[: levels.index(Risk(args.risk)) + 1]
    runs, branches = set(args.runs), set(args.branches)

    def asked(conflict: "Conflict") -> bool:
        if conflict.risk not in risks or (runs and runs.isdisjoint(conflict.runs)):
            return False
        return not branches or not branches.isdisjoint(conflict.branches)

    return asked


def _narrowed(args: Namespace) -> str:
    """Return in words which conflicts are printed, where these are not all."""
    words = [] if args.risk is None else ["of high risk" if args.risk == "high" else f"of {args.risk} risk or higher"]
    words += [f"with {' or '.join(safe_text(run_id, 60) for run_id in args.runs)}"] if args.runs else []
    words += [f"on {' or '.join(safe_text(branch, 60) for branch in args.branches)}"] if args.branches else []
    words += [] if args.filter is None else ["the filter shows"]
    return "".join(f" {each}" for each in words)


def conflict_index(args: Namespace, swarm: "Swarm", repository: "Repository") -> "ConflictIndex":
    """Return the conflicts of a swarm.

    With `--calls` those among them of which calls tell: the sources of the work tree are read for that, as far as they
    are not remembered.
    """
    from musetui.forecast.index import ConflictIndex

    index = ConflictIndex(swarm)
    if args.with_calls:
        from musetui.callgraph.cache import Cache, default_folder
        from musetui.callgraph.scan import Scan

        change, _ = Scan(repository.root, Cache(default_folder())).run()
        index.follow_calls(change)
        while index.is_behind:
            index.work(1.0)
    return index


def forecast_fields(conflicts: "Sequence[Conflict]", counts: "Counts") -> dict[str, object]:
    """Return what `conflicts --json` prints: the fields of Muse's own forecast, and more."""
    risks = {f"{risk}_risk": count for risk, count in _by_risk(conflicts).items()}
    return {
        "schema_version": 1,
        "active_reservations": counts.held,
        "intents": counts.intents,
        "conflicts": [conflict_fields(conflict) for conflict in conflicts],
        **risks,
    }


def _by_risk(conflicts: "Sequence[Conflict]") -> dict[str, int]:
    from musetui.forecast.conflict import Risk

    counts = Counter(conflict.risk for conflict in conflicts)
    return {risk.value: counts[risk] for risk in Risk}


def conflict_fields(conflict: "Conflict") -> dict[str, object]:
    """Return one conflict as `conflicts --json` prints it."""
    agents = dict.fromkeys(f"{holder.run_id}@{holder.branch}" for holder in conflict.holders)
    return {
        "conflict_type": conflict.conflict_type.value,
        "addresses": list(conflict.addresses),
        "agents": list(agents),
        "branches": list(conflict.branches),
        "confidence": conflict.confidence,
        "risk": conflict.risk.value,
        "description": conflict.description,
        "advice": conflict.advice,
        "since": conflict.since.astimezone(UTC).isoformat(),
        "sources": [source.value for source in conflict.sources],
        **({"calls": list(conflict.calls)} if conflict.calls else {}),
    }


def _print_conflicts(conflicts: "Sequence[Conflict]", swarm: "Swarm", wanted: str) -> None:
    from musetui.forecast.conflict import ConflictType
    from musetui.forecast.wording import few_names

    held, tasks = swarm.counts().held, sum(1 for claimed in swarm.claims() if claimed.in_force)
    among = f"{held} held reservation{'' if held == 1 else 's'}"
    if tasks:
        among += f" and {tasks} claimed task{'' if tasks == 1 else 's'}"
    if not conflicts:
        say(f"no conflicts{wanted} among {among}")
        return
    levels = ", ".join(f"{count} {risk}" for risk, count in _by_risk(conflicts).items())
    say(f"{len(conflicts)} conflict{'' if len(conflicts) == 1 else 's'}{wanted} among {among}: {levels}")
    for conflict in conflicts:
        say()
        address = safe_text(conflict.key.address, 200)
        title = f" ({safe_text(conflict.title, 200)})" if conflict.title else ""
        say(f"{conflict.risk.value} {conflict.confidence:.2f}  {conflict.conflict_type.value}  {address}{title}")
        say(f"    {conflict.description}")
        for calls in conflict.calls[1:]:
            say(f"    {calls}")
        if conflict.from_hub and conflict.conflict_type is not ConflictType.DOUBLE_CLAIM:  # of claims the reason tells
            say(f"    from the hub alone: {few_names([run for run in conflict.runs if run in conflict.from_hub])}")
        say(f"    {conflict.advice}")
