"""Whom a change reaches through calls: one story each, and against following every call of every pair."""

from hypothesis import given
from hypothesis import strategies as st

from musetui.callgraph.edges import Edge, GraphChange
from musetui.forecast.conflict import Conflict, ConflictKey, ConflictType, Risk
from musetui.forecast.index import ConflictIndex
from musetui.records.address import SYMBOL_MARK, contains, nest_key
from musetui.swarm.picture import Swarm
from tests.forecast.test_against_every_pair import History, repaint
from tests.properties import patient
from tests.swarm.scene import ADDRESSES, MINUTE, NOON, at, found, gone, local, reservation, steps, swarm_of

BLAST = ConflictType.BLAST_RADIUS_OVERLAP
TOTAL, PAY, SEND = "src/billing.py::compute_total", "src/api.py::process_payment", "src/mail.py::Mailer.send"
CALLS = (Edge(PAY, TOTAL, 1.0, (9, 14)), Edge(SEND, PAY, 0.8, (3,)))


def work(index: ConflictIndex) -> None:
    """Work all calls off."""
    while index.is_behind:
        index.work(0.0)


def radius_of(*held: tuple[str, str], calls: tuple[Edge, ...] = CALLS) -> list[Conflict]:
    """Return the conflicts by calls among (run, address) reservations."""
    records = [reservation(f"r{n}", run_id, address, created=n) for n, (run_id, address) in enumerate(held)]
    index = ConflictIndex(swarm_of(records, at(5)))
    index.follow_calls(GraphChange(calls))
    work(index)
    return [conflict for conflict in index.conflicts() if conflict.conflict_type is BLAST]


def test_who_calls_what_another_one_changes_is_told_where() -> None:
    (conflict,) = radius_of(("agent-42", TOTAL), ("agent-39", PAY))
    assert conflict.key == (BLAST, TOTAL)
    assert (conflict.confidence, conflict.risk, conflict.since) == (0.75, Risk.MEDIUM, at(1))
    assert conflict.addresses == (TOTAL, PAY)
    assert conflict.calls == ("src/api.py:9 process_payment calls compute_total",)
    assert conflict.description == (
        f"agent-42 (main) may change {TOTAL}, which {PAY}, held by agent-39 (main), calls: "
        "src/api.py:9 process_payment calls compute_total"
    )
    assert conflict.advice.startswith(f"ask agent-42 whether {TOTAL} keeps its name")


def test_the_further_the_less_likely() -> None:
    (conflict,) = radius_of(("agent-42", TOTAL), ("agent-7", SEND))
    assert conflict.confidence == round(0.75 * 0.85 * 0.8, 3)
    assert conflict.calls == (
        "src/mail.py:3 Mailer.send calls process_payment, src/api.py:9 process_payment calls compute_total",
    )


def test_who_holds_the_class_or_the_file_around_holds_the_caller() -> None:
    for around in ("src/mail.py::Mailer", "src/mail.py"):
        (conflict,) = radius_of(("agent-42", PAY), ("agent-7", around))
        assert conflict.addresses == (PAY, around)
    assert not radius_of(("agent-42", PAY), ("agent-7", "src"))


def test_a_run_does_not_hurt_itself_and_who_calls_nobody_hurts_nobody() -> None:
    assert not radius_of(("agent-42", TOTAL), ("agent-42", PAY))
    assert not radius_of(("agent-42", PAY), ("agent-42", SEND), ("agent-7", "src/other.py::f"))


def test_six_calls_away_is_too_far() -> None:
    calls = tuple(Edge(f"a.py::f{n + 1}", f"a.py::f{n}", 1.0, (1,)) for n in range(6))
    assert len(radius_of(("ann", "a.py::f0"), ("bob", "a.py::f5"), calls=calls)) == 1
    assert not radius_of(("ann", "a.py::f0"), ("bob", "a.py::f6"), calls=calls)


def test_calls_and_holds_come_and_go() -> None:
    pay = local(reservation("r2", "bob", PAY))
    swarm = swarm_of([reservation("r1", "ann", TOTAL)], at(5))
    index = ConflictIndex(swarm)
    key = ConflictKey(BLAST, TOTAL)
    index.follow_calls(GraphChange(CALLS))
    work(index)
    assert index.update(swarm.apply(found(pay), at(6))).appeared >= {key}
    assert index.of_reservation("r1") == index.of_reservation("r2") == [key]
    index.follow_calls(GraphChange(dropped=((PAY, TOTAL),)))
    assert index.work(1.0).left == {key}
    index.follow_calls(GraphChange(CALLS))
    assert index.work(1.0).appeared == {key}
    assert key in index.update(swarm.apply(gone(pay), at(7))).left
    assert not len(index)


def test_hostile_sources_are_shown_and_do_nothing() -> None:
    odd = "a\x1b[2J.py::f\u202e[red]"
    (conflict,) = radius_of(("ann", TOTAL), ("bob", odd), calls=(Edge(odd, TOTAL, 1.0, (1,)),))
    assert conflict.description.isprintable()
    assert all(calls.isprintable() for calls in conflict.calls)


