"""What a finding says, what news cost, and when findings come and go by themselves."""

import shlex
from datetime import timedelta

import pytest

from musetui.forecast.index import ConflictIndex
from musetui.forecast.stale import Severity, StaleFinding, StaleKey, StaleReason
from musetui.forecast.stale_index import StaleIndex
from musetui.records.kinds import Kind
from musetui.records.models import AnyRecord, Dependency, Task
from musetui.swarm.departures import KEPT, Departures
from musetui.swarm.picture import Swarm
from tests.swarm.scene import at, beat, claim, found, gone, intent, local, release, reservation, swarm_of


def waits(reservation_id: str, *others: str) -> Dependency:
    return Dependency(reservation_id=reservation_id, depends_on=others, created_at=at(0))


def the_one(*records: AnyRecord, minutes: float = 5) -> StaleFinding:
    """Return the only finding among *records*, so many minutes past noon."""
    (finding,) = StaleIndex(swarm_of(records, at(minutes))).findings()
    return finding


@pytest.mark.parametrize(
    ("records", "minutes", "suggestion", "command"),
    [
        (
            [reservation("r1", "ann"), reservation("r2", "bob", created=15), waits("r2", "r1")],
            20,
            "ask ann whether it still works, and release this if nobody answers: 1 other waits for it",
            "musetui release r1 --reason silent",
        ),
        (
            [reservation("r1", "", branch="", ends=3)],
            5,
            "look for work that an unnamed run left half done, and then release this",
            "musetui release r1 --reason abandoned",
        ),
        (
            [intent("i1", "ann", of="r9")],
            5,
            "ask ann whether it still means to modify this: its reservation r9 is not known here",
            "",
        ),
        (
            [reservation("r1", "ann", ends=60 * 72)],
            5,
            "ask ann to release this, which it would hold for 2d23h more, and to reserve for 1d at most and extend "
            "as it goes",
            "musetui release r1 --reason overlong",
        ),
        (
            [Task(task_id="t1", run_id="planner", created_at=at(65))],
            5,
            "set the clock of planner's machine, or this one: this is dated 1h ahead of it",
            "",
        ),
        (
            [reservation("r1", "ann", created=4), waits("r1", *(f"gone-{n}" for n in range(6)))],
            5,
            "tell ann to go on, and release this if nobody answers: gone-0 is not known here, gone-1 is not known "
            "here, gone-2 is not known here, gone-3 is not known here and 2 more",
            "musetui release r1 --reason 'waits in vain'",
        ),
        (
            [reservation("r1", "ann"), reservation("r2", "bob"), waits("r2", "r1"), release("r1", "ann", at_minute=4)],
            5,
            "nothing, where bob knows that it can go on: r1 was released",
            "",
        ),
        (
            [
                *(reservation(name, "ann") for name in ("r1", "r3")),
                *(reservation("r2", "bob"), waits("r2", "r1", "r3"), release("r1", "ann", at_minute=4)),
            ],
            5,
            "nothing, where bob knows that it need only wait for the other alone: r1 was released",
            "",
        ),
        (
            [reservation("r1", "ann", created=4), waits("r1", "r1")],
            5,
            "release this of ann: it waits for itself",
            "musetui release r1 --reason deadlock",
        ),
        (
            [r for n in range(6) for r in (reservation(f"r{n}", f"run-{n}"), waits(f"r{n}", f"r{(n + 1) % 6}"))],
            5,
            "release r5 of run-5, the youngest, so that the others can go on: r0 waits for r1 waits for r2 waits for "
            "r3 waits for 2 more waits for r0",
            "musetui release r5 --reason deadlock",
        ),
        (
            [claim("t1", "ann"), Task(task_id="t1", title="Split it")],
            20,
            "ask ann whether it still works on t1 (Split it), and let another run take it if nobody answers",
            "",
        ),
        (
            [claim("t1", "ann", ends=2), Task(task_id="t1")],
            5,
            "let another run take t1: the claim of ann is over, and nobody has taken it since",
            "",
        ),
    ],
)
def test_what_is_advised(records: list[AnyRecord], minutes: float, suggestion: str, command: str) -> None:
    finding = the_one(*records, minutes=minutes)
    assert finding.suggestion == suggestion
    assert shlex.join(finding.command) == command


def test_who_claims_a_task_as_well_as_a_silent_run_is_named() -> None:
    swarm = Swarm()
    mine, other, third = (
        claim("t1", run, at_minute=at_minute) for run, at_minute in (("ann", -42), ("bob", -1), ("cy", -2))
    )
    swarm.apply(found(local(mine), local(other, "t1-bob")), at(0))
    (finding,) = StaleIndex(swarm).findings()
    assert finding.suggestion == (
        "ask ann whether it still works on t1, which bob claims too: if nobody answers, let bob keep it"
    )
    swarm.apply(found(local(third, "t1-cy")), at(0))
    (finding,) = StaleIndex(swarm).findings()
    assert finding.suggestion.endswith(
        "which bob and cy claim too: if nobody answers, let bob and cy settle who keeps it"
    )


