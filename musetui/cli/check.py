"""`musetui check`: silent while all is well; else a line a finding, and exit code 1. For cron and pagers."""

from argparse import Namespace
from typing import TYPE_CHECKING

from musetui.cli.conflicts import conflict_fields
from musetui.cli.failures import EXIT_FINE, EXIT_USER
from musetui.cli.output import say, say_json
from musetui.cli.past import moment_fields
from musetui.cli.stale import age_text, command_line, finding_fields, subject
from musetui.cli.workspace import look_silently, open_workspace, unread
from musetui.records.text import safe_text

if TYPE_CHECKING:
    from datetime import datetime

    from musetui.forecast.conflict import Conflict, Risk
    from musetui.forecast.index import ConflictIndex
    from musetui.forecast.stale import Severity, StaleFinding
    from musetui.forecast.stale_index import StaleIndex

_SUBJECT_LENGTH = 120
_RUN_LENGTH = 60


def run_check(args: Namespace) -> int:
    """Count what is stuck and what is in conflict, and fail where that is more than is allowed.

    Where a folder cannot be read it is not known how much that is, and that fails as well.
    """
    from musetui.forecast.conflict import Risk
    from musetui.forecast.index import ConflictIndex
    from musetui.forecast.stale import Severity
    from musetui.forecast.stale_index import StaleIndex

    swarm = look_silently(open_workspace(args))
    blind = unread(swarm)
    conflicts = ConflictIndex(swarm)
    stuck = stuck_at(StaleIndex(swarm, conflicts), Severity(args.severity))
    risky = conflicts_at(conflicts, Risk(args.risk))
    too_stale, too_risky = len(stuck) > args.max_stale, len(risky) > args.max_conflicts
    if args.as_json:
        say_json(
            {
                "schema_version": 1,
                "ok": not (blind or too_stale or too_risky),
                "unread": [{"folder": folder, "reason": reason} for folder, reason in blind.items()],
                "max_stale": args.max_stale,
                "max_conflicts": args.max_conflicts,
                "stale": [finding_fields(finding, swarm.now, args.repo) for finding in stuck],
                "conflicts": [conflict_fields(conflict) for conflict in risky],
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
    return EXIT_USER if blind or too_stale or too_risky else EXIT_FINE


def stuck_at(index: "StaleIndex", least: "Severity") -> "list[StaleFinding]":
    """Return the findings that are as bad as *least*, or worse."""
    return [finding for finding in index.findings() if finding.severity.rank <= least.rank]


def conflicts_at(index: "ConflictIndex", least: "Risk") -> "list[Conflict]":
    """Return the conflicts whose risk is *least*, or higher."""
    from musetui.forecast.conflict import Risk

    levels = list(Risk)
    enough = levels[: levels.index(least) + 1]
    return [conflict for key in index if index.risk(key) in enough and (conflict := index.conflict(key))]


def _stale_line(finding: "StaleFinding", now: "datetime", repo: str | None) -> str:
    run_id, about = safe_text(finding.run_id, _RUN_LENGTH) or "-", safe_text(subject(finding), _SUBJECT_LENGTH)
    command = command_line(finding, repo)
    end = f" [{command}]" if command is not None else ""
    what = f"{finding.severity.value} {finding.reason.words}, {age_text(finding, now)}: {run_id} {about}"
    return f"stale {what}: {finding.suggestion}{end}"


def _conflict_line(conflict: "Conflict") -> str:
    about = safe_text(conflict.key.address, _SUBJECT_LENGTH)
    return f"conflict {conflict.risk.value} {conflict.conflict_type.value} {about}: {conflict.description}"
