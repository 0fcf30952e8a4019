"""Whose severity a step changes though nothing about it differs: who is waited for, or collided with, by others."""

import pytest

from musetui.coordination.batch import Sighting
from musetui.forecast.index import ConflictIndex
from musetui.forecast.stale import Severity, StaleKey, StaleReason
from musetui.forecast.stale_index import StaleIndex
from musetui.forecast.stale_ripples import ripples
from musetui.records.kinds import Kind
from musetui.records.models import AnyRecord, Dependency, Intent
from musetui.swarm.picture import Swarm
from tests.swarm.scene import at, found, local, release, reservation

SILENT = StaleKey(StaleReason.SILENT, Kind.RESERVATION, "s")
S = reservation("s", "sam", "a.py::f", ends=600)


def fresh(reservation_id: str, run_id: str, *addresses: str) -> AnyRecord:
    """Return a reservation of a run that was heard of just now."""
    return reservation(reservation_id, run_id, *addresses, created=19, ends=600)


def waits(reservation_id: str, *others: str) -> Dependency:
    return Dependency(reservation_id=reservation_id, depends_on=others, created_at=at(19))


def deletes(reservation_id: str, run_id: str, *addresses: str) -> Intent:
    return Intent(
        intent_id=f"i-{reservation_id}",
        reservation_id=reservation_id,
        run_id=run_id,
        branch="main",
        addresses=addresses,
        operation="delete",
        created_at=at(19),
        detail="",
    )


def step(before: list[AnyRecord], *news: Sighting) -> tuple[set[StaleKey], dict[StaleKey, Severity], StaleIndex]:
    """Return what *news* are said to concern beside themselves, how bad everything was, and the index after them."""
    swarm = Swarm()
    swarm.apply(found(*map(local, before)), at(20))
    conflicts = ConflictIndex(swarm)
    stale = StaleIndex(swarm, conflicts)
    was = {key: stale.severity(key) for key in stale}
    delta = swarm.apply(found(*news), at(20))
    differing = conflicts.update(delta)
    named = stale.update(delta)
    return ripples(delta, differing, swarm, conflicts, stale) - named.changed - named.appeared, was, stale


@pytest.mark.parametrize(
    ("before", "news", "key", "severity"),
    [
        ([S], [fresh("r", "bob", "a.py::f")], SILENT, "high"),
        ([S], [fresh("r", "bob", "a.py")], SILENT, "high"),
        ([S], [fresh("r", "bob", "a.py::f.g")], SILENT, "high"),
        ([S, fresh("r", "bob", "b.py")], [waits("r", "s")], SILENT, "high"),
        ([S, waits("r", "s")], [fresh("r", "bob", "b.py")], SILENT, "high"),
        ([S, fresh("r", "bob", "b.py"), waits("r", "s")], [release("r", "bob", at_minute=20)], SILENT, "medium"),
        ([S, fresh("r", "bob", "a.py::f")], [release("r", "bob", at_minute=20)], SILENT, "medium"),
        ([S, fresh("r", "bob", "b.py")], [deletes("r", "bob", "a.py::f")], SILENT, "high"),
        # There was a conflict around this one already, between other runs; now it is in it as well.
        (
            [S, reservation("s2", "sam", "a.py", ends=600), fresh("r", "bob", "a.py::g")],
            [fresh("r2", "tom", "a.py")],
            SILENT,
            "high",
        ),
    ],
)
def test_what_others_do_makes_it_worse_or_better(
    before: list[AnyRecord], news: list[AnyRecord], key: StaleKey, severity: str
) -> None:
    rippled, was, stale = step(before, *map(local, news))
    assert {was[key], stale.severity(key)} == {Severity.HIGH, Severity.MEDIUM}
    assert stale.severity(key) == severity
    assert key in rippled


def test_an_intent_makes_what_it_is_about_worse() -> None:
    """The clash is there already, and the new intent joins it: nothing of its own reservation differs."""
    silent = reservation("s", "sam", "b.py", ends=600)
    before = [silent, fresh("r", "bob", "a.py::f"), fresh("q", "eve", "c.py"), deletes("q", "eve", "a.py::f")]
    rippled, was, stale = step(before, local(deletes("s", "sam", "a.py::f").model_copy(update={"created_at": at(0)})))
    assert (was[SILENT], stale.severity(SILENT)) == (Severity.MEDIUM, Severity.HIGH)
    assert SILENT in rippled


def test_what_happens_elsewhere_concerns_nobody_and_a_crowd_is_no_matter() -> None:
    assert step([S], local(fresh("r", "bob", "b.py")))[0] == set()
    crowd = [fresh(f"r{number}", f"run-{number}", "a.py::f") for number in range(40)]
    assert step([S], *map(local, crowd))[0] == {SILENT}
    assert step([], *map(local, crowd))[0] == set()
