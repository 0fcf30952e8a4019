"""`musetui stale`: everything that is stuck, the worst first, with whose it is and the command that ends it."""

import sys
from argparse import Namespace
from collections.abc import Collection, Iterator, Sequence
from typing import TYPE_CHECKING

from musetui.cli.conflicts import conflict_index
from musetui.cli.filtering import wanted
from musetui.cli.output import cells_of, say, say_json
from musetui.cli.past import moment_fields
from musetui.cli.workspace import look, open_workspace
from musetui.durations import format_age
from musetui.records.text import counted, safe_text

if TYPE_CHECKING:
    from datetime import datetime

    from musetui.forecast.stale import StaleFinding, StaleReason

WIDTH = 80
"""Columns that the text keeps to, but for commands, which are there to be copied whole."""

_INDENT = " " * 8
_REASON_WIDTH = 18
_RUN_WIDTH = 20
_AGE_PARTS = 2
_AGE_WIDTH = 6


def run_stale(args: Namespace) -> int:
    """Print what is stuck in a repository."""
    from musetui.filters.vocabulary.stale import stale_vocabulary
    from musetui.forecast.stale_index import StaleIndex

    shows = wanted(args, stale_vocabulary())
    workspace = open_workspace(args)
    swarm = look(workspace)
    found = StaleIndex(swarm, conflict_index(args, swarm, workspace.repository)).findings()
    findings = [finding for finding in found if shows(finding, swarm.now)]
    reasons = {reason for some in args.reasons for reason in some}
    if reasons:
        findings = [finding for finding in findings if finding.reason in reasons]
    if args.as_json:
        fields = [finding_fields(finding, swarm.now, args.repo) for finding in findings]
        say_json({"schema_version": 1, "stale": fields, **moment_fields(swarm)})
        return 0
    nothing = "nothing" if args.filter is None else "nothing the filter shows"
    if reasons and found and not findings:
        others = f"{counted(len(found), 'other')} {'is' if len(found) == 1 else 'are'} stuck"
        say(f"{nothing}{'' if args.filter is None else ' is'} {_either(reasons)}; {others}")
    else:
        _print_findings(findings, swarm.now, args.repo, nothing)
        if workspace.at is not None and any(finding.command for finding in findings):
            print("musetui: the commands act now, whatever was then", file=sys.stderr)
    return 0


def finding_fields(finding: "StaleFinding", now: "datetime", repo: str | None) -> dict[str, object]:
    """Return one finding as `stale --json` prints it."""
    return {
        "reason": finding.reason.value,
        "kind": finding.kind.value,
        "record_id": finding.record_id,
        "run_id": finding.run_id,
        "branch": finding.branch,
        "addresses": list(finding.addresses),
        "age_seconds": round(finding.age(now).total_seconds(), 3),
        "severity": finding.severity.value,
        "suggestion": finding.suggestion,
        "command": command_line(finding, repo),
    }


def command_line(finding: "StaleFinding", repo: str | None) -> str | None:
    """Return the command that ends *finding*, quoted for a shell, or None; *repo* is where it was said to look."""
    from musetui.forecast.stale_wording import shell_line

    return shell_line(finding.command, repo) if finding.command else None


def subject(finding: "StaleFinding") -> str:
    """Return the first of what a finding is about, and how many more there are."""
    if not finding.addresses:
        return finding.record_id
    more = len(finding.addresses) - 1
    return f"{finding.addresses[0]} +{more}" if more else finding.addresses[0]


def age_text(finding: "StaleFinding", now: "datetime") -> str:
    """Return for how long it has been so; of what is from the future, how far ahead of this clock it is dated."""
    return format_age(now - finding.since, _AGE_PARTS)


def _print_findings(findings: Sequence["StaleFinding"], now: "datetime", repo: str | None, nothing: str) -> None:
    if not findings:
        say(f"{nothing} is stuck")
        return
    say(f"{counted(len(findings), 'thing')} stuck: {_by_severity(findings)}")
    runs = [_cut_end(safe_text(finding.run_id or "-"), _RUN_WIDTH) for finding in findings]
    run_width = max(map(cells_of, runs))
    age_width = max(_AGE_WIDTH, *(len(age_text(finding, now)) for finding in findings))
    for finding, run_id in zip(findings, runs, strict=True):
        age = f"{age_text(finding, now):>{age_width}}"
        head = (
            f"{finding.severity.value:<6}  {finding.reason.words:<{_REASON_WIDTH}}  {age}  "
            f"{run_id}{' ' * (run_width - cells_of(run_id))}  "
        )
        say()
        say(head + _cut_front(safe_text(subject(finding)), WIDTH - cells_of(head)))
        for line in _wrapped(finding.suggestion, WIDTH - len(_INDENT)):
            say(_INDENT + line)
        if (command := command_line(finding, repo)) is not None:
            say(_INDENT + command)


def _either(reasons: "Collection[StaleReason]") -> str:
    """Return reasons as they are said in a sentence, in the order in which the docs have them."""
    from musetui.forecast.stale import StaleReason

    *others, last = [reason.words for reason in StaleReason if reason in reasons]
    return f"{', '.join(others)} or {last}" if others else last


def _by_severity(findings: Sequence["StaleFinding"]) -> str:
    from musetui.forecast.stale import Severity

    return ", ".join(
        f"{sum(finding.severity is severity for finding in findings):,} {severity.value}" for severity in Severity
    )


def _cut_front(text: str, room: int) -> str:
    """Return *text* in *room* cells; what is cut is the front, as an address says most at its end."""
    return text if cells_of(text) <= room else "…" + _first_cells(text[::-1], max(room - 1, 0))[::-1]


def _cut_end(text: str, room: int) -> str:
    """Return *text* in *room* cells."""
    return text if cells_of(text) <= room else _first_cells(text, room - 1) + "…"


def _first_cells(text: str, room: int) -> str:
    """Return as much of the beginning of *text* as *room* cells take."""
    taken = 0
    for place, char in enumerate(text):
        taken += cells_of(char)
        if taken > room:
            return text[:place]
    return text


def _wrapped(text: str, room: int) -> Iterator[str]:
    """Yield *text* in lines of at most *room* cells, parted between words, and within a word that is longer."""
    line = ""
    for word in text.split(" "):
        if line and cells_of(line) + 1 + cells_of(word) > room:
            yield line
            line = ""
        line = f"{line} {word}" if line else word
        while cells_of(line) > room:
            head = _first_cells(line, room)
            yield head
            line = line[len(head) :]
    yield line
