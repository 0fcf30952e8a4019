"""The reporter: who hears all that it tells knows the picture, and nothing is told that is not so."""

from datetime import datetime

from hypothesis import given

from musetui.coordination.batch import Batch, Problem
from musetui.forecast.conflict import ConflictKey, ConflictType, Risk
from musetui.forecast.conflict_delta import ConflictDelta
from musetui.forecast.index import ConflictIndex
from musetui.forecast.stale import StaleKey, StaleReason
from musetui.forecast.stale_index import StaleIndex
from musetui.news.kinds import NewsKind
from musetui.news.occurrence import Occurrence
from musetui.news.reporter import Reporter
from musetui.news.teller import Teller
from musetui.swarm.delta import Delta
from musetui.swarm.picture import Swarm
from tests.properties import patient
from tests.swarm.scene import (
    NOON,
    at,
    beat,
    claim,
    found,
    gone,
    intent,
    local,
    release,
    reservation,
    steps,
)


class Scene:
    """A picture, and what is told of it."""

    def __init__(self) -> None:
        self.swarm = Swarm()
        self.conflicts = ConflictIndex(self.swarm)
        self.stale = StaleIndex(self.swarm, self.conflicts)
        self.reporter = Reporter(self.swarm, self.conflicts, self.stale)
        self.teller = Teller(self.swarm, self.conflicts, self.stale)

    def step(self, batch: Batch | None, now: datetime) -> list[Occurrence]:
        """Take *batch* in, or let time pass alone, and return what that came to."""
        delta = self.swarm.advance(now) if batch is None else self.swarm.apply(batch, now)
        conflicts = self.conflicts.update(delta)
        return self.reporter.report(delta, conflicts, self.stale.update(delta), now)

    def kinds(self, batch: Batch | None, now: datetime) -> list[NewsKind]:
        return [occurrence.kind for occurrence in self.step(batch, now)]


def one(occurrences: list[Occurrence], kind: NewsKind) -> Occurrence:
    """Return the only occurrence of *kind*."""
    (found,) = (occurrence for occurrence in occurrences if occurrence.kind is kind)
    return found


@given(steps)
@patient(200)
def test_who_hears_all_knows_what_there_is(history: list[tuple[int, Batch | None]]) -> None:
    scene, now = Scene(), NOON
    conflicts: dict[ConflictKey, Risk] = {}
    stuck: set[StaleKey] = set()
    problems: dict[str, str] = {}
    for minutes, batch in history:
        now = at((now - NOON).total_seconds() / 60 + minutes)
        for occurrence in scene.step(batch, now):
            match occurrence.kind, occurrence.key:
                case NewsKind.CONFLICT | NewsKind.CONFLICT_CHANGED, ConflictKey() as key:
                    assert (key in conflicts) == (occurrence.was is not None)
                    assert occurrence.risk is not None
                    assert conflicts.get(key) is occurrence.was
                    conflicts[key] = occurrence.risk
                case NewsKind.CONFLICT_ENDED, ConflictKey() as key:
                    assert conflicts.pop(key) is occurrence.risk
                case NewsKind.STALE, StaleKey() as key:
                    assert key not in stuck
                    stuck.add(key)
                case NewsKind.STALE_ENDED, StaleKey() as key:
                    stuck.remove(key)
                case NewsKind.PROBLEM, str() as path:
                    problems[path] = occurrence.text
                case NewsKind.PROBLEM_SOLVED, str() as path:
                    del problems[path]
            news = scene.teller.tell(occurrence)
            assert news.kind is occurrence.kind
            assert news.sentence().isprintable()
            assert len(news.fields()) == 21
        assert set(conflicts) == set(scene.conflicts)
        assert stuck == set(scene.stale)
        assert problems == scene.swarm.problems()
    looked = scene.reporter.look()
    assert all(occurrence.is_initial for occurrence in looked)
    assert {each.key for each in looked} == set(conflicts) | stuck | set(problems)