def test_an_orphan_intent_of_a_living_run_that_meets_others_is_medium_and_names_them() -> None:
    records = [
        reservation("r1", "ann", "p.py", created=-60, ends=-2),
        intent("i1", "ann", "p.py", of="r1", created=-1).model_copy(update={"operation": "delete"}),
        reservation("r2", "bob", "p.py::x", created=-1),
    ]
    swarm = swarm_of(records, at(0))
    conflicts = ConflictIndex(swarm)
    index = StaleIndex(swarm, conflicts)
    (finding,) = (each for each in index.findings() if each.key.reason is StaleReason.ORPHAN_INTENT)
    assert (finding.severity, finding.contested) == (Severity.MEDIUM, True)
    assert finding.suggestion == (
        "ask ann whether it still means to delete this: its reservation r1 ran out, and bob holds what it is about"
    )
    assert index.pressing() == 1
    gives_back = swarm.apply(found(local(release("r2", "bob", at_minute=1))), at(1))
    conflicts.update(gives_back)
    index.update(gives_back)
    (finding,) = (each for each in index.findings() if each.key.reason is StaleReason.ORPHAN_INTENT)
    assert (finding.severity, finding.contested) == (Severity.LOW, False)
    assert index.pressing() == 0


def test_hostile_names_are_made_visible_and_short() -> None:
    evil = "a\x1b[2J\u202e" * 80
    for records in (
        [reservation("r1", evil, evil, branch=evil)],
        [reservation("r1", evil, evil, branch=evil, ends=3)],
        [claim("t1", evil), Task(task_id="t1", title=evil)],
        [intent("i1", evil, evil, of="x" * 128, created=19)],
    ):
        suggestion = the_one(*records, minutes=20).suggestion
        assert suggestion.isprintable()
        assert len(suggestion) < 400


def test_without_a_forecast_severity_goes_by_who_waits_alone() -> None:
    apart = [reservation("r1", "ann"), reservation("r2", "bob", created=15)]
    assert the_one(*apart, minutes=20).severity is Severity.MEDIUM
    assert the_one(*apart, waits("r2", "r1"), minutes=20).severity is Severity.HIGH


def test_who_waits_no_more_makes_nothing_worse() -> None:
    finding = the_one(
        reservation("r1", "ann"),
        reservation("r2", "bob", created=15),
        waits("r2", "r1"),
        release("r2", "bob", at_minute=19),
        minutes=20,
    )
    assert (finding.severity, finding.contested) == (Severity.MEDIUM, False)


def test_a_heartbeat_of_what_many_wait_for_costs_none_of_them(monkeypatch: pytest.MonkeyPatch) -> None:
    crowd = [reservation(f"w{n:04}", f"run-{n}", f"src/{n}.py") for n in range(500)]
    naming = [waits(each.reservation_id, "r1") for each in crowd]
    intents = [intent(f"i{n:04}", "ann", of="r1") for n in range(500)]
    swarm = swarm_of([reservation("r1", "ann"), *crowd, *naming, *intents], at(1))
    index = StaleIndex(swarm)
    asked: list[str] = []
    depends_on = swarm.depends_on

    def noting(reservation_id: str) -> tuple[str, ...]:
        asked.append(reservation_id)
        return depends_on(reservation_id)

    monkeypatch.setattr(swarm, "depends_on", noting)
    assert not index.update(swarm.apply(found(local(beat("r1", at_minute=2))), at(2)))
    assert len(asked) < 10
    ended = index.update(swarm.apply(found(local(release("r1", at_minute=3))), at(3)))
    assert len(ended.appeared) == 1_000


def test_a_run_that_never_releases_and_goes_on_costs_what_differs() -> None:
    old = [reservation(f"r{n:04}", "ann", created=-60, ends=-60 + n / 10) for n in range(400)]
    swarm = swarm_of([*old, reservation("live", "ann", created=-1)], at(0))
    index = StaleIndex(swarm)
    assert index.count(StaleReason.ABANDONED) == 0
    for minute in range(1, 5):
        assert not index.update(swarm.apply(found(local(beat("live", at_minute=minute))), at(minute)))


def test_what_was_abandoned_is_over_when_its_run_is_heard_of_again() -> None:
    swarm = swarm_of([reservation("r1", "ann", ends=3)], at(5))
    index = StaleIndex(swarm)
    key = StaleKey(StaleReason.ABANDONED, Kind.RESERVATION, "r1")
    assert index.keys() == (key,)
    assert index.update(swarm.apply(found(local(reservation("r2", "ann", created=6))), at(6))).left == {key}


