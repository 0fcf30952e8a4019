"""The corpus of what is stuck: small folders of records, each with what is to be found in it and why.

A folder `tests/corpus/stale/<name>/` is laid out as `.muse/coordination/` is. Its `expected.json` says in a sentence
why, the moment at which the records are looked at, the thresholds in seconds where they are not the usual ones, and
what is stuck, the worst first.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from musetui.coordination.reader import load
from musetui.coordination.repository import Repository
from musetui.swarm.picture import Swarm
from musetui.swarm.thresholds import Thresholds
from tests.corpus_folders import cases

_CASES = cases("stale")
NAMES = tuple(_CASES)


@dataclass(frozen=True, slots=True)
class Case:
    """One folder of the corpus.

    Attributes:
        now: the moment its records are looked at (aware).
        thresholds: when what is there counts as stuck.
        stale: what is stuck, the worst first, each as a few of the fields of `musetui stale --json`.
    """

    now: datetime
    thresholds: Thresholds
    stale: list[dict[str, Any]]


def read_case(name: str) -> Case:
    """Return what a folder of the corpus says is to be found."""
    told = _CASES[name].expected
    lengths = {key: timedelta(seconds=value) for key, value in told["thresholds"].items()}
    return Case(datetime.fromisoformat(told["now"]), Thresholds(**lengths), told["stale"])


def lay_out(name: str, scratch: Path) -> Repository:
    """Return a repository, made in the folder *scratch*, with the records of a folder of the corpus."""
    return _CASES[name].repository(scratch)


def swarm_of_case(name: str, scratch: Path) -> Swarm:
    """Return the picture of a folder of the corpus, read from disk as any repository is."""
    case = read_case(name)
    swarm = Swarm(case.thresholds)
    batch = load(lay_out(name, scratch))
    assert not batch.problems
    swarm.apply(batch, case.now, live=False)
    return swarm