def test_what_a_record_tells() -> None:
    scene = Scene()
    held = reservation("r1", "ann", "src/a.py::f", "src/b.py", ends=90)
    news = scene.teller.tell(one(scene.step(found(local(held)), NOON), NewsKind.RESERVED))
    assert news.sentence() == "ann reserved src/a.py::f +1 (1h30m)"
    assert (news.runs, news.branches, news.addresses) == (("ann",), ("main",), ("src/a.py::f", "src/b.py"))
    assert (news.record_id, news.expires_at, news.source) == ("r1", at(90), "local")
    step = scene.step(found(local(beat("r1", "ann", at_minute=1, ends=120))), at(1))
    news = scene.teller.tell(one(step, NewsKind.EXTENDED))
    assert (news.addresses, news.reservation_id, news.expires_at) == (held.addresses, "r1", at(120))
    assert scene.kinds(found(local(beat("r2", "bob", at_minute=2))), at(2)) == [NewsKind.BEAT]
    step = scene.step(found(local(release("r1", "ann", at_minute=3))), at(3))
    news = scene.teller.tell(one(step, NewsKind.RELEASED))
    assert (news.addresses, news.branches, news.reservation_id) == (held.addresses, ("main",), "r1")
    step = scene.step(found(local(intent("i1", "bob", "src/c.py"))), at(3))
    assert scene.teller.tell(one(step, NewsKind.INTENT)).sentence() == "bob announced an intent on src/c.py (modify)"
    step = scene.step(found(local(claim("t1", "bob"))), at(3))
    assert scene.teller.tell(one(step, NewsKind.CLAIM)).addresses == ("t1",)


def test_what_time_brings() -> None:
    scene = Scene()
    scene.step(found(local(reservation("r1", "ann", ends=20))), NOON)
    step = scene.step(None, at(15))
    assert [each.kind for each in step] == [NewsKind.SILENT, NewsKind.STALE]
    assert scene.teller.tell(step[0]).sentence() == "ann has fallen silent"
    assert step[0].key == "ann"
    step = scene.step(found(local(beat("r1", "ann", at_minute=16))), at(16))
    assert [each.kind for each in step] == [NewsKind.RETURNED, NewsKind.BEAT, NewsKind.STALE_ENDED]
    assert scene.teller.tell(step[2]).addresses == ("src/a.py",)
    step = scene.step(None, at(20))
    assert NewsKind.EXPIRED in [each.kind for each in step]
    assert one(step, NewsKind.EXPIRED).at == at(20)


def test_a_conflict_begins_changes_gets_worse_and_ends() -> None:
    scene = Scene()
    scene.step(found(local(reservation("r1", "ann", "src"))), NOON)
    begun = one(scene.step(found(local(reservation("r2", "bob", "src/x"))), NOON), NewsKind.CONFLICT)
    assert (begun.risk, begun.was) == (Risk.MEDIUM, None)
    news = scene.teller.tell(begun)
    assert (news.runs, news.addresses, news.conflict_type) == (
        ("ann", "bob"),
        ("src", "src/x"),
        ConflictType.CONTAINMENT_OVERLAP,
    )
    assert "ann" in news.sentence()
    third = scene.step(found(local(reservation("r3", "cy", "src/y"))), NOON)
    assert one(third, NewsKind.CONFLICT_CHANGED).was is Risk.MEDIUM
    ended = scene.step(gone(local(reservation("r1"))), NOON)
    over = one(ended, NewsKind.CONFLICT_ENDED)
    assert (over.key, over.risk) == (begun.key, Risk.MEDIUM)
    assert scene.teller.tell(over).sentence() == "conflict over at src (containment overlap)"
    # The same by operations: what was foreseen as one risk is news again when it gets worse.
    key = ConflictKey(ConflictType.ADDRESS_OVERLAP, "src/a.py")
    scene.step(found(local(reservation("r1", "ann")), local(reservation("r2", "bob"))), NOON)
    worse = ConflictDelta(changed={key}, before={key: Risk.LOW})
    (told,) = scene.reporter.report(Delta(), worse, scene.stale.update(Delta()), NOON)
    assert (told.kind, told.risk, told.was) == (NewsKind.CONFLICT, Risk.HIGH, Risk.LOW)


