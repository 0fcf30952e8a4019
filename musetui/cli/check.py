"""`musetui check`: silent while all is well; else a line a finding, and exit code 1. For cron and pagers."""

from argparse import Namespace
from collections.abc import Mapping
from typing import TYPE_CHECKING

from musetui.cli.conflicts import conflict_fields, conflict_index
from musetui.cli.failures import EXIT_FINE, EXIT_USER
from musetui.cli.filtering import Taker, wanted_of_both
from musetui.cli.output import say, say_json
from musetui.cli.past import moment_fields
from musetui.cli.stale import age_text, command_line, finding_fields, subject
from musetui.cli.status import LISTED_PROBLEMS
from musetui.cli.workspace import coordination_path, look_silently, open_workspace, unread
from musetui.records.text import safe_text

if TYPE_CHECKING:
    from datetime import datetime

    from musetui.forecast.conflict import Conflict, Risk
    from musetui.forecast.index import ConflictIndex
    from musetui.forecast.stale import Severity, StaleFinding
    from musetui.forecast.stale_index import StaleIndex
    from musetui.swarm.picture import Swarm

_SUBJECT_LENGTH = 120
_RUN_LENGTH = 60


def run_check(args: Namespace) -> int:
    """Count what is stuck and what is in conflict, and fail where that is more than is allowed.

    Where a folder cannot be read it is not known how much that is, and that fails as well.
    """
    from musetui.filters.vocabulary.conflicts import conflict_vocabulary
    from musetui.filters.vocabulary.stale import stale_vocabulary
    from musetui.forecast.conflict import Risk
    from musetui.forecast.stale import Severity
    from musetui.forecast.stale_index import StaleIndex

    shows_stuck, shows_risky = wanted_of_both(
        args,
        Taker("what is stuck", "musetui stale", stale_vocabulary()),
        Taker("conflicts", "musetui conflicts", conflict_vocabulary()),
    )
    workspace = open_workspace(args)
    swarm = look_silently(workspace)
    blind = unread(swarm)
    conflicts = conflict_index(args, swarm, workspace.repository)
    count, bad = _bad_files(swarm, blind)
    found = stuck_at(StaleIndex(swarm, conflicts), Severity(args.severity))
    stuck = [finding for finding in found if shows_stuck(finding, swarm.now)]
    risky = [each for each in conflicts_at(conflicts, Risk(args.risk)) if shows_risky(each, swarm.now)]
    too_stale, too_risky = len(stuck) > args.max_stale, len(risky) > args.max_conflicts
    too_bad = args.max_problems is not None and count > args.max_problems
    fails = bool(blind) or too_stale or too_risky or too_bad
    if args.as_json:
        say_json(
            {
                "schema_version": 1,
                "ok": not fails,
                "unread": [{"folder": folder, "reason": reason} for folder, reason in blind.items()],
                "max_stale": args.max_stale,
                "max_conflicts": args.max_conflicts,
                "max_problems": args.max_problems,
                "stale": [finding_fields(finding, swarm.now, args.repo) for finding in stuck],
                "conflicts": [conflict_fields(conflict) for conflict in risky],
                "problems": count,
                "problem_list": [{"path": path, "reason": reason} for path, reason in bad.items()][:LISTED_PROBLEMS],
                **moment_fields(swarm),
            }
        )
    else:
        for folder, reason in blind.items():
            say(f"unread {folder}: {reason}")
        for finding in stuck if too_stale else ():
            say(_stale_line(finding, swarm.now, args.repo))
        for conflict in risky if too_risky else ():
            say(_conflict_line(conflict))
        for path, reason in bad.items() if too_bad else ():
            say(f"problem {path}: {reason}")
    return EXIT_USER if fails else EXIT_FINE


def stuck_at(index: "StaleIndex", least: "Severity") -> "list[StaleFinding]":
    """Return the findings that are as bad as *least*, or worse."""
    return [finding for finding in index.findings() if finding.severity.rank <= least.rank]


def conflicts_at(index: "ConflictIndex", least: "Risk") -> "list[Conflict]":
    """Return the conflicts whose risk is *least*, or higher."""
    from musetui.forecast.conflict import Risk

    levels = list(Risk)
    enough = levels[: levels.index(least) + 1]
    found = (conflict for key in index.unranked() if index.risk(key) in enough and (conflict := index.conflict(key)))
    return sorted(found, key=lambda conflict: conflict.rank)


def _bad_files(swarm: "Swarm", blind: Mapping[str, str]) -> tuple[int, dict[str, str]]:
    """Return how many files are no record, and the reasons of those that the swarm can name, by path.

    Folders that cannot be read, as in *blind*, are left out: they are told on their own.
    """
    files = {path: why for path, why in sorted(swarm.problems().items()) if coordination_path(path) not in blind}
    return swarm.counts().problems - len(blind), files


def _stale_line(finding: "StaleFinding", now: "datetime", repo: str | None) -> str:
    run_id, about = safe_text(finding.run_id, _RUN_LENGTH) or "-", safe_text(subject(finding), _SUBJECT_LENGTH)
    command = command_line(finding, repo)
    end = f" [{command}]" if command is not None else ""
    what = f"{finding.severity.value} {finding.reason.words}, {age_text(finding, now)}: {run_id} {about}"
    return f"stale {what}: {finding.suggestion}{end}"


def _conflict_line(conflict: "Conflict") -> str:
    about = safe_text(conflict.key.address, _SUBJECT_LENGTH)
    return f"conflict {conflict.risk.value} {conflict.conflict_type.value} {about}: {conflict.description}"
