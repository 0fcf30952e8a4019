"""`musetui plan`: in which order the branches are best merged, why, and what is left if some of it has happened."""

from argparse import Namespace
from collections.abc import Callable, Collection, Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING

from musetui.cli.failures import UsageError
from musetui.cli.output import say, say_json
from musetui.cli.past import moment_fields
from musetui.cli.workspace import look, open_workspace

if TYPE_CHECKING:
    from musetui.forecast.branch_work import HeldWork
    from musetui.forecast.merge_plan import MergePlan, PlannedBranch


def run_plan(args: Namespace) -> int:
    """Print the merge plan of a repository, or what Muse says of two of its branches."""
    if args.as_json and args.markdown:
        raise UsageError("--json and --markdown are two ways to print: choose one")
    if args.filter is not None and (args.pair or args.markdown):
        raise UsageError("--filter is for the list of branches: leave it out with --pair and --markdown")
    if args.pair:
        if args.merged or args.released or args.markdown:
            raise UsageError("--pair asks about two branches alone: leave out --merged, --released and --markdown")
        if args.at is not None:
            raise UsageError("--pair asks about two branches as they are now: leave --at out")
        return _run_pair(args)

    from musetui.forecast.merge_plan import plan_merges
    from musetui.forecast.what_if import WhatIf
    from musetui.forecast.work_index import gather

    asked_for = _asked_for(args)
    supposed = WhatIf(tuple(dict.fromkeys(args.merged)), tuple(dict.fromkeys(args.released)))
    workspace = open_workspace(args)
    swarm = look(workspace)
    work = gather(swarm)
    made = plan_merges(work, supposed)
    checked_out = workspace.repository.branch()
    shown = asked_for(made, work, checked_out)
    if args.as_json:
        fields = plan_fields(made, work.reserved(supposed), shown)
        say_json({**fields, "checked_out": checked_out, **moment_fields(swarm)})
    elif args.markdown:
        from musetui.forecast.plan_page import markdown_page

        for line in markdown_page(made, workspace.repository.name, checked_out, swarm.now):
            say(line)
    else:
        from musetui.cli.plan_text import print_plan

        print_plan(made, shown, checked_out, swarm.now)
    return 0


def _asked_for(args: Namespace) -> "Callable[[MergePlan, HeldWork, str], Collection[str]]":
    """Return what tells which branches of a plan the filter shows; the plan itself is that of all."""
    if args.filter is None:
        return lambda made, _work, _checked_out: made.order
    from datetime import UTC, datetime

    from musetui.cli.filtering import wanted
    from musetui.tui.presentation.plan import branch_rows, seen_from
    from musetui.tui.vocabulary.plan import branch_vocabulary

    is_wanted, now = wanted(args, branch_vocabulary()), datetime.now(UTC)

    def shown(made: "MergePlan", work: "HeldWork", checked_out: str) -> Collection[str]:
        rows = branch_rows(made, work)
        return [branch for branch in made.order if is_wanted(seen_from(rows[branch], checked_out), now)]

    return shown


def _run_pair(args: Namespace) -> int:
    from musetui.cli.plan_text import print_pair
    from musetui.coordination.muse_command import plan_merge

    answer = plan_merge(open_workspace(args).repository, *args.pair)
    if args.as_json:
        say_json({"schema_version": 1, **answer.model_dump()})
    else:
        print_pair(answer)
    return 0


def plan_fields(
    made: "MergePlan", reserved: Mapping[str, Collection[str]], shown: Collection[str]
) -> dict[str, object]:
    """Return what `plan --json` prints: the fields of Muse's own reconcile, and more.

    Args:
        made: the plan.
        reserved: the addresses that are held on each branch.
        shown: the branches that are told of. The order, and what it costs, are always those of all branches.
    """
    places = [place for place, branch in enumerate(made.order) if branch in shown]
    branches = [made.branches[place] for place in places]
    return {
        "schema_version": 1,
        "active_reservations": made.active_reservations,
        "active_intents": made.active_intents,
        "conflict_hotspots": made.conflict_hotspots,
        "hotspot_count": made.hotspot_count,
        "branches": [_branch_fields(planned, reserved[planned.branch]) for planned in branches],
        "recommended_merge_order": list(made.order),
        "strategies": {planned.branch: planned.muse_strategy.value for planned in branches},
        "hotspots": [
            {
                "address": spot.address,
                "branches": list(spot.branches),
                "agents": [f"{holding.run_id}@{holding.branch}" for holding in spot.holders],
                "predicted": spot.is_reserved_twice,
            }
            for spot in made.hotspots
            if any(branch in shown for branch in spot.branches)
        ],
        "reasons": {planned.branch: planned.reason for planned in branches},
        "matrix": {
            "branches": [planned.branch for planned in branches],
            "exact": [[made.matrix[place][other].exact for other in places] for place in places],
            "nested": [[made.matrix[place][other].nested for other in places] for place in places],
        },
        "remaining_conflicts": asdict(made.remaining),
        "cost": made.cost,
        "owed": made.owed,
        "bound": made.bound,
        "muse_cost": made.muse_cost,
        "what_if": {"merged": list(made.what_if.merged), "released": list(made.what_if.released)},
        "left_out": made.left_out,
    }


def _branch_fields(planned: "PlannedBranch", reserved: Collection[str]) -> dict[str, object]:
    return {
        "branch": planned.branch,
        "reserved_addresses": sorted(reserved),
        "intents": list(planned.intents),
        "operations": list(planned.operations),
        "run_ids": list(planned.run_ids),
        "is_silent": planned.last_heard is not None,
        "last_heard": planned.last_heard.isoformat() if planned.last_heard is not None else None,
        "predicted_conflicts": planned.predicted_conflicts,
        "shared_addresses": planned.shared,
        "strategy": planned.strategy.value,
        "rework": planned.rework,
        "owed": planned.owed,
        "reworked_addresses": planned.reworked,
        "reworks": [
            {
                "address": each.address,
                "change": each.change.name.lower(),
                "branch": each.branch,
                "met_address": each.met_at,
                "met_change": each.met.name.lower(),
            }
            for each in planned.reworks
        ],
        "advice": planned.advice,
    }
