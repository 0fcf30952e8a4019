"""The repository and its records: what is there, what is none, and whose clock is ahead."""

import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from musetui.checkup.finding import Finding, fine, note, wrong
from musetui.coordination.batch import FOLDERS
from musetui.coordination.repository import Repository
from musetui.durations import format_duration
from musetui.records.kinds import Kind
from musetui.records.text import counted

if TYPE_CHECKING:
    from musetui.swarm.picture import Swarm

_NAMED = 3
"""Problems that are told one by one."""

_AHEAD = 5.0
"""Seconds that a file may be dated ahead of this clock: clocks of file servers are never quite the same."""


def check_repository(repository: Repository) -> list[Finding]:
    """Look at what makes a folder a Muse repository."""
    findings = [fine("repository", str(repository.root))]
    if not repository.repo_id():
        advice = "`muse init` writes one; musetui itself works without"
        findings.append(note("repository's id", ".muse/repo.json tells none", advice))
    if not repository.branch():
        findings.append(note("branch", "no branch is checked out, or .muse/HEAD cannot be read", "`muse status` tells"))
    if not repository.coordination.is_dir():
        findings.append(
            note("records", "there is no .muse/coordination yet", "the first `musetui reserve`, or an agent, makes it")
        )
    return findings


def check_records(repository: Repository, swarm: "Swarm") -> list[Finding]:
    """Look at the records, which *swarm* has taken in."""
    counts, problems = swarm.counts(), swarm.problems()
    total = sum(counts.kinds[kind] for kind in Kind)
    findings = [fine("records", f"{counted(total, 'record')}, {counts.held:,} reservations held")]
    unread = [folder for folder in (".", "remote", *FOLDERS) if folder in problems]
    findings += [
        wrong("records", f"{folder} cannot be read ({problems[folder]})", "give this user the right to read it")
        for folder in unread
    ]
    bad = sorted(set(problems) - set(unread))
    findings += [
        note("records", f"{path} is no record: {problems[path]}", "have its writer mended, or remove it")
        for path in bad[:_NAMED]
    ]
    if len(bad) > _NAMED:
        findings.append(note("records", f"{len(bad) - _NAMED:,} more files are no records", "`musetui status` tells"))
    return findings


def check_clock(repository: Repository, swarm: "Swarm", tolerance: timedelta) -> list[Finding]:
    """Look whether anybody's clock is ahead of this one."""
    findings = []
    ahead = swarm.runs_ahead(swarm.now + tolerance)
    if ahead:
        named = ", ".join(sorted(ahead)[:_NAMED]) + (f" and {len(ahead) - _NAMED} more" if len(ahead) > _NAMED else "")
        findings.append(
            note("clock", f"records of {named} are dated ahead of this clock", "compare the clocks: `timedatectl`")
        )
    latest = max(_written(repository.coordination), default=0.0) - time.time()
    if latest > _AHEAD:
        length = format_duration(timedelta(seconds=latest))
        findings.append(
            note("clock", f"files are dated {length} ahead of this clock", "set this clock, or the file server's")
        )
    return findings or [fine("clock", "nothing is dated ahead of this clock")]


def _written(coordination: Path) -> Iterator[float]:
    """Yield when each folder of records was last changed, by the clock of whoever keeps its disk."""
    for folder in FOLDERS:
        try:
            yield (coordination / folder).lstat().st_mtime
        except OSError:
            continue
