"""Whether a conflict ends by a release is what is found once the release is there."""

from hypothesis import given

from musetui.coordination.batch import Batch
from musetui.forecast.conflict import ConflictType
from musetui.forecast.ending import ends_without
from musetui.forecast.index import ConflictIndex
from musetui.records.models import AnyRecord, Release
from musetui.swarm.picture import Swarm
from tests.properties import patient
from tests.swarm.scene import MINUTE, NOON, Disk, at, found, intent, local, reservation, steps, swarm_of


def ending(*records: AnyRecord, without: str = "r1") -> dict[str, bool]:
    """Return whether each conflict of a reservation ends by its release, by its type."""
    swarm = swarm_of(records, at(5))
    index = ConflictIndex(swarm)
    return {
        key.conflict_type.value: ends_without(conflict, without, swarm)
        for key in index.of_reservation(without)
        if (conflict := index.conflict(key)) is not None
    }


def doing(operation: str, record: AnyRecord) -> AnyRecord:
    return record.model_copy(update={"operation": operation})


def test_between_two_it_ends_and_among_three_it_goes_on() -> None:
    two = (reservation("r1", "ann"), reservation("r2", "bob"))
    assert ending(*two) == {"address_overlap": True}
    assert ending(*two, reservation("r3", "cy")) == {"address_overlap": False}
    assert ending(*two, reservation("r3", "ann")) == {"address_overlap": False}


def test_without_the_outer_hold_nothing_nests_however_many_hold_what_is_within() -> None:
    inner = (reservation("r2", "bob", "src/a.py::f"), reservation("r3", "cy", "src/a.py::g"))
    assert ending(reservation("r1", "ann"), *inner) == {"containment_overlap": True}
    assert ending(reservation("r1", "ann"), *inner, without="r2") == {"containment_overlap": False}


def test_a_clash_ends_with_what_is_strong_and_with_the_intents_on_it() -> None:
    edits = (doing("modify", reservation("r2", "bob")), doing("modify", reservation("r3", "cy")))
    strong = doing("delete", reservation("r1", "ann"))
    assert ending(strong, *edits)["operation_conflict"]
    assert not ending(strong, *edits, without="r2")["operation_conflict"]
    assert not ending(strong, doing("delete", reservation("r4", "ann")), *edits)["operation_conflict"]
    announced = doing("delete", intent("i1", "dan", of="r1"))
    assert ending(doing("modify", reservation("r1", "ann")), announced, *edits)["operation_conflict"]


@given(steps)
@patient(40)
def test_it_is_what_is_found_once_it_is_released(history: list[tuple[int, Batch | None]]) -> None:
    disk, now = Disk(), NOON
    for minutes, batch in history:
        now += minutes * MINUTE
        if batch is not None:
            disk.follow(batch)
    swarm = Swarm()
    swarm.apply(disk.batch(), now)
    index = ConflictIndex(swarm)
    for held in list(swarm.reservations()):
        keys = [
            key for key in index.of_reservation(held.record_id) if key.conflict_type is not ConflictType.DOUBLE_CLAIM
        ]
        if not keys:
            continue
        after = Swarm()
        after.apply(disk.batch(), now)
        after.apply(
            found(local(Release(reservation_id=held.record_id, run_id="me", released_at=now), "its-release")), now
        )
        left = ConflictIndex(after)
        for key in keys:
            conflict = index.conflict(key)
            assert conflict is not None
            assert ends_without(conflict, held.record_id, swarm) is (key not in left)