_symbols = st.sampled_from([each for each in ADDRESSES if SYMBOL_MARK in each])
_edges = st.builds(lambda a, b: Edge(nest_key(a), nest_key(b), 1.0, (1,)), _symbols, _symbols)
_changes = st.lists(
    st.builds(
        lambda put, dropped: GraphChange(tuple(put), tuple((edge.caller, edge.callee) for edge in dropped)),
        st.lists(_edges, max_size=4),
        st.lists(_edges, max_size=3),
    ),
    max_size=12,
)


def expected(swarm: Swarm, edges: set[tuple[str, str]]) -> dict[str, set[tuple[str, str]]]:
    """Return the holds (reservation, address) of each conflict by calls, by following every call from every hold."""
    holds = {
        (held.run_id, held.record_id, nest_key(address))
        for held in swarm.reservations()
        if held.is_held
        for address in held.reservation.addresses
    }
    met: dict[str, set[tuple[str, str]]] = {}
    for run_id, record_id, address in holds:
        if SYMBOL_MARK not in address:
            continue
        changed = {callee for _, callee in edges if callee == address or contains(address, callee)}
        changed |= {caller for caller, _ in edges if contains(address, caller)} | {address}
        reached, level = set(changed), changed
        for _ in range(5):
            level = {caller for caller, callee in edges if callee in level} - reached
            reached |= level
        for other_run, other_id, other in holds:
            around = {caller for caller in reached - changed if caller == other or contains(other, caller)}
            named = "/" in other or "." in other.partition(SYMBOL_MARK)[0]
            is_file_or_symbol = SYMBOL_MARK in other or any(caller.startswith(other + SYMBOL_MARK) for caller in around)
            apart = other_run != run_id and other != address and not contains(other, address)
            if around and named and is_file_or_symbol and apart:
                met.setdefault(address, set()).update({(record_id, address), (other_id, other)})
    return met


@patient(60)
@given(steps, _changes)
def test_the_index_finds_what_following_every_call_finds(history: History, changes: list[GraphChange]) -> None:
    swarm = Swarm()
    index = ConflictIndex(swarm)
    edges: dict[tuple[str, str], Edge] = {}
    view: dict[ConflictKey, Conflict | None] = {}
    now = NOON
    for number, (minutes, batch) in enumerate(history):
        now += minutes * MINUTE
        repaint(view, index.update(swarm.advance(now) if batch is None else swarm.apply(batch, now)), index)
        for change in changes[number : number + 1]:
            for ends in change.dropped:
                edges.pop(ends, None)
            edges.update({(edge.caller, edge.callee): edge for edge in change.put})
            index.follow_calls(change)
        repaint(view, index.work(1.0), index)
        told = {conflict.key: conflict for conflict in index.conflicts()}
        assert view == told
        found_now = {
            key.address: {(holder.reservation_id, holder.address) for holder in conflict.holders}
            for key, conflict in told.items()
            if key.conflict_type is BLAST
        }
        assert found_now == expected(swarm, set(edges))
        assert all(index.runs(key) == set(conflict.runs) for key, conflict in told.items())
        anew = ConflictIndex(swarm)
        anew.follow_calls(GraphChange(tuple(edges.values())))
        work(anew)
        assert anew.conflicts() == index.conflicts()
        assert anew.counts() == index.counts()
        for reservation_id in {holder[0] for holders in found_now.values() for holder in holders}:
            mine = [key for key in index.of_reservation(reservation_id) if key.conflict_type is BLAST]
            assert {key.address for key in mine} == {
                address for address, holders in found_now.items() if reservation_id in {each[0] for each in holders}
            }


_holds = st.lists(st.tuples(st.sampled_from("xyz"), st.sampled_from(ADDRESSES)), min_size=2, max_size=6)


@patient(150)
@given(_holds, st.lists(_edges, min_size=1, max_size=6))
def test_whoever_holds_what_is_reached_is_found(holds: list[tuple[str, str]], edges: list[Edge]) -> None:
    records = [reservation(f"r{n}", run_id, address) for n, (run_id, address) in enumerate(holds)]
    swarm = swarm_of(records, at(5))
    index = ConflictIndex(swarm)
    index.follow_calls(GraphChange(tuple(edges)))
    work(index)
    found_now = {
        conflict.key.address: {(holder.reservation_id, holder.address) for holder in conflict.holders}
        for conflict in index.conflicts()
        if conflict.conflict_type is BLAST
    }
    assert found_now == expected(swarm, {(edge.caller, edge.callee) for edge in edges})
    assert all(index.runs(conflict.key) == set(conflict.runs) for conflict in index.conflicts())


def test_much_is_worked_off_in_slices() -> None:
    records = [reservation(f"r{n}", f"agent-{n}", f"a.py::f{n}") for n in range(50)]
    swarm = swarm_of(records, at(5))
    index = ConflictIndex(swarm)
    index.follow_calls(GraphChange(tuple(Edge(f"a.py::f{n + 1}", f"a.py::f{n}", 1.0, (1,)) for n in range(49))))
    slices = 0
    while index.is_behind:
        index.work(0.0)
        slices += 1
    assert slices > 10
    assert sum(1 for key in index if key.conflict_type is BLAST) == 49
