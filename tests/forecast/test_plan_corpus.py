"""The corpus of merge plans: what a person works out by eye is what the plan tells."""

from dataclasses import astuple
from pathlib import Path
from typing import Any

import pytest

from musetui.forecast.merge_plan import MergePlan
from musetui.forecast.plan_wording import rework_words
from tests.corpus_folders import CorpusCase, cases
from tests.forecast.plain_plan import plan

CASES = cases("plan")


def told(made: MergePlan) -> dict[str, Any]:
    """Return what a case expects, as it came out."""
    return {
        "order": list(made.order),
        "cost": made.cost,
        "bound": made.bound,
        "muse_cost": made.muse_cost,
        "strategies": [planned.strategy.value for planned in made.branches],
        "muse_strategies": [planned.muse_strategy.value for planned in made.branches],
        "hotspots": [[spot.address, list(spot.branches)] for spot in made.hotspots],
        "remaining": list(astuple(made.remaining)),
        "reasons": [planned.reason for planned in made.branches],
        "reworks": [list(map(rework_words, planned.reworks)) for planned in made.branches],
    }


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_a_plan_is_what_a_person_works_out(case: CorpusCase, tmp_path: Path) -> None:
    expected = case.expected
    assert expected.pop("why")
    assert told(plan(case.swarm(tmp_path))) == expected
