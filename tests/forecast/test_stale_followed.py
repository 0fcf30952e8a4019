"""The stale index after any history: what the plain rules find, what an index built late finds, and no scan of time."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given

from musetui.coordination.batch import Batch
from musetui.forecast import pressing, stale_index
from musetui.forecast.index import ConflictIndex
from musetui.forecast.stale import Severity, StaleFinding, StaleKey, StaleReason
from musetui.forecast.stale_delta import StaleDelta
from musetui.forecast.stale_index import StaleIndex
from musetui.records.kinds import Kind
from musetui.swarm.picture import Swarm
from musetui.swarm.thresholds import Thresholds
from tests.forecast.stale_rules import stuck
from tests.properties import patient
from tests.swarm.scene import MINUTE, NOON, Disk, at, batches, found, gone, local, reservation, steps

PATIENT = patient(25)
History = list[tuple[int, Batch | None]]

CLOSE = Thresholds(
    silent_after=15 * MINUTE,
    longest_lease=40 * MINUTE,
    future_tolerance=2 * MINUTE,
    abandoned_within=25 * MINUTE,
)
"""Thresholds that a history of two hours meets all of."""


class Followed:
    """A swarm, its disk, and the indexes that follow it."""

    def __init__(self) -> None:
        self.swarm, self.disk, self.now = Swarm(CLOSE), Disk(), NOON
        self.conflicts = ConflictIndex(self.swarm)
        self.index = StaleIndex(self.swarm, self.conflicts)

    def step(self, minutes: float, batch: Batch | None) -> StaleDelta:
        self.now += minutes * MINUTE
        if batch is not None:
            self.disk.follow(batch)
        delta = self.swarm.advance(self.now) if batch is None else self.swarm.apply(batch, self.now)
        self.conflicts.update(delta)
        return self.index.update(delta)


def told(index: StaleIndex) -> dict[StaleKey, StaleFinding]:
    return {finding.key: finding for finding in index.findings()}


@PATIENT
@given(steps)
def test_after_any_history_the_index_finds_what_the_rules_say(history: History) -> None:
    followed = Followed()
    for minutes, batch in history:
        followed.step(minutes, batch)
        found = stuck(followed.swarm, followed.disk)
        assert set(followed.index.keys()) == found
        assert followed.index.counts() == {r: sum(key.reason is r for key in found) for r in StaleReason}
        assert len(followed.index) == len(found)


@PATIENT
@given(steps)
def test_followed_step_by_step_is_the_same_as_built_at_once(history: History) -> None:
    followed = Followed()
    for minutes, batch in history:
        followed.step(minutes, batch)
        anew = StaleIndex(followed.swarm, followed.conflicts)
        assert followed.index.keys() == anew.keys()
        assert told(followed.index) == told(anew)
        assert followed.index.counts() == anew.counts()
        assert followed.index.next_deadline() == anew.next_deadline()


@PATIENT
@given(steps)
def test_a_view_that_repaints_what_deltas_name_shows_when_and_whose_everything_is(history: History) -> None:
    followed = Followed()
    view: dict[StaleKey, Any] = {}
    late: dict[StaleKey, Any] = {}
    merged = StaleDelta()
    for minutes, batch in history:
        delta = followed.step(minutes, batch)
        repaint(view, delta, followed.index)
        assert view == {key: shown(finding) for key, finding in told(followed.index).items()}
        merged.merge(delta)
    repaint(late, merged, followed.index)
    assert late == view


def shown(finding: StaleFinding | None) -> Any:
    """Return what does not depend on what others do."""
    assert finding is not None
    owner = () if finding.key.circle else (finding.record_id, finding.run_id, finding.branch, finding.addresses)
    return finding.since, owner


def repaint(view: dict[StaleKey, Any], delta: StaleDelta, index: StaleIndex) -> None:
    assert not delta.appeared & view.keys()
    assert delta.changed <= view.keys()
    assert delta.left <= view.keys()
    for key in delta.left:
        del view[key]
    for key in delta.appeared | delta.changed:
        view[key] = shown(index.finding(key))


@PATIENT
@given(steps)
def test_a_step_that_touches_most_is_followed_like_any_other(history: History) -> None:
    followed = Followed()
    view: dict[StaleKey, Any] = {}
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(stale_index, "MANY", 1)
        for minutes, batch in history:
            repaint(view, followed.step(minutes, batch), followed.index)
            assert view == {key: shown(finding) for key, finding in told(followed.index).items()}
            anew = StaleIndex(followed.swarm, followed.conflicts)
            assert followed.index.next_deadline() == anew.next_deadline()
            assert followed.index.keys() == anew.keys()


@PATIENT
@given(steps)
def test_nothing_comes_or_goes_before_the_next_deadline(history: History) -> None:
    followed = Followed()
    for minutes, batch in history:
        followed.step(minutes, batch)
    for _ in range(8):
        upcoming = [at for at in (followed.swarm.next_deadline(), followed.index.next_deadline()) if at is not None]
        if not upcoming:
            break
        before = set(followed.index.keys())
        eve = (min(upcoming) - followed.now - timedelta(microseconds=1)) / MINUTE
        assert not followed.step(eve, None)
        assert set(followed.index.keys()) == before == stuck(followed.swarm, followed.disk)
        followed.step((min(upcoming) - followed.now) / MINUTE, None)
        assert set(followed.index.keys()) == stuck(followed.swarm, followed.disk)


@PATIENT
@given(steps, batches)
def test_a_clock_set_back_is_followed(history: History, last: Batch) -> None:
    followed = Followed()
    for minutes, batch in history:
        followed.step(minutes, batch)
    view = dict.fromkeys(followed.index)
    for minutes, batch in ((-30, None), (3, last), (20, None)):
        delta = followed.step(minutes, batch)
        assert set(followed.index.keys()) == stuck(followed.swarm, followed.disk)
        view = dict.fromkeys((view.keys() | delta.appeared) - delta.left)
        assert view.keys() == set(followed.index.keys())


@PATIENT
@given(steps)
def test_each_record_knows_what_is_stuck_about_it(history: History) -> None:
    followed = Followed()
    for minutes, batch in history:
        followed.step(minutes, batch)
    index = followed.index
    for kind in Kind:
        for record_id in (*followed.swarm.ids(kind), "unknown"):
            kinds = {kind, Kind.DEPENDENCY} if kind is Kind.RESERVATION else {kind}
            mine = [
                key
                for key in index
                if (key.kind in kinds and key.record_id == record_id and not key.circle)
                or (kind in (Kind.RESERVATION, Kind.DEPENDENCY) and record_id in key.circle)
            ]
            assert index.of(kind, record_id) == mine


@PATIENT
@given(steps)
def test_every_finding_can_be_told(history: History) -> None:
    followed = Followed()
    for minutes, batch in history:
        followed.step(minutes, batch)
        for key, finding in told(followed.index).items():
            assert finding.suggestion.isprintable()
            assert finding.severity is followed.index.severity(key)
            if key.reason is StaleReason.FROM_THE_FUTURE:
                assert finding.since - followed.now > CLOSE.future_tolerance
            assert finding.age(followed.now) == max(followed.now - finding.since, timedelta(0))


def test_what_is_no_finding_is_not_told() -> None:
    followed = Followed()
    key = StaleKey(StaleReason.SILENT, Kind.RESERVATION, "r1")
    assert followed.index.finding(key) is None
    assert key not in followed.index
    assert not followed.index.keys()
    assert followed.index.next_deadline() is None


@PATIENT
@given(steps)
def test_what_is_medium_and_worse_is_counted(history: History) -> None:
    followed = Followed()
    for minutes, batch in history:
        followed.step(minutes, batch)
        worse = sum(finding.severity is not Severity.LOW for finding in followed.index.findings())
        assert followed.index.pressing() == worse
        assert StaleIndex(followed.swarm, followed.conflicts).pressing() == worse


def test_where_very_much_is_stuck_some_steps_later_all_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pressing, "JUDGED_AT_ONCE", 3)
    swarm = Swarm(CLOSE)
    conflicts = ConflictIndex(swarm)
    index = StaleIndex(swarm, conflicts)
    overlong = [local(reservation(f"r{n}", f"run-{n}", f"src/{n}.py", created=59, ends=120)) for n in range(20)]

    def step(batch: Batch) -> None:
        delta = swarm.apply(batch, at(60))
        conflicts.update(delta)
        index.update(delta)

    def counted() -> int:
        step(found())
        assert index.pressing() == index.pressing()
        return index.pressing()

    step(found(*overlong))
    assert [counted() for _ in range(20)] == [0] * 20
    bob = local(reservation("folder", "bob", "src", created=59, ends=70))
    step(found(bob))
    counts = [counted() for _ in range(20)]
    assert counts == sorted(counts)
    assert counts[-1] == 20
    step(gone(bob))
    counts = [counted() for _ in range(20)]
    assert counts == sorted(counts, reverse=True)
    assert counts[-1] == 0
