"""The walk through the past finds what a watcher would have seen, and when."""

from datetime import datetime, timedelta
from itertools import islice

from hypothesis import given
from hypothesis import strategies as st

from musetui.coordination.batch import Batch
from musetui.forecast.conflict import ConflictKey, ConflictType, Risk
from musetui.forecast.index import ConflictIndex
from musetui.history.scrub import Scrub
from musetui.history.survey import Survey
from musetui.history.trail import Trail
from musetui.records.models import AnyRecord
from musetui.swarm.activity import EVENTS_LIMIT, Event, Verb
from musetui.swarm.moments import micros
from musetui.swarm.picture import Swarm
from tests.history.test_scrub import CLOSE, SECONDS, History, News, at_second, news_of, trail_of
from tests.properties import patient
from tests.swarm.scene import MINUTE, NOON, at, beat, found, gone, local, release, reservation, steps

PATIENT = patient(40)
FILE = ConflictKey(ConflictType.ADDRESS_OVERLAP, "src/a.py")


def surveyed(trail: Trail) -> Survey:
    survey = Survey(trail, CLOSE)
    list(survey.steps())
    return survey


def seen_by(news: News, moment: datetime) -> Swarm:
    """Return the swarm of somebody who watched up to *moment*, and looked whenever something may have come of it."""
    swarm = Swarm(CLOSE)

    def wait(until: datetime) -> None:
        while (due := swarm.next_deadline()) is not None and due <= until:
            swarm.advance(due)

    for came_at, batch in news:
        if came_at <= moment:
            wait(came_at)
            swarm.apply(batch, came_at)
    wait(moment)
    swarm.advance(moment)
    return swarm


@PATIENT
@given(steps, st.lists(SECONDS, min_size=1, max_size=6))
def test_the_activity_and_the_rate_of_a_moment_are_those_that_were_live(history: History, seconds: list[int]) -> None:
    news = news_of(history)
    trail = trail_of(news)
    trail.keep_watch(at_second(3 * 3_600))
    scrub = Scrub(trail, CLOSE, surveyed(trail).story)
    for second in seconds:
        moment = at_second(second)
        scrub.go(moment)
        seen = seen_by(news, moment)
        assert list(scrub.swarm.activity) == list(seen.activity)
        assert scrub.swarm.activity.arrived == seen.activity.arrived
        assert len(scrub.swarm.activity) == len(seen.activity)
        assert scrub.swarm.rate(moment) == seen.rate(moment)


@PATIENT
@given(steps, st.lists(SECONDS, min_size=1, max_size=6))
def test_episodes_tell_which_conflicts_there_were(history: History, seconds: list[int]) -> None:
    news = news_of(history)
    trail = trail_of(news)
    trail.keep_watch(at_second(3 * 3_600))
    episodes = surveyed(trail).episodes
    for second in seconds:
        index = ConflictIndex(seen_by(news, at_second(second)))
        now = micros(at_second(second))
        there = {
            key: episode
            for key, found_there in episodes.every().items()
            for episode in found_there
            if episode.begins <= now and (episode.ends is None or now < episode.ends)
        }
        assert there.keys() == set(index.keys())
        for key, episode in there.items():
            there_then = {run_id for run_id in episode.runs if any(covers(span, now) for span in episode.of(run_id))}
            assert index.runs(key) == there_then
            assert [risk for _, _, risk in episode.stretches(now, now)] == [index.risk(key)]


def covers(span: tuple[int, int | None], at: int) -> bool:
    begins, ends = span
    return begins <= at and (ends is None or at < ends)


@PATIENT
@given(steps)
def test_a_walk_that_is_given_up_and_begun_again_tells_the_same(history: History) -> None:
    news = news_of(history)
    trail = trail_of([])
    survey = Survey(trail, CLOSE)
    for moment, batch in news:
        trail.follow(batch, moment)
        list(islice(survey.steps(), 2))
    list(survey.steps())
    assert not survey.is_behind
    at_once = surveyed(trail_of(news))
    assert list(survey.story.events(0, len(survey.story))) == list(at_once.story.events(0, len(at_once.story)))
    assert survey.episodes.every() == at_once.episodes.every()
    assert list(survey.episodes.begins) == sorted(survey.episodes.begins)


def told(records: list[AnyRecord]) -> list[Event]:
    trail = Trail()
    trail.look([found(*map(local, records))], at(120))
    story = surveyed(trail).story
    return list(story.events(0, len(story)))


def test_what_no_record_tells_is_found_at_its_own_moment() -> None:
    events = told(
        [reservation("r1", ends=60), beat("r1", at_minute=10), reservation("r2", "bob", "b", created=70, ends=200)]
    )
    assert [(event.verb, event.run_id, event.at) for event in events] == [
        (Verb.RESERVED, "ann", NOON),
        (Verb.BEAT, "ann", at(10)),
        (Verb.SILENT, "ann", at(25)),
        (Verb.EXPIRED, "ann", at(60)),
        (Verb.RESERVED, "bob", at(70)),
        (Verb.SILENT, "bob", at(85)),
    ]
    assert all(event.seen is None for event in events)


def test_a_conflict_lasts_from_the_second_holder_to_the_release_of_the_last_but_one() -> None:
    trail = Trail()
    trail.look(
        [
            found(
                local(reservation("r1")),
                local(reservation("r2", "bob", created=5)),
                local(reservation("r3", "cy", created=10, ends=20)),
                local(release("r2", "bob", at_minute=30)),
            )
        ],
        at(120),
    )
    (episode,) = surveyed(trail).episodes.of(FILE)
    assert (episode.begins, episode.ends) == (micros(at(5)), micros(at(30)))
    assert episode.runs == {"ann", "bob", "cy"}
    assert {risk for _, _, risk in episode.stretches(episode.begins, episode.ends)} == {Risk.HIGH}
    assert not surveyed(trail).episodes.of(ConflictKey(ConflictType.DOUBLE_CLAIM, "t"))


def test_a_conflict_that_comes_again_is_another_episode() -> None:
    trail = trail_of([])
    other = local(reservation("r2", "bob"))
    trail.follow(found(local(reservation("r1")), other), at(1))
    trail.follow(gone(other), at(2))
    trail.follow(found(other), at(3))
    trail.keep_watch(at(4))
    episodes = surveyed(trail).episodes
    assert [(each.begins, each.ends) for each in episodes.of(FILE)] == [
        (micros(at(1)), micros(at(2))),
        (micros(at(3)), None),
    ]
    assert len(episodes) == 2


def test_more_events_of_one_moment_than_a_log_holds_are_all_told() -> None:
    records: list[AnyRecord] = [reservation(f"r{number}", "ann", "a") for number in range(EVENTS_LIMIT + 50)]
    trail = Trail()
    trail.look([Batch(found=[local(record) for record in records])], NOON + MINUTE)
    survey = surveyed(trail)
    assert len(survey.story) == len(records)
    scrub = Scrub(trail, CLOSE, survey.story)
    scrub.go(NOON + timedelta(seconds=1))
    assert len(scrub.swarm.activity) == EVENTS_LIMIT == len(list(scrub.swarm.activity))
    assert scrub.swarm.activity.arrived == len(records)
