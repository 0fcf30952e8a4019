"""What a conflict tells, one story each."""

from datetime import timedelta

import pytest

from musetui.coordination.batch import Batch, Source
from musetui.forecast.conflict import HOLDERS_LIMIT, Conflict, ConflictKey, ConflictType, Risk
from musetui.forecast.index import ConflictIndex
from musetui.records.kinds import Kind
from musetui.records.models import Reservation
from musetui.swarm.picture import Swarm
from tests.swarm.scene import at, beat, found, gone, local, release, remote, reservation, swarm_of

OVERLAP, CONTAINMENT = ConflictType.ADDRESS_OVERLAP, ConflictType.CONTAINMENT_OVERLAP


def forecast(*reservations: Reservation) -> list[Conflict]:
    """Return the conflicts of some reservations."""
    return ConflictIndex(swarm_of(reservations, at(5))).conflicts()


def test_two_runs_at_one_address_collide() -> None:
    (conflict,) = forecast(
        reservation("r2", "agent-2", "src/a.py::f", branch="dev", created=2),
        reservation("r1", "agent-1", "src/a.py::f", created=1),
    )
    assert conflict.key == (OVERLAP, "src/a.py::f")
    assert (conflict.confidence, conflict.risk, conflict.since) == (1.0, Risk.HIGH, at(2))
    assert conflict.runs == ("agent-1", "agent-2")
    assert conflict.branches == ("main", "dev")
    assert conflict.description == "2 runs hold src/a.py::f: agent-1 (main), agent-2 (dev)"
    assert conflict.advice == "agent-1 started first: let agent-2 wait for its release, or split the work between them"


def test_one_run_never_collides_with_itself() -> None:
    assert not forecast(
        reservation("r1", "ann", "src/a.py", "src/a.py", "src/a.py::f"),
        reservation("r2", "ann", "src/a.py", "src", branch="dev"),
    )


@pytest.mark.parametrize("ending", ["src/a.py/", "src/a.py"])
def test_a_slash_at_the_end_does_not_matter(ending: str) -> None:
    (conflict,) = forecast(reservation("r1", "ann", "src/a.py"), reservation("r2", "bob", ending))
    assert conflict.key == (OVERLAP, "src/a.py")


@pytest.mark.parametrize(
    ("outer", "inner", "confidence", "risk"),
    [
        ("a.py::C", "a.py::C.m", 0.9, Risk.HIGH),
        ("a.py::C", "a.py::C.D.m", 0.9, Risk.HIGH),
        ("src/a.py", "src/a.py::C.m", 0.8, Risk.MEDIUM),
        ("src", "src/a.py", 0.6, Risk.MEDIUM),
        ("src", "src/b/a.py::f", 0.6, Risk.MEDIUM),
        ("src/", "src/b", 0.6, Risk.MEDIUM),
    ],
)
def test_the_tighter_the_nest_the_surer(outer: str, inner: str, confidence: float, risk: Risk) -> None:
    index = ConflictIndex(swarm_of([reservation("r1", "ann", outer), reservation("r2", "bob", inner)]))
    (conflict,) = index.conflicts()
    assert conflict.key == (CONTAINMENT, outer.rstrip("/"))
    assert (conflict.confidence, conflict.risk) == (confidence, risk)
    assert conflict.addresses == (outer.rstrip("/"), inner)
    assert index.counts()[risk] == index.count(risk) == 1


@pytest.mark.parametrize("other", ["src/ab.py", "src/a.pyx", "src/a.py.bak", "sr", "src/a.py.d::f"])
def test_a_name_that_only_begins_alike_does_not_nest(other: str) -> None:
    assert not forecast(reservation("r1", "ann", "src/a.py"), reservation("r2", "bob", other))


def test_siblings_do_not_collide_and_a_bystander_is_not_listed() -> None:
    (conflict,) = forecast(
        reservation("r1", "ann", "src/a.py", "src/a.py::mine"),
        reservation("r2", "ann", "src/a.py::also_mine"),
        reservation("r3", "bob", "src/a.py::f"),
    )
    assert [(holder.reservation_id, holder.address) for holder in conflict.holders] == [
        ("r1", "src/a.py"),
        ("r3", "src/a.py::f"),
    ]


