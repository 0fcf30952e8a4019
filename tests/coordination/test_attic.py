"""What was over long ago is set aside, and nothing that is still spoken of."""

from datetime import UTC, datetime, timedelta
from typing import cast

from hypothesis import given
from hypothesis import strategies as st

from musetui.coordination.attic import Attic
from musetui.coordination.batch import FOLDERS, Sighting, Slot, Source
from musetui.records.age import over_at, reservations_of
from musetui.records.kinds import Kind
from musetui.records.models import AnyRecord, Claim, Dependency, Heartbeat, Intent, Release, Reservation, Task

CUTOFF = datetime(2026, 3, 1, tzinfo=UTC)
DAY = timedelta(days=1)

MOMENTS = st.integers(-3, 3).map(lambda days: CUTOFF + days * DAY)
IDS = st.sampled_from("abcde")


@st.composite
def records(draw: st.DrawFn) -> AnyRecord:
    at, end, named = draw(MOMENTS), draw(MOMENTS), draw(IDS)
    match draw(st.sampled_from(list(Kind))):
        case Kind.RESERVATION:
            return Reservation(
                reservation_id=named, run_id="ann", addresses=("a.py",), created_at=min(at, end), expires_at=end
            )
        case Kind.INTENT:
            about = draw(st.sampled_from(["", named]))
            return Intent(
                intent_id=draw(IDS),
                reservation_id=about,
                run_id="ann",
                addresses=("a.py",),
                operation="modify",
                created_at=at,
            )
        case Kind.RELEASE:
            return Release(reservation_id=named, run_id="ann", released_at=draw(st.sampled_from([None, at])))
        case Kind.HEARTBEAT:
            return Heartbeat(
                reservation_id=named, last_beat_at=at, extended_expires_at=draw(st.sampled_from([None, end]))
            )
        case Kind.DEPENDENCY:
            return Dependency(reservation_id=named, depends_on=tuple(draw(st.lists(IDS, max_size=2))), created_at=at)
        case Kind.TASK:
            return Task(task_id=named, created_at=at)
        case Kind.CLAIM:
            return Claim(task_id=named, claimer_run_id="ann", claimed_at=at, expires_at=end)


@st.composite
def trails(draw: st.DrawFn) -> list[Sighting]:
    found: dict[Slot, Sighting] = {}
    for record in draw(st.lists(records(), max_size=14)):
        source = draw(st.sampled_from(list(Source)))
        folder = next(name for name, what in FOLDERS.items() if what == (source, record.kind))
        slot = Slot(folder, f"{record.record_id}.json")
        found[slot] = Sighting(slot, record)
    return draw(st.permutations(list(found.values())))


def to_be_kept(trail: list[Sighting]) -> set[Slot]:
    """Return what is to be kept, by going over everything until nothing is added any more."""
    named = set[str]()
    kept = set[Slot]()
    while True:
        before = len(kept)
        for sighting in trail:
            over = over_at(sighting.record)
            about = next(iter(reservations_of(sighting.record)), "")
            if over is None or over >= CUTOFF or about in named:
                kept.add(sighting.slot)
                named.update(reservations_of(sighting.record))
        if len(kept) == before:
            return kept


@given(trails())
def test_whatever_came_first_the_same_is_set_aside(trail: list[Sighting]) -> None:
    attic = Attic(CUTOFF)
    kept = {each.slot for each in trail if not attic.takes(each, hash(each))}
    while recalled := attic.recall():
        again = [each for each in trail if each.slot not in kept and each.slot.folder in recalled]
        kept |= {
            each.slot for each in again if not attic.holds(*each.slot, hash(each)) and not attic.takes(each, hash(each))
        }
    assert kept == to_be_kept(trail)
    away = [each for each in trail if each.slot not in kept]
    told = attic.told()
    assert (told.total if told else 0) == len(away)
    assert all(attic.holds(*each.slot, hash(each)) for each in away)
    if told is not None:
        assert set(told.counts) == {FOLDERS[each.slot.folder] for each in away}
        moments = [each.record.moment for each in away if each.record.moment]
        assert told.oldest is None or told.oldest <= min(moments, default=CUTOFF)


def test_without_a_cutoff_everything_is_kept() -> None:
    attic = Attic(None)
    slot = Slot("reservations", "a.json")
    old = Reservation(reservation_id="a", run_id="ann", addresses=(), created_at=CUTOFF, expires_at=CUTOFF)
    assert not attic.takes(Sighting(slot, cast("AnyRecord", old)), 1)
    assert attic.told() is None


def test_what_is_gone_is_counted_no_longer() -> None:
    attic = Attic(CUTOFF)
    slot = Slot("reservations", "a.json")
    old = Reservation(reservation_id="a", run_id="ann", addresses=(), created_at=CUTOFF - DAY, expires_at=CUTOFF - DAY)
    assert attic.takes(Sighting(slot, old), 1)
    assert attic.count("reservations") == 1
    assert attic.forget(slot)
    assert not attic.forget(slot)
    assert attic.told() is None