def test_what_only_calls_tell_is_no_news_before_all_were_read() -> None:
    scene = Scene()
    key = ConflictKey(ConflictType.BLAST_RADIUS_OVERLAP, "src/a.py::f")
    scene.conflicts._present[ConflictType.BLAST_RADIUS_OVERLAP][key.address] = Risk.MEDIUM
    found_first = ConflictDelta(appeared={key})
    stale = scene.stale.update(Delta())
    (told,) = scene.reporter.report(Delta(), found_first, stale, NOON, knows_calls=False)
    assert told.is_initial
    (told,) = scene.reporter.report(Delta(), found_first, stale, NOON)
    assert not told.is_initial


def test_the_hub_is_told_of_when_that_differs() -> None:
    reporter = Scene().reporter
    assert reporter.hear_of_hub("", NOON) == []
    (away,) = reporter.hear_of_hub("no answer", NOON)
    assert (away.kind, away.text) == (NewsKind.HUB_AWAY, "no answer")
    assert reporter.hear_of_hub("still none", NOON) == []
    (back,) = reporter.hear_of_hub("", NOON)
    assert back.kind is NewsKind.HUB_BACK


def test_what_is_over_by_the_time_it_is_told_is_told_all_the_same() -> None:
    scene = Scene()
    step = scene.step(found(local(reservation("r1", "ann")), local(reservation("r2", "bob"))), NOON)
    begun = one(step, NewsKind.CONFLICT)
    stuck = one(scene.step(found(local(intent("i1", "cy", of="r9"))), NOON), NewsKind.STALE)
    scene.step(gone(local(reservation("r1")), local(reservation("r2")), local(intent("i1"))), NOON)
    news = scene.teller.tell(begun)
    assert (news.addresses, news.risk, news.runs) == (("src/a.py",), Risk.HIGH, ())
    assert scene.teller.severity(stuck) is None
    news = scene.teller.tell(stuck)
    assert (news.addresses, news.reason) == (("i1",), StaleReason.ORPHAN_INTENT)


def test_a_problem_is_told_once_until_its_reason_is_another() -> None:
    scene = Scene()
    problem = Problem("tasks/x.json", "empty")
    assert scene.kinds(Batch(problems=[problem]), NOON) == [NewsKind.PROBLEM]
    assert scene.kinds(Batch(problems=[problem]), NOON) == []
    assert scene.kinds(Batch(problems=[problem._replace(reason="no JSON")]), NOON) == [NewsKind.PROBLEM]
    assert scene.kinds(Batch(solved=["tasks/x.json"]), NOON) == [NewsKind.PROBLEM_SOLVED]


def test_merged_steps_come_to_what_they_did_together() -> None:
    """What began and ended between two looks is not told; what ended and began again has changed."""
    scene = Scene()
    two = found(local(reservation("r1", "ann")), local(reservation("r2", "bob")))
    conflicts = ConflictDelta()
    for batch in (two, gone(local(reservation("r2")))):
        conflicts.merge(scene.conflicts.update(scene.swarm.apply(batch, NOON)))
    assert not conflicts
    conflicts = scene.conflicts.update(scene.swarm.apply(two, NOON))
    for batch in (gone(local(reservation("r2"))), two):
        conflicts.merge(scene.conflicts.update(scene.swarm.apply(batch, NOON)))
    told = scene.reporter.report(Delta(), conflicts, scene.stale.update(Delta()), NOON)
    assert one(told, NewsKind.CONFLICT).was is None
