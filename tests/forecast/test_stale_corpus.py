"""What is stuck in each folder of the corpus, found at once, and found by an index that watched it come about."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from musetui.coordination.batch import Batch
from musetui.coordination.reader import load
from musetui.forecast.index import ConflictIndex
from musetui.forecast.stale import StaleReason
from musetui.forecast.stale_index import StaleIndex
from musetui.swarm.picture import Swarm
from tests.stale_corpus import NAMES, lay_out, read_case, swarm_of_case


def told(index: StaleIndex, swarm: Swarm) -> list[dict[str, Any]]:
    return [
        {
            "reason": finding.reason.value,
            "kind": finding.kind.value,
            "record_id": finding.record_id,
            "run_id": finding.run_id,
            "branch": finding.branch,
            "severity": finding.severity.value,
            "age_seconds": finding.age(swarm.now).total_seconds(),
        }
        for finding in index.findings()
    ]


@pytest.mark.parametrize("name", NAMES)
def test_it_is_found(name: str, muse_root: Path) -> None:
    swarm = swarm_of_case(name, muse_root)
    index = StaleIndex(swarm, ConflictIndex(swarm))
    assert told(index, swarm) == read_case(name).stale
    assert index.pressing() == sum(each["severity"] != "low" for each in read_case(name).stale)


@pytest.mark.parametrize("name", NAMES)
def test_it_is_found_where_the_records_came_one_by_one_and_time_passed(name: str, muse_root: Path) -> None:
    case = read_case(name)
    swarm = Swarm(case.thresholds)
    conflicts = ConflictIndex(swarm)
    index = StaleIndex(swarm, conflicts)
    for sighting in load(lay_out(name, muse_root)).found:
        delta = swarm.apply(Batch(found=(sighting,)), case.now - timedelta(minutes=30))
        conflicts.update(delta)
        index.update(delta)
    while upcoming := [at for at in (swarm.next_deadline(), index.next_deadline()) if at and at <= case.now]:
        delta = swarm.advance(min(upcoming))
        conflicts.update(delta)
        index.update(delta)
    delta = swarm.advance(case.now)
    conflicts.update(delta)
    index.update(delta)
    assert told(index, swarm) == case.stale


def test_the_corpus_has_every_reason_and_a_folder_without_any() -> None:
    cases = [read_case(name) for name in NAMES]
    assert {each["reason"] for case in cases for each in case.stale} == set(StaleReason)
    assert any(not case.stale for case in cases)
    assert {each["severity"] for case in cases for each in case.stale} == {"high", "medium", "low"}