def test_findings_that_end_by_themselves_have_a_deadline() -> None:
    swarm = swarm_of([reservation("r1", "ann", ends=3), Task(task_id="t1", created_at=at(65))], at(5))
    index = StaleIndex(swarm)
    assert len(index) == 2
    assert index.next_deadline() == at(64)
    assert index.update(swarm.advance(at(64))).left == {StaleKey(StaleReason.FROM_THE_FUTURE, Kind.TASK, "t1")}
    assert index.next_deadline() == at(3) + timedelta(hours=24)
    assert len(index.update(swarm.advance(at(3) + timedelta(hours=24))).left) == 1
    assert (len(index), index.next_deadline()) == (0, None)


def test_a_circle_that_closes_and_opens() -> None:
    swarm = swarm_of([reservation(f"r{n}", f"run-{n}", f"src/{n}.py") for n in range(4)], at(1))
    index = StaleIndex(swarm)
    for n in range(3):
        assert not index.update(swarm.apply(found(local(waits(f"r{n}", f"r{n + 1}"))), at(2)))
    ring = StaleKey(StaleReason.WAITS_IN_A_CIRCLE, Kind.DEPENDENCY, "r0", ("r0", "r1", "r2", "r3"))
    assert index.update(swarm.apply(found(local(waits("r3", "r0"))), at(3))).appeared == {ring}
    short = ring._replace(circle=("r0", "r1"))
    assert index.update(swarm.apply(found(local(waits("r1", "r2", "r0"))), at(4))).appeared == {short}
    assert index.of(Kind.RESERVATION, "r2") == [ring]
    assert set(index.of(Kind.DEPENDENCY, "r1")) == {ring, short}
    assert ring in index.update(swarm.apply(found(local(release("r3", "run-3", at_minute=5))), at(5))).left
    assert index.count(StaleReason.WAITS_IN_A_CIRCLE) == 1
    assert index.update(swarm.advance(at(60))).left >= {short}


def test_an_empty_swarm_has_nothing_stuck() -> None:
    index = StaleIndex(Swarm())
    assert not index.update(Swarm().advance(at(0)))
    assert index.counts() == dict.fromkeys(StaleReason, 0)
    assert list(index) == []


def test_a_sign_of_life_at_the_very_end_is_none_after_it() -> None:
    records = [reservation("r1", "ann", ends=3), beat("other", "ann", at_minute=3)]
    assert the_one(*records).reason is StaleReason.ABANDONED
    swarm = swarm_of(records, at(5))
    index = StaleIndex(swarm)
    assert index.update(swarm.apply(found(local(beat("third", "ann", at_minute=3.1))), at(5))).left


def test_late_news_of_a_silent_run_change_since_when_it_is_silent() -> None:
    swarm = swarm_of([reservation("r1", "ann"), claim("t1", "ann"), Task(task_id="t1")], at(40))
    index = StaleIndex(swarm)
    silent = StaleKey(StaleReason.SILENT, Kind.RESERVATION, "r1")
    ghost = StaleKey(StaleReason.CLAIMED_BY_A_GHOST, Kind.CLAIM, "t1")
    delta = index.update(swarm.apply(found(local(beat("other", "ann", at_minute=10))), at(40)))
    assert delta.changed == {silent, ghost}
    assert [finding.since for finding in index.findings()] == [at(25), at(25)]


def test_what_names_a_reservation_that_was_seen_to_go_is_stuck_since_then() -> None:
    held = local(reservation("r1", "ann", created=0))
    orphan, waiter = intent("i1", "ann", of="r1", created=1), [reservation("r2", "bob"), waits("r2", "r1")]
    swarm = swarm_of([orphan, *waiter], at(2))
    index = StaleIndex(swarm)
    assert {finding.since for finding in index.findings()} == {at(0), at(1)}  # nobody knows of any r1
    index.update(swarm.apply(found(held), at(3)))
    assert not len(index)
    index.update(swarm.apply(gone(held), at(9)))
    assert {finding.since for finding in index.findings()} == {at(9)}
    index.update(swarm.apply(found(held), at(10)))
    assert not len(index)
    index.update(swarm.apply(gone(held), at(12)))
    assert {finding.since for finding in index.findings()} == {at(12)}
    # Of what nothing named when it went last, nobody knows since when it is over.
    for step in (found(held), gone(*map(local, (orphan, *waiter))), gone(held), found(local(orphan))):
        index.update(swarm.apply(step, at(20)))
    assert [finding.since for finding in index.findings()] == [at(1)]


def test_of_all_that_goes_the_latest_is_remembered() -> None:
    departures = Departures()
    for number in range(KEPT + 5):
        departures.add(str(number), at(number))
    assert (departures.of("4"), departures.of("5"), departures.of(str(KEPT + 4))) == (None, at(5), at(KEPT + 4))


def test_what_waits_for_itself_is_no_other_that_waits() -> None:
    findings = StaleIndex(swarm_of([reservation("r1", "ann"), waits("r1", "r1")], at(20))).findings()
    assert [(each.reason, each.severity) for each in findings] == [
        (StaleReason.WAITS_IN_A_CIRCLE, Severity.HIGH),
        (StaleReason.SILENT, Severity.MEDIUM),
    ]
