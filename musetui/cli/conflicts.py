"""`musetui conflicts`: every group of runs that get into each other's way, the likeliest to hurt first."""

from argparse import Namespace
from datetime import UTC
from typing import TYPE_CHECKING

from musetui.cli.failures import UsageError
from musetui.cli.output import say, say_json
from musetui.cli.past import moment_fields
from musetui.cli.workspace import look, open_workspace
from musetui.records.text import safe_text

if TYPE_CHECKING:
    from musetui.coordination.repository import Repository
    from musetui.forecast.conflict import Conflict
    from musetui.forecast.index import ConflictIndex
    from musetui.swarm.counts import Counts
    from musetui.swarm.picture import Swarm


def run_conflicts(args: Namespace) -> int:
    """Print the conflicts of a repository."""
    from musetui.forecast.index import ConflictIndex

    workspace = open_workspace(args)
    if args.with_calls and workspace.at is not None:
        raise UsageError("--calls reads the sources as they are now, which says nothing of then: leave it or --at out")
    swarm = look(workspace)
    index = ConflictIndex(swarm)
    if args.with_calls:
        _follow_calls(index, workspace.repository)
    if args.as_json:
        say_json({**forecast_fields(index, swarm.counts()), **moment_fields(swarm)})
    else:
        _print_conflicts(index, swarm)
    return 0


def _follow_calls(index: "ConflictIndex", repository: "Repository") -> None:
    """Read the sources of the work tree, as far as they are not remembered, and what calls mean for conflicts."""
    from musetui.callgraph.cache import Cache, default_folder
    from musetui.callgraph.scan import Scan

    change, _ = Scan(repository.root, Cache(default_folder())).run()
    index.follow_calls(change)
    while index.is_behind:
        index.work(1.0)


def forecast_fields(index: "ConflictIndex", counts: "Counts") -> dict[str, object]:
    """Return what `conflicts --json` prints: the fields of Muse's own forecast, and more."""
    risks = {f"{risk.value}_risk": count for risk, count in index.counts().items()}
    return {
        "schema_version": 1,
        "active_reservations": counts.held,
        "intents": counts.intents,
        "conflicts": [conflict_fields(conflict) for conflict in index.conflicts()],
        **risks,
    }


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
        "since": conflict.since.astimezone(UTC).isoformat(),
        "sources": [source.value for source in conflict.sources],
        **({"calls": list(conflict.calls)} if conflict.calls else {}),
    }


def _print_conflicts(index: "ConflictIndex", swarm: "Swarm") -> None:
    held, tasks = swarm.counts().held, sum(1 for claimed in swarm.claims() if claimed.in_force)
    among = f"{held} held reservation{'' if held == 1 else 's'}"
    if tasks:
        among += f" and {tasks} claimed task{'' if tasks == 1 else 's'}"
    if not len(index):
        say(f"no conflicts among {among}")
        return
    levels = ", ".join(f"{count} {risk.value}" for risk, count in index.counts().items())
    say(f"{len(index)} conflict{'' if len(index) == 1 else 's'} among {among}: {levels}")
    for conflict in index.conflicts():
        say()
        address = safe_text(conflict.key.address, 200)
        title = f" ({safe_text(conflict.title, 200)})" if conflict.title else ""
        say(f"{conflict.risk.value} {conflict.confidence:.2f}  {conflict.conflict_type.value}  {address}{title}")
        say(f"    {conflict.description}")
        for calls in conflict.calls[1:]:
            say(f"    {calls}")
        say(f"    {conflict.advice}")
