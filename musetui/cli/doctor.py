"""`musetui doctor`: what works here and what does not, each finding with what to do about it. It writes nothing."""

import os
import shutil
import textwrap
from argparse import Namespace
from collections.abc import Iterator
from datetime import UTC, datetime

from musetui.checkup.finding import Finding, Verdict, fine, wrong
from musetui.cli.config import read_everywhere
from musetui.cli.failures import EXIT_FINE, EXIT_USER
from musetui.cli.output import say, say_json, say_table
from musetui.cli.workspace import find_workplace
from musetui.coordination.repository import Repository
from musetui.errors import RepositoryError
from musetui.records.text import counted, safe_text
from musetui.settings import Reading

_MARKS = {Verdict.FINE: "ok", Verdict.NOTE: "note", Verdict.WRONG: "WRONG"}

_TEXT_LIMIT = 300
"""Characters of what was found, and of the advice, that are printed."""


def run_doctor(args: Namespace) -> int:
    """Print how everything is that musetui needs; fail if something is wrong."""
    findings = [_safe(finding) for finding in _examine(args)]
    bad = sum(finding.verdict is Verdict.WRONG for finding in findings)
    if args.as_json:
        shown = [finding._asdict() | {"advice": finding.advice or None} for finding in findings]
        say_json({"schema_version": 1, "ok": not bad, "findings": shown})
    else:
        _print(findings, bad)
    return EXIT_USER if bad else EXIT_FINE


def _examine(args: Namespace) -> Iterator[Finding]:
    """Yield one finding after the other; what stands in the way of one does not stand in that of the next."""
    from musetui.checkup.disk import check_state
    from musetui.checkup.meeting import check_hub
    from musetui.checkup.surroundings import check_programs, check_terminal, check_versions
    from musetui.tui.state_file import state_folder

    yield from check_versions()
    reading = read_everywhere(args)
    yield from _settings(reading)
    yield check_state(state_folder(reading.settings.state))
    try:
        repository = find_workplace(reading.settings)
    except RepositoryError as error:
        what, _, advice = str(error).partition(": ")
        yield wrong("repository", what, advice or "name another with --repo")
    else:
        yield from _in_repository(repository, reading)
        yield from check_hub(repository, reading.settings, offline=args.offline)
    yield from check_terminal(os.environ)
    yield from check_programs(os.environ)


def _settings(reading: Reading) -> Iterator[Finding]:
    for problem in reading.problems:
        yield wrong("settings", str(problem), "`musetui config edit` opens the file; what is right there holds")
    if not reading.problems:
        files = [str(file.path) for file in reading.files if file.exists]
        yield fine("settings", " and ".join(files) or "as usual: no settings file")


def _in_repository(repository: Repository, reading: Reading) -> Iterator[Finding]:
    from musetui.checkup.disk import check_disk
    from musetui.checkup.records import check_clock, check_records, check_repository
    from musetui.checkup.watching import check_watching
    from musetui.coordination.reader import load
    from musetui.swarm.picture import Swarm
    from musetui.swarm.thresholds import thresholds_of

    yield from check_repository(repository)
    yield from check_disk(repository.coordination)
    yield from check_watching(repository, polling=reading.settings.poll)
    if repository.coordination.is_dir():
        swarm = Swarm(thresholds_of(reading.settings))
        swarm.apply(load(repository), datetime.now(UTC), live=False)
        yield from check_records(repository, swarm)
        yield from check_clock(repository, swarm, reading.settings.future_tolerance)


def _safe(finding: Finding) -> Finding:
    what, advice = safe_text(finding.what, _TEXT_LIMIT), safe_text(finding.advice, _TEXT_LIMIT)
    return finding._replace(what=what, advice=advice)


def _print(findings: list[Finding], bad: int) -> None:
    indent = max(len(finding.subject) for finding in findings) + len(_MARKS[Verdict.WRONG]) + 4
    room = max(shutil.get_terminal_size().columns - indent - 1, 30)
    rows = []
    for finding in findings:
        # What is long is mostly a path, which is to be copied whole.
        what, *more = textwrap.wrap(finding.what, room, break_long_words=False, break_on_hyphens=False) or [""]
        rows.append((_MARKS[finding.verdict], finding.subject, what))
        rows += [("", "", line) for line in more]
        if finding.advice:
            rows += [("", "", line) for line in textwrap.wrap(f"→ {finding.advice}", room, subsequent_indent="  ")]
    say_table((), rows)
    notes = sum(finding.verdict is Verdict.NOTE for finding in findings)
    say()
    is_bad = f"{counted(bad, 'thing')} {'is' if bad == 1 else 'are'} wrong" if bad else "Nothing is wrong"
    say(f"{is_bad}; {counted(notes, 'note')}." if notes else f"{is_bad}.")
