"""What is stuck as rows and lines: a row tells what its finding tells, and what is said is in order of need."""

import os
import shutil
import subprocess
from datetime import timedelta
from pathlib import Path

import pytest

from musetui.forecast.index import ConflictIndex
from musetui.forecast.stale import StaleReason
from musetui.forecast.stale_index import StaleIndex
from musetui.records.kinds import Kind
from musetui.records.models import AnyRecord, Dependency, Heartbeat, Release, Task
from musetui.swarm.picture import Swarm
from musetui.tui.presentation.claims import ClaimKey
from musetui.tui.presentation.stale import (
    STALE_COLUMNS,
    StaleRow,
    copied_text,
    release_reason,
    stale_row,
    subject_of_row,
)
from musetui.tui.presentation.stale_detail import stale_lines
from musetui.tui.subject import SubjectKind
from tests.stale_corpus import NAMES, swarm_of_case
from tests.swarm.scene import at, claim, intent, reservation, swarm_of


def shown(row: StaleRow, swarm: Swarm) -> dict[str, str]:
    """Return what each column shows, by its key."""
    return {each.key: "".join(span.text for span in each.cell(row, swarm.now)) for each in STALE_COLUMNS}


def the_one(*records: AnyRecord, minutes: float = 5) -> tuple[StaleRow, StaleIndex, Swarm]:
    swarm = swarm_of(records, at(minutes))
    index = StaleIndex(swarm)
    (key,) = index
    row = stale_row(key, index, swarm)
    assert row is not None
    return row, index, swarm


@pytest.mark.parametrize("name", NAMES)
def test_a_row_tells_what_its_finding_tells(name: str, muse_root: Path) -> None:
    swarm = swarm_of_case(name, muse_root)
    conflicts = ConflictIndex(swarm)
    index = StaleIndex(swarm, conflicts)
    rows = [row for key in index.unranked() if (row := stale_row(key, index, swarm)) is not None]
    by_level = next(column for column in STALE_COLUMNS if column.key == "severity")
    findings = index.findings()
    # Equal ones are put in order by their ids, which the list does on its own.
    rows.sort(key=lambda row: (by_level.sort_key(row), row.key))
    assert [row.key for row in rows] == [finding.key for finding in findings]
    for row, finding in zip(rows, findings, strict=True):
        for name in ("severity", "since", "record_id", "run_id", "branch", "addresses", "source"):
            assert getattr(row, name) == getattr(finding, name), name
        assert shown(row, swarm)["reason"] == finding.reason.words
        lines = list(stale_lines(finding, swarm, conflicts, swarm.now, lambda conflict: conflict))
        labels = [line.label for line in lines if line.label]
        assert labels[:3] == ["owner", "why", "do"]
        assert ("command" in labels) is bool(finding.command)
        assert len(labels) == len(set(labels))
        subject = subject_of_row(row, swarm)
        if subject is not None and subject.kind is SubjectKind.RESERVATION:
            assert swarm.reservation(str(subject.key)) is not None


def test_what_is_no_finding_has_no_row() -> None:
    row, _, _ = the_one(reservation("r1", "ann"), minutes=20)
    empty = Swarm()
    assert stale_row(row.key, StaleIndex(empty), empty) is None


@pytest.mark.parametrize(
    ("records", "minutes", "cells"),
    [
        (
            [reservation("r1", "ann", "a.py::f", "b.py")],
            20,
            {"severity": "◆ medium", "run": "ann", "what": "a.py::f +1", "age": "5m", "where": "here"},
        ),
        ([reservation("r1", "", branch="", ends=3)], 5, {"severity": "▽ low", "run": "(unnamed)", "branch": "–"}),
        (
            [claim("t1", "ann", ends=2), Task(task_id="t1", title="Split it")],
            5,
            {"what": "task Split it", "run": "ann", "age": "3m"},
        ),
        ([Task(task_id="t1", run_id="planner", created_at=at(65))], 5, {"what": "t1", "age": "+1h00"}),
        ([Heartbeat(reservation_id="r1", run_id="ann", last_beat_at=at(65))], 5, {"what": "heartbeat r1"}),
        (
            [reservation("r1", "ann", "a.py"), Dependency(reservation_id="r1", depends_on=("r1",), created_at=at(0))],
            5,
            {"severity": "▲ high", "reason": "waits in a circle", "what": "a.py ⟲1"},
        ),
    ],
)
def test_a_row_is_shown_as(records: list[AnyRecord], minutes: float, cells: dict[str, str]) -> None:
    row, _, swarm = the_one(*records, minutes=minutes)
    found = shown(row, swarm)
    assert {key: found[key] for key in cells} == cells


