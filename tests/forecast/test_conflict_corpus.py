"""The corpus of conflicts: what a person works out by eye is what is told, found at once and found record by record."""

import shutil
from datetime import timedelta
from itertools import combinations_with_replacement, zip_longest
from pathlib import Path
from typing import Any

import pytest

from musetui.callgraph.cache import Cache
from musetui.callgraph.scan import Scan
from musetui.cli.conflicts import conflict_fields
from musetui.coordination.batch import Batch
from musetui.coordination.reader import load
from musetui.forecast.conflict import ConflictType
from musetui.forecast.index import ConflictIndex
from musetui.forecast.operations import EDIT, clash, clash_around
from musetui.records.kinds import INTENT_OPERATIONS
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
    """Return every conflict, the likeliest first, with the fields that the case names of the one in that place."""
    found = [conflict_fields(conflict) for conflict in index.conflicts()]
    wanted = case.expected["conflicts"]
    pairs = zip_longest(found, wanted[: len(found)], fillvalue=found[0] if found else {})
    return [{name: fields.get(name) for name in named} for fields, named in pairs]


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_conflicts_are_what_a_person_works_out(case: CorpusCase, tmp_path: Path) -> None:
    assert case.expected["why"]
    index = ConflictIndex(case.swarm(tmp_path))
    follow_calls(index, case, tmp_path)
    assert told(index, case) == case.expected["conflicts"]
    for conflict in index.conflicts():
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
    assert told(index, case) == case.expected["conflicts"]


def test_the_corpus_has_every_kind_with_all_that_is_told_of_it_and_folders_without_any() -> None:
    fields = {"addresses", "agents", "branches", "confidence", "risk", "since", "sources", "description", "advice"}
    every = [each for case in CASES.values() for each in case.expected["conflicts"]]
    assert {each["conflict_type"] for each in every if fields < set(each)} == set(ConflictType)
    assert any("calls" in each for each in every)
    assert any(not case.expected["conflicts"] for case in CASES.values())


def test_the_corpus_has_every_two_operations_and_each_around_another() -> None:
    operations = sorted({*INTENT_OPERATIONS, EDIT})
    said = {
        each["addresses"][0]: each["confidence"] for each in CASES["every_pair_of_operations"].expected["conflicts"]
    }
    for one, other in combinations_with_replacement(operations, 2):
        found = clash(one, other)
        assert said.get(f"ops.py::{one}_{other}") == (found.confidence if found else None)
    around = CASES["every_operation_around_an_edit"].expected["conflicts"]
    said = {each["addresses"][0]: each["confidence"] for each in around}
    for outer in operations:
        found = clash_around(outer)
        assert said.get(f"src/{outer}.py") == (found.confidence if found else None)