def test_a_nest_is_a_conflict_from_when_somebody_was_on_either_side() -> None:
    (overlap, nest) = forecast(
        reservation("r1", "ann", "src/a.py", created=1),
        reservation("r2", "bob", "src/a.py", created=2),
        reservation("r3", "cy", "src/a.py::f", created=3),
    )
    assert (overlap.since, nest.since) == (at(2), at(3))


def test_the_advice_names_who_came_later_on_the_other_side() -> None:
    (outer_first,) = forecast(reservation("r1", "ann", "a.py"), reservation("r2", "bob", "a.py::f", created=1))
    (inner_first,) = forecast(reservation("r1", "ann", "a.py", created=1), reservation("r2", "bob", "a.py::f"))
    assert outer_first.description == "ann (main) holds a.py, within which bob (main) holds a.py::f"
    assert outer_first.advice.startswith("ann started first: ask it to narrow its hold on a.py, or let bob wait")
    assert inner_first.advice.startswith("bob started first: let ann narrow the hold on a.py")


def test_many_are_one_conflict_of_which_a_handful_is_named() -> None:
    crowd = [reservation(f"r{n:04}", f"agent-{n}", "hot.py::f", created=n / 1000) for n in range(1_000)]
    (conflict,) = forecast(*crowd)
    assert len(conflict.holders) == len(conflict.runs) == 1_000
    assert conflict.description.startswith("1000 runs hold hot.py::f: agent-0 (main), agent-1 (main)")
    assert conflict.description.endswith("agent-4 (main) and 995 more")
    assert "let agent-1 and 998 more wait" in conflict.advice


def test_of_a_hostile_crowd_enough_are_listed_to_see_the_conflict() -> None:
    crowd = [reservation(f"r{n:05}", "ann", "src", "src/a.py") for n in range(HOLDERS_LIMIT + 10)]
    index = ConflictIndex(swarm_of([*crowd, reservation("z", "zoe", "src", "src/z.py", created=9)]))
    assert list(index) == [(OVERLAP, "src"), (CONTAINMENT, "src")]
    for conflict in index.conflicts():
        assert not conflict.complete
        assert conflict.runs == ("ann", "zoe")
        assert HOLDERS_LIMIT <= len(conflict.holders) <= HOLDERS_LIMIT + 3
        assert "at least" in conflict.description or "2 runs" in conflict.description


def test_hostile_names_are_made_visible() -> None:
    (conflict,) = forecast(
        reservation("r1", "a\x1b[2J", "f\n.py"), reservation("r2", "b\u202e", "f\n.py", branch="dev\x07")
    )
    for sentence in (conflict.description, conflict.advice):
        assert sentence.isprintable()


def test_a_long_name_does_not_fill_the_screen() -> None:
    (conflict,) = forecast(reservation("r1", "a" * 500, "f" * 4_000), reservation("r2", "b" * 500, "f" * 4_000))
    assert len(conflict.description) < 400
    assert len(conflict.advice) < 400


def test_only_what_is_held_counts() -> None:
    swarm = swarm_of([reservation("r1", "ann", ends=60), reservation("r2", "bob", ends=90)])
    index = ConflictIndex(swarm)
    (key,) = index
    delta = index.update(swarm.advance(at(60)))
    assert delta.left == {key}
    assert index.conflict(key) is None
    delta = index.update(swarm.apply(found(local(beat("r1", at_minute=61, ends=120))), at(61)))
    assert delta.appeared == {key}
    delta = index.update(swarm.apply(found(local(release("r2", at_minute=62))), at(62)))
    assert delta.left == {key}
    assert index.counts() == dict.fromkeys(Risk, 0)


