"""`musetui status`: how many of what there are, and what is wrong."""

from argparse import Namespace
from collections import Counter
from collections.abc import Mapping
from typing import TYPE_CHECKING

from musetui.cli.output import say, say_json, say_table
from musetui.cli.past import moment_fields
from musetui.cli.workspace import Workspace, look_around, open_workspace
from musetui.coordination.batch import Source
from musetui.records.kinds import Kind
from musetui.records.liveness import LeaseState

if TYPE_CHECKING:
    from musetui.coordination.attic import SetAside
    from musetui.forecast.conflict import Risk
    from musetui.forecast.stale_index import StaleIndex
    from musetui.swarm.picture import Swarm
    from musetui.swarm.task_state import TaskState

SHOWN_PROBLEMS = 5
LISTED_PROBLEMS = 100
"""Problems that the text and the JSON name; of more, they tell the number."""


def run_status(args: Namespace) -> int:
    """Print the counts of a repository."""
    from musetui.forecast.index import ConflictIndex
    from musetui.forecast.stale_index import StaleIndex

    workspace = open_workspace(args)
    swarm, away = look_around(workspace)
    conflicts = ConflictIndex(swarm)
    stale = StaleIndex(swarm, conflicts)
    if args.as_json:
        say_json(status_fields(workspace, swarm, conflicts.counts(), stale, away))
    else:
        _print_status(workspace, swarm, conflicts.counts(), stale)
        if away is not None:
            say(f"older: {away.sentence}")
    return 0


def status_fields(
    workspace: Workspace,
    swarm: "Swarm",
    risks: Mapping["Risk", int],
    stale: "StaleIndex",
    away: "SetAside | None" = None,
) -> dict[str, object]:
    """Return what `status --json` prints."""
    counts, repository = swarm.counts(), workspace.repository
    return {
        "schema_version": 1,
        **moment_fields(swarm),
        "repository": {
            "name": repository.name,
            "root": str(repository.root),
            "repo_id": repository.repo_id(),
            "branch": repository.branch(),
        },
        "reservations": {
            "local": {state.value: counts.local[state] for state in LeaseState},
            "remote": {state.value: counts.remote[state] for state in LeaseState},
            "held": counts.held,
            "silent": counts.silent,
        },
        "records": {kind.value: counts.kinds[kind] for kind in Kind},
        "conflicts": {"total": sum(risks.values()), **{risk.value: count for risk, count in risks.items()}},
        "stale": {
            "total": len(stale),
            **{severity.value: count for severity, count in stale.severities().items()},
            **{reason.value: count for reason, count in stale.counts().items()},
        },
        "tasks": {state.value.replace(" ", "_"): count for state, count in task_states(swarm).items()},
        "older": None if away is None else _older_fields(away),
        "problems": counts.problems,
        "problem_list": [
            {"path": path, "reason": reason} for path, reason in sorted(swarm.problems().items())[:LISTED_PROBLEMS]
        ],
    }


def _older_fields(away: "SetAside") -> dict[str, object]:
    return {
        "over_before": away.cutoff.isoformat(),
        "total": away.total,
        "records": {
            source.value: {kind.value: away.counts.get((source, kind), 0) for kind in Kind} for source in Source
        },
    }


def task_states(swarm: "Swarm") -> "dict[TaskState, int]":
    """Return how many tasks are in each state."""
    from musetui.swarm.task_state import TaskState, task_state

    found = Counter(task_state(swarm.claimed(task_id)) for task_id in swarm.ids(Kind.TASK))
    return {state: found[state] for state in TaskState}


def _print_status(workspace: Workspace, swarm: "Swarm", risks: Mapping["Risk", int], stale: "StaleIndex") -> None:
    counts, repository = swarm.counts(), workspace.repository
    branch = repository.branch()
    say(f"{repository.name}{f' on {branch}' if branch else ''} ({repository.root})")
    say()
    say_table(
        ("RESERVATIONS", *(state.value.upper() for state in LeaseState)),
        [
            ("local", *(str(counts.local[state]) for state in LeaseState)),
            ("remote", *(str(counts.remote[state]) for state in LeaseState)),
        ],
        numbers=range(1, len(LeaseState) + 1),
    )
    say()
    tasks = ", ".join(f"{count} {state.value}" for state, count in task_states(swarm).items() if count)
    reasons = ", ".join(f"{count} {reason.words}" for reason, count in stale.counts().items() if count)
    bad = ", ".join(f"{count} {severity.value}" for severity, count in stale.severities().items())
    levels = ", ".join(f"{count} {risk.value}" for risk, count in risks.items())
    say_table(
        (),
        [
            ("conflicts", str(sum(risks.values())), levels),
            ("stuck", str(len(stale)), f"{bad}: {reasons}" if reasons else bad),
            ("held by silent runs", str(counts.silent), f"of {counts.held} held"),
            ("intents", str(counts.intents), ""),
            ("tasks", str(counts.tasks), tasks),
            ("problems", str(counts.problems), "files that are no record" if counts.problems else ""),
        ],
        numbers=(1,),
    )
    for path, reason in sorted(swarm.problems().items())[:SHOWN_PROBLEMS]:
        say(f"  {path}: {reason}")
    if counts.problems > SHOWN_PROBLEMS:
        say(f"  and {counts.problems - SHOWN_PROBLEMS} more")
