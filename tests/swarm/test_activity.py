"""Activity: the newest of the past first, then what arrives, each told once."""

from musetui.records.models import Claim, Dependency, Task
from musetui.swarm.activity import EVENTS_LIMIT, RATE_MINUTES, Verb
from musetui.swarm.picture import Swarm
from tests.swarm.scene import at, beat, found, gone, intent, local, release, remote, reservation


def verbs(swarm: Swarm) -> list[Verb]:
    """Return what happened, the newest first."""
    return [event.verb for event in swarm.activity]


def test_every_kind_has_its_verb() -> None:
    swarm = Swarm()
    news = [
        local(reservation("r1", "ann", "src/a.py::f", "src/b.py")),
        local(intent("i1", "ann", "src/a.py::f", created=1)),
        local(beat(at_minute=2)),
        local(Dependency(reservation_id="r1", depends_on=("r2",), run_id="ann", created_at=at(3))),
        local(Task(task_id="t1", run_id="ann", title="tidy", created_at=at(4))),
        local(Claim(task_id="t1", claimer_run_id="bob", claimed_at=at(5))),
        local(release(at_minute=6)),
    ]
    swarm.apply(found(*reversed(news)), at(6))
    assert [(event.verb, event.run_id, event.text, event.at) for event in reversed(list(swarm.activity))] == [
        (Verb.RESERVED, "ann", "src/a.py::f", at(0)),
        (Verb.INTENDS, "ann", "src/a.py::f", at(1)),
        (Verb.BEAT, "ann", "r1", at(2)),
        (Verb.WAITS, "ann", "r2", at(3)),
        (Verb.QUEUED, "ann", "tidy", at(4)),
        (Verb.CLAIMED, "bob", "t1", at(5)),
        (Verb.RELEASED, "ann", "r1", at(6)),
    ]


def test_time_tells_too() -> None:
    swarm = Swarm()
    swarm.apply(found(local(reservation(ends=60))), at(0))
    swarm.advance(at(15))
    swarm.apply(found(local(beat(at_minute=16))), at(16))
    swarm.advance(at(61))
    swarm.apply(gone(local(reservation())), at(62))
    assert verbs(swarm) == [Verb.LEFT, Verb.EXPIRED, Verb.SILENT, Verb.BEAT, Verb.RETURNED, Verb.SILENT, Verb.RESERVED]
    expired = list(swarm.activity)[1]
    assert (expired.at, expired.seen, expired.record_id) == (at(60), None, "r1")


def test_a_second_place_of_the_same_record_is_no_event() -> None:
    swarm = Swarm()
    swarm.apply(found(remote(reservation()), remote(beat(at_minute=1), stem="ann")), at(2))
    before = verbs(swarm)
    swarm.apply(found(local(reservation()), local(beat(at_minute=1))), at(2))
    assert verbs(swarm) == before


def test_a_newer_beat_is_an_event_and_a_rewritten_record_a_change() -> None:
    swarm = Swarm()
    swarm.apply(found(local(reservation()), local(beat(at_minute=1))), at(1))
    swarm.apply(found(local(beat(at_minute=2))), at(2))
    swarm.apply(found(local(reservation(branch="dev"))), at(3))
    assert verbs(swarm)[:2] == [Verb.CHANGED, Verb.BEAT]


def test_late_news_is_on_top_and_says_when_it_was_seen() -> None:
    swarm = Swarm()
    swarm.apply(found(local(intent("now", created=30))), at(30))
    swarm.apply(found(remote(intent("late", created=3))), at(31))
    late, prompt = swarm.activity
    assert (late.record_id, late.at, late.seen) == ("late", at(3), at(31))
    assert (prompt.record_id, prompt.seen) == ("now", None)


def test_the_past_is_in_order_whatever_the_order_of_the_load() -> None:
    swarm = Swarm()
    for minute in (3, 1, 2):
        swarm.apply(found(local(intent(f"i{minute}", created=minute))), at(60), live=False)
    swarm.apply(found(local(intent("i0", created=0))), at(60))
    assert [event.record_id for event in swarm.activity] == ["i0", "i3", "i2", "i1"]
    assert swarm.activity.arrived == 1


def test_of_a_long_past_the_newest_events_are_kept() -> None:
    swarm = Swarm()
    past = [local(intent(f"i{number}", created=number)) for number in range(EVENTS_LIMIT + 50)]
    swarm.apply(found(*past[::2]), at(9_999), live=False)
    swarm.apply(found(*past[1::2]), at(9_999), live=False)
    assert [event.record_id for event in swarm.activity] == [f"i{EVENTS_LIMIT + 49 - n}" for n in range(EVENTS_LIMIT)]
    assert len(swarm.activity) == EVENTS_LIMIT
    swarm.apply(found(local(intent("new", created=9_999))), at(9_999))
    events = list(swarm.activity)
    assert (len(events), events[0].record_id, events[-1].record_id) == (EVENTS_LIMIT, "new", "i51")


def test_loading_tells_of_no_departures_and_no_silence() -> None:
    swarm = Swarm()
    swarm.apply(found(local(reservation(ends=600))), at(0), live=False)
    swarm.apply(found(), at(20), live=False)
    swarm.apply(gone(local(reservation())), at(20), live=False)
    assert verbs(swarm) == [Verb.RESERVED]


def test_the_rate_counts_by_how_many_minutes_ago_it_happened() -> None:
    swarm = Swarm()
    moments = (-40, -29, -5, -5.1, 0.2, 0.9, 3)
    swarm.apply(found(*(local(intent(f"i{n}", created=minute)) for n, minute in enumerate(moments))), at(0.5))
    rate = swarm.rate(at(0.5))
    assert len(rate) == RATE_MINUTES
    assert (rate[-1], rate[-6], rate[-7], rate[0], sum(rate)) == (1, 2, 0, 1, 4)
    assert swarm.rate(at(3))[-1] == 1
    assert sum(swarm.rate(at(300))) == 0


def test_a_day_of_events_leaves_a_rate_of_half_an_hour() -> None:
    swarm = Swarm()
    for minute in range(24 * 60):
        swarm.apply(found(local(intent(f"i{minute}", created=minute))), at(minute))
    assert swarm.rate(at(24 * 60 - 1)) == [1] * RATE_MINUTES


def test_a_burst_counts_whole_wherever_in_a_minute_it_falls() -> None:
    swarm = Swarm()
    swarm.apply(found(*(local(intent(f"i{n}", created=0.95 + n / 1_000)) for n in range(120))), at(1.1))
    assert swarm.rate(at(1.1))[-2:] == [0, 120]
    assert swarm.rate(at(2.2))[-2:] == [120, 0]
