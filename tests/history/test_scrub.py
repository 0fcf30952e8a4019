"""Whatever way leads to a moment, its picture is the one that was live then, and of nothing else."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from musetui.coordination.batch import Batch
from musetui.forecast.index import ConflictIndex
from musetui.forecast.run_index import RunIndex
from musetui.forecast.stale_index import StaleIndex
from musetui.history.scrub import Scrub
from musetui.history.trail import Trail
from musetui.swarm.picture import Swarm
from musetui.swarm.thresholds import Thresholds
from tests.properties import patient
from tests.swarm.scene import MINUTE, NOON, at, beat, claim, found, local, release, reservation, steps
from tests.swarm.test_same_as_loaded_at_once import everything, look, replay

PATIENT = patient(60)
History = list[tuple[int, Batch | None]]
News = list[tuple[datetime, Batch]]

CLOSE = Thresholds(longest_lease=40 * MINUTE, future_tolerance=2 * MINUTE, abandoned_within=25 * MINUTE)
SECONDS = st.integers(-3_600, 3 * 3_600)
"""Moments to go to, in seconds after noon."""


def news_of(history: History) -> News:
    """Return what came when."""
    found, now = [], NOON
    for minutes, batch in history:
        now += minutes * MINUTE
        if batch is not None:
            found.append((now, batch))
    return found


def trail_of(news: News) -> Trail:
    """Return the trail of somebody who watched from noon on, when nothing was there."""
    trail = Trail()
    trail.look((), NOON)
    for moment, batch in news:
        trail.follow(batch, moment)
    return trail


def live_at(news: News, moment: datetime) -> Swarm:
    """Return the picture that was live at *moment*."""
    swarm = Swarm(CLOSE)
    for came_at, batch in news:
        if came_at <= moment:
            swarm.apply(batch, came_at)
    swarm.advance(moment)
    return swarm


def at_second(second: int) -> datetime:
    return NOON + timedelta(seconds=second)


@PATIENT
@given(steps, st.lists(SECONDS, min_size=1, max_size=8))
def test_the_picture_of_a_moment_is_the_one_that_was_live(history: History, seconds: list[int]) -> None:
    news = news_of(history)
    scrub = Scrub(trail_of(news), CLOSE)
    for second in seconds:
        moment = at_second(second)
        scrub.go(moment)
        assert scrub.swarm.now == moment
        assert look(scrub.swarm) == look(live_at(news, moment))
        assert scrub.left(moment) == 0


@PATIENT
@given(steps, st.lists(SECONDS, min_size=1, max_size=8), st.integers(1, 3))
def test_steps_of_any_size_name_all_that_differs(history: History, seconds: list[int], at_once: int) -> None:
    scrub = Scrub(trail_of(news_of(history)), CLOSE)
    view: dict[Any, Any] = {}
    problems: dict[str, str] = {}
    for second in seconds:
        for delta in scrub.steps(at_second(second), at_once):
            replay(view, delta, scrub.swarm)
            assert view == everything(scrub.swarm)
            assert delta.problems or problems == scrub.swarm.problems()
            problems = dict(scrub.swarm.problems())


@PATIENT
@given(steps, st.lists(SECONDS, min_size=1, max_size=6))
def test_conflicts_and_what_is_stuck_go_back_too(history: History, seconds: list[int]) -> None:
    scrub = Scrub(trail_of(news_of(history)), CLOSE)
    conflicts = ConflictIndex(scrub.swarm)
    stale = StaleIndex(scrub.swarm, conflicts)
    runs = RunIndex(scrub.swarm, conflicts)
    list(runs.fill())
    for second in seconds:
        delta = scrub.go(at_second(second))
        found = conflicts.update(delta)
        stale.update(delta)
        runs.update(delta, found)
        anew = ConflictIndex(scrub.swarm)
        assert conflicts.conflicts() == anew.conflicts()
        assert stale.findings() == StaleIndex(scrub.swarm, anew).findings()
        again = RunIndex(scrub.swarm, anew)
        list(again.fill())
        assert {run: runs.facts(run) for run in runs.runs()} == {run: again.facts(run) for run in again.runs()}


@PATIENT
@given(steps, SECONDS, SECONDS)
def test_whoever_turns_round_half_way_gets_there_as_well(history: History, first: int, second: int) -> None:
    news = news_of(history)
    scrub = Scrub(trail_of(news), CLOSE)
    next(iter(scrub.steps(at_second(first))))
    scrub.go(at_second(second))
    assert look(scrub.swarm) == look(live_at(news, at_second(second)))


@PATIENT
@given(steps, st.lists(SECONDS, min_size=1, max_size=4))
def test_a_trail_may_grow_meanwhile(history: History, seconds: list[int]) -> None:
    news = news_of(history)
    trail = trail_of([])
    scrub = Scrub(trail, CLOSE)
    for place, second in enumerate(seconds):
        for moment, batch in news[place * 4 : place * 4 + 4]:
            trail.follow(batch, moment)
        scrub.go(at_second(second))
        assert look(scrub.swarm) == look(live_at(news[: place * 4 + 4], at_second(second)))


WORLD = (
    reservation("r1", "ann", created=0, ends=60),
    beat("r1", "ann", at_minute=50, ends=80),
    reservation("r2", "bob", created=5, ends=12),
    reservation("r3", "cy", created=6, ends=100),
    release("r3", "cy", at_minute=70),
    release("r1", "ann", at_minute=95),
    claim("t1", "bob", at_minute=2, ends=33),
)
EDGES = sorted({at(minute) for minute in (0, 2, 5, 6, 7, 12, 17, 33, 45, 48, 50, 54, 60, 65, 70, 72, 75, 80, 85, 95)})


@pytest.mark.parametrize("edge", EDGES)
def test_every_edge_is_crossed_either_way(edge: datetime) -> None:
    news = sorted(((record.moment or NOON, found(local(record))) for record in WORLD), key=lambda each: each[0])
    trail = trail_of(news)
    instant = timedelta(microseconds=1)
    for start in (NOON - MINUTE, *EDGES):
        scrub = Scrub(trail, CLOSE)
        scrub.go(start)
        for moment in (edge, edge - instant, edge):
            scrub.go(moment)
            assert look(scrub.swarm) == look(live_at(news, moment))
