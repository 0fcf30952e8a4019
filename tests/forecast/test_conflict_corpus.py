"""The corpus of conflicts: what a person works out by eye is what is told, found at once and found record by record."""

import shutil
from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from musetui.callgraph.cache import Cache
from musetui.callgraph.scan import Scan
from musetui.cli.conflicts import conflict_fields
from musetui.coordination.batch import Batch
from musetui.coordination.reader import load
from musetui.forecast.index import ConflictIndex
from musetui.swarm.picture import Swarm
from tests.corpus_folders import NOON, CorpusCase, cases

CASES = cases("conflicts")
TREE = "tree"
"""A folder of a case that holds no records, but the sources of its work tree."""


def follow_calls(index: ConflictIndex, case: CorpusCase, scratch: Path) -> None:
    if (case.folder / TREE).is_dir():
        tree = shutil.copytree(case.folder / TREE, scratch / "work")
        change, _ = Scan(tree, Cache(scratch / "cache")).run()
        index.follow_calls(change)
    while index.is_behind:
        index.work(1.0)


def told(index: ConflictIndex, case: CorpusCase) -> list[dict[str, Any]]:
    """Return of each conflict what the case says of it, in an order of their own."""
    expected = {(each["conflict_type"], each["addresses"][0]): each for each in case.expected["conflicts"]}
    found = []
    for conflict in index.conflicts():
        fields = conflict_fields(conflict)
        wanted = expected.get((conflict.conflict_type.value, conflict.addresses[0]), {})
        leave_out = {"description", "advice", "branches", *(() if "calls" in wanted else ("calls",))}
        found.append({name: value for name, value in fields.items() if name not in leave_out})
    return in_order(found)


def in_order(conflicts: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    return sorted(conflicts, key=lambda each: (each["conflict_type"], each["addresses"]))


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_conflicts_are_what_a_person_works_out(case: CorpusCase, tmp_path: Path) -> None:
    assert case.expected["why"]
    index = ConflictIndex(case.swarm(tmp_path))
    follow_calls(index, case, tmp_path)
    assert told(index, case) == in_order(case.expected["conflicts"])
    found = index.conflicts()
    assert found == sorted(found, key=lambda conflict: -conflict.confidence)
    for conflict in found:
        assert conflict.description.isprintable()
        assert conflict.advice.isprintable()


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_they_are_found_where_the_records_came_one_by_one_and_time_passed(case: CorpusCase, tmp_path: Path) -> None:
    swarm = Swarm()
    index = ConflictIndex(swarm)
    for sighting in reversed(load(case.repository(tmp_path)).found):
        index.update(swarm.apply(Batch(found=(sighting,)), NOON - timedelta(minutes=30)))
    follow_calls(index, case, tmp_path)
    while (upcoming := swarm.next_deadline()) and upcoming <= NOON:
        index.update(swarm.advance(upcoming))
    index.update(swarm.advance(NOON))
    while index.is_behind:
        index.work(1.0)
    assert told(index, case) == in_order(case.expected["conflicts"])