@pytest.mark.parametrize(
    ("records", "minutes", "reason"),
    [
        ([reservation("r1", "ann")], 20, "stale: silent for 5m"),
        ([reservation("r1", "ann", ends=3)], 20, "stale: expired 17m ago"),
        ([Release(reservation_id="r1", run_id="ann", released_at=at(65))], 5, "stale: dated 1h ahead of the clock"),
        ([intent("i1", "ann", of="r9")], 5, "stale: orphan intent for 5m"),
    ],
)
def test_a_release_says_why(records: list[AnyRecord], minutes: float, reason: str) -> None:
    row, _, swarm = the_one(*records, minutes=minutes)
    assert release_reason(row.key, row.since, swarm.now) == reason


def test_what_is_about_a_reservation_acts_on_it_and_the_rest_on_what_it_is() -> None:
    future = Release(reservation_id="r1", run_id="ann", released_at=at(65))
    row, _, swarm = the_one(future)
    assert subject_of_row(row, swarm) is None
    row, _, swarm = the_one(future, reservation("r1", "ann"))
    assert row.key.reason is StaleReason.FROM_THE_FUTURE
    subject = subject_of_row(row, swarm)
    assert subject is not None
    assert (subject.kind, subject.key) == (SubjectKind.RESERVATION, "r1")
    row, _, swarm = the_one(intent("i1", "ann", of="r9"))
    subject = subject_of_row(row, swarm)
    assert subject is not None
    assert (subject.kind, subject.key) == (SubjectKind.INTENT, "i1")
    row, _, swarm = the_one(claim("t1", "ann", ends=2), Task(task_id="t1"))
    subject = subject_of_row(row, swarm)
    assert subject is not None
    assert subject.key == ClaimKey("ann", row.source, "t1")
    row, _, swarm = the_one(Task(task_id="t1", run_id="planner", created_at=at(65)))
    assert row.key.kind is Kind.TASK
    assert subject_of_row(row, swarm) is None


def test_copying_names_the_repository_and_quotes_the_owner() -> None:
    row, index, _ = the_one(reservation("r1", "$(reboot)"), minutes=20)
    finding = index.finding(row.key)
    assert finding is not None
    copied = copied_text(finding, "/srv/the orchard")
    assert copied == ": '$(reboot)'; musetui release --repo '/srv/the orchard' r1 --reason silent"
    row, index, _ = the_one(reservation("r1", ""), minutes=20)
    finding = index.finding(row.key)
    assert finding is not None
    assert copied_text(finding, "/o") == "musetui release --repo /o r1 --reason silent"


@pytest.mark.parametrize("shell", [each for each in ("sh", "bash", "zsh", "fish") if shutil.which(each)])
def test_what_is_copied_runs_the_command_and_nothing_else_in_every_shell(shell: str, tmp_path: Path) -> None:
    program = tmp_path / "musetui"
    program.write_text("#!/bin/sh\nprintf '<%s>\\n' \"$@\"\n")
    program.chmod(0o755)
    evil = "x\n'$(echo owned)' \\' \"`echo owned`\"; echo owned #"
    row, index, _ = the_one(reservation("r1", evil), minutes=20)
    finding = index.finding(row.key)
    assert finding is not None
    copied = copied_text(finding, "/srv/it's \\ the orchard")
    assert "\n" not in copied
    path = f"{tmp_path}:{os.environ['PATH']}"
    done = subprocess.run(
        [shell], input=f"{copied}\n", capture_output=True, text=True, timeout=30, check=True, env={"PATH": path}
    )
    told = ["release", "--repo", "/srv/it's \\ the orchard", "r1", "--reason", "silent"]
    assert (done.stdout.splitlines(), done.stderr) == ([f"<{word}>" for word in told], "")


def test_a_row_in_a_later_second_sorts_as_before() -> None:
    row, index, swarm = the_one(reservation("r1", "ann"), minutes=20)
    swarm.advance(at(20) + timedelta(seconds=1))
    assert stale_row(row.key, index, swarm) == row