def test_where_the_records_lie_is_told_and_followed() -> None:
    own, pulled = local(reservation("r2", "bob")), remote(reservation("r2", "bob"))
    swarm = swarm_of([reservation("r1", "ann")])
    index = ConflictIndex(swarm)
    index.update(swarm.apply(found(pulled), at(1)))
    (key,) = index
    before = index.conflict(key)
    delta = index.update(swarm.apply(found(own), at(1)))
    after = index.conflict(key)
    assert before is not None
    assert after is not None
    assert (before.sources, after.sources) == ((Source.LOCAL, Source.REMOTE), (Source.LOCAL,))
    assert delta.changed == {key}


def test_news_that_leaves_the_holds_alone_leaves_the_conflicts_alone() -> None:
    swarm = swarm_of([reservation("r1", "ann"), reservation("r2", "bob")])
    index = ConflictIndex(swarm)
    delta = swarm.apply(found(local(beat("r1", at_minute=1, ends=90))), at(1))
    assert delta.changed[Kind.RESERVATION] == {"r1"}
    assert not index.update(delta)


def test_a_conflict_asked_for_before_the_index_has_followed_is_none_or_true() -> None:
    swarm = swarm_of([reservation("r1", "ann", "src", "src/a.py"), reservation("r2", "bob", "src", "src/a.py")])
    index = ConflictIndex(swarm)
    keys = index.keys()
    assert len(keys) == 3
    swarm.apply(gone(local(reservation("r2", "bob"))), at(1))
    assert [index.conflict(key) for key in keys] == [None, None, None]
    swarm.apply(Batch(gone=[local(reservation("r1")).slot]), at(1))
    assert [index.conflict(key) for key in keys] == [None, None, None]
    assert not index.conflicts()


def test_a_probe_of_a_free_address_finds_nothing() -> None:
    index = ConflictIndex(swarm_of([reservation("r1", "ann", "src/a.py::f")]))
    assert not index.probe(["src/a.py::g", "docs"], "bob")
    assert not index.probe(["src/a.py::f", "src"], "ann")
    assert not ConflictIndex(Swarm()).probe(["src"], "bob")


def test_a_probe_counts_the_newcomer_in() -> None:
    index = ConflictIndex(swarm_of([reservation("r1", "ann", "src/a.py::f")], at(5)))
    exact, nest = index.probe(["src/a.py::f", "src/"], "bob", branch="dev")
    assert exact.description == "ann (main) holds src/a.py::f too"
    assert exact.runs == ("ann", "bob")
    assert nest.key == ConflictKey(CONTAINMENT, "src")
    assert nest.since - at(5) == timedelta(0)
    assert len(index) == 0


def test_a_probe_for_a_symbol_shows_that_what_is_around_is_a_file() -> None:
    index = ConflictIndex(swarm_of([reservation("r1", "ann", "src/a.py")], at(5)))
    (foretold,) = index.probe(["src/a.py::C"], "bob")
    assert (foretold.key, foretold.confidence) == ((CONTAINMENT, "src/a.py"), 0.8)


def test_what_a_probe_takes_elsewhere_in_a_file_counts_too() -> None:
    index = ConflictIndex(swarm_of([reservation("r1", "bob", "src/a.py/x")], at(5)))
    foretold = index.probe(["src/a.py", "src/a.py::C"], "ann")
    assert {(conflict.key.address, conflict.confidence) for conflict in foretold} == {("src/a.py", 0.8)}


def test_a_probe_says_whom_one_would_meet_and_not_whom_they_meet() -> None:
    held = [
        reservation("r1", "ann", "src", branch="main"),
        reservation("r2", "bob", "src/a.py::f", branch="dev"),
        reservation("r3", "cy", "src/a.py", branch=""),
    ]
    index = ConflictIndex(swarm_of(held, at(5)))
    foretold = {conflict.key: conflict.description for conflict in index.probe(["src/a.py", "src/a.py::g"], "dan")}
    assert foretold == {
        (OVERLAP, "src/a.py"): "cy holds src/a.py too",
        (CONTAINMENT, "src/a.py"): "cy holds src/a.py, and with it src/a.py::g; "
        "bob (dev) holds src/a.py::f, within src/a.py",
        (CONTAINMENT, "src"): "ann (main) holds src, and with it src/a.py, src/a.py::g",
    }
