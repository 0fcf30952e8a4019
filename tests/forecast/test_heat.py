"""The heat tree against the plainest sum there is: every address asked what lies at it and below."""

from collections import Counter
from collections.abc import Iterator
from typing import Any, cast

from hypothesis import given
from hypothesis import strategies as st

from musetui.coordination.batch import Batch
from musetui.forecast.conflict import ConflictType, Risk
from musetui.forecast.heat import LATELY, HeatNode, Part
from musetui.forecast.heat_tree import HeatTree
from musetui.forecast.index import ConflictIndex
from musetui.forecast.nesting import around, parent
from musetui.forecast.operations import kind_of
from musetui.forecast.tally import counts_of, fewer, more, names_in
from musetui.records.address import nest_key
from musetui.records.kinds import Kind
from musetui.records.models import Intent
from musetui.swarm.moments import micros
from musetui.swarm.picture import Swarm
from tests.properties import patient
from tests.swarm.scene import (
    MINUTE,
    NOON,
    at,
    beat,
    found,
    gone,
    intent,
    local,
    records,
    release,
    remote,
    reservation,
    steps,
)

PATIENT = patient(25)
ALL = 1_000_000
History = list[tuple[int, Batch | None]]

_paths = st.lists(st.sampled_from(("a", "b", "a.py", "")), max_size=3).map("/".join)
_symbols = st.lists(st.sampled_from(("C", "m", "", "x/")), max_size=3).map(".".join)
odd_addresses = st.builds(
    lambda path, mark, symbol: path + mark + symbol, _paths, st.sampled_from(("", "::")), _symbols
)


def look(node: HeatNode) -> tuple[Any, ...]:
    """Return all that a node tells."""
    return (
        node.parent and node.parent.address,
        {child.address for child in node.children},
        node.own,
        (node.holds, node.late, node.announcements),
        dict(counts_of(node.runs)),
        dict(counts_of(node.announcers)),
        dict(counts_of(node.operations)),
        dict(counts_of(node.announced)),
        dict(counts_of(node.risks)),
        node.soonest,
        node.heat,
    )


def everything(tree: HeatTree) -> dict[str, tuple[Any, ...]]:
    """Return the look of every node."""
    return {node.address: look(node) for node in tree.nodes()}


def parts(swarm: Swarm) -> Iterator[tuple[Part, str, str, str, int | None]]:
    """Yield what counts: as what, whose, doing what, at which address, until when."""
    for held in swarm.reservations():
        record, lease = held.reservation, held.lease
        ended = lease.expires_at if lease.released_at is None else min(lease.released_at, lease.expires_at)
        if not held.is_held and swarm.now - ended >= LATELY:
            continue
        part = Part.HELD if held.is_held else Part.LATE
        ends = micros(lease.expires_at) if held.is_held else None
        for address in {nest_key(address) for address in record.addresses}:
            yield part, held.run_id, kind_of(record.operation), address, ends
    for entity in swarm.entities(Kind.INTENT):
        record = cast("Intent", entity.record)
        named = swarm.reservation(record.reservation_id)
        if named.is_held if named else not (record.reservation_id or swarm.is_silent(record.run_id)):
            for address in {nest_key(address) for address in record.addresses}:
                yield Part.ANNOUNCED, record.run_id, kind_of(record.operation), address, None


def plainly(swarm: Swarm, conflicts: ConflictIndex) -> dict[str, tuple[Any, ...]]:
    """Return what every node should look like, by asking each part for each address around it."""
    known = list(parts(swarm))
    risks = [(key.address, conflicts.risk(key)) for key in conflicts if key.conflict_type != ConflictType.DOUBLE_CLAIM]
    own = Counter(part[3] for part in known) + Counter(address for address, _ in risks)
    names = {outer for address in own for outer in (address, *around(address))}
    looks: dict[str, tuple[Any, ...]] = {}
    for name in names:
        here = [part for part in known if name in (part[3], *around(part[3]))]
        there = Counter(risk for address, risk in risks if name in (address, *around(address)))
        of = {part: [each for each in here if each[0] is part] for part in Part}
        held = of[Part.HELD]
        heat = (
            2 * len(held)
            + len(of[Part.LATE])
            + len(of[Part.ANNOUNCED])
            + 3 * max(len({each[1] for each in held}) - 1, 0)
            + 8 * there[Risk.HIGH]
            + 4 * there[Risk.MEDIUM]
            + 2 * there[Risk.LOW]
        )
        looks[name] = (
            parent(name),
            {other for other in names if parent(other) == name},
            own[name],
            tuple(len(of[part]) for part in Part),
            dict(Counter(each[1] for each in held)),
            dict(Counter(each[1] for each in of[Part.ANNOUNCED])),
            dict(Counter(each[2] for each in held)),
            dict(Counter(each[2] for each in of[Part.ANNOUNCED])),
            dict(there),
            min((each[4] for each in held if each[4] is not None), default=None),
            heat,
        )
    return looks


def run(history: History, room: int) -> Iterator[tuple[Swarm, ConflictIndex, HeatTree, Any]]:
    """Live through *history*, counting *room* of what is heard at each step; yield where that leads, step by step."""
    swarm, now = Swarm(), NOON
    conflicts = ConflictIndex(swarm)
    tree = HeatTree(swarm, conflicts)
    for minutes, batch in history:
        now += minutes * MINUTE
        delta = swarm.advance(now) if batch is None else swarm.apply(batch, now)
        tree.hear(delta, conflicts.update(delta))
        yield swarm, conflicts, tree, tree.settle(room)


@PATIENT
@given(steps)
def test_it_is_the_sum_of_what_counts_after_every_step(history: History) -> None:
    for swarm, conflicts, tree, _ in run(history, ALL):
        assert not tree.waiting
        assert everything(tree) == plainly(swarm, conflicts)


@PATIENT
@given(steps, st.integers(0, 3))
def test_what_is_counted_late_is_counted_as_it_is_by_then(history: History, room: int) -> None:
    for swarm, conflicts, tree, _ in run(history, room):
        last = swarm, conflicts, tree
    swarm, conflicts, tree = last
    tree.settle(ALL)
    fresh = HeatTree(swarm, conflicts)
    fresh.settle(ALL)
    assert everything(tree) == everything(fresh)


@PATIENT
@given(steps, st.integers(1, 4))
def test_a_view_that_repaints_what_deltas_name_shows_everything(history: History, room: int) -> None:
    view: dict[str, tuple[Any, ...]] = {}
    for _, _, tree, delta in run(history, room):
        assert not delta.appeared & view.keys()
        assert delta.changed | delta.left <= view.keys()
        for address in delta.left:
            del view[address]
        for address in delta.appeared | delta.changed:
            node = tree.get(address)
            assert node is not None
            view[address] = look(node)
        assert view == everything(tree)


@PATIENT
@given(
    st.lists(st.tuples(st.sampled_from(("ann", "bob")), st.lists(odd_addresses, min_size=1, max_size=3)), max_size=6)
)
def test_odd_addresses_nest_and_have_names(holds: list[tuple[str, list[str]]]) -> None:
    swarm = Swarm()
    swarm.apply(found(*(local(reservation(f"r{n}", run, *held)) for n, (run, held) in enumerate(holds))), NOON)
    conflicts = ConflictIndex(swarm)
    tree = HeatTree(swarm, conflicts)
    tree.settle(ALL)
    assert everything(tree) == plainly(swarm, conflicts)
    for node in tree.nodes():
        assert (node.parent.address if node.parent else "") + node.name == node.address
        assert node.parent is None or node.name[0] in "/:."
        assert all(child.heat <= node.heat for child in node.children)


@PATIENT
@given(steps, st.lists(st.builds(local, records[Kind.RESERVATION]), max_size=2))
def test_a_clock_set_back_is_followed(history: History, last: list[Any]) -> None:
    for swarm, conflicts, tree, _ in run(history, ALL):
        end = swarm, conflicts, tree
    swarm, conflicts, tree = end
    delta = swarm.apply(found(*last), swarm.now - 37 * MINUTE)
    tree.hear(delta, conflicts.update(delta))
    tree.settle(ALL)
    assert everything(tree) == plainly(swarm, conflicts)


def settled(swarm: Swarm) -> HeatTree:
    tree = HeatTree(swarm, ConflictIndex(swarm))
    tree.settle(ALL)
    return tree


def heat(tree: HeatTree, address: str) -> int:
    node = tree.get(address)
    return 0 if node is None else node.heat


def test_the_rule() -> None:
    swarm = Swarm()
    swarm.apply(found(local(reservation("r1", "ann", "src/a.py::f"))), NOON)
    assert heat(settled(swarm), "src/a.py::f") == 2
    swarm.apply(found(local(intent("i1", "ann", "src/a.py::f", of="r1"))), NOON)
    assert heat(settled(swarm), "src/a.py::f") == 3
    swarm.apply(found(local(reservation("r2", "bob", "src/a.py::f"))), NOON)
    # Two holds, a second run, an overlap of high risk, an announcement.
    assert heat(settled(swarm), "src/a.py::f") == 4 + 3 + 8 + 1
    swarm.apply(found(local(release("r2", "bob", at_minute=1))), at(1))
    assert heat(settled(swarm), "src/a.py::f") == 2 + 1 + 1
    swarm.advance(at(16))
    assert heat(settled(swarm), "src/a.py::f") == 3  # silent as its run is, its intent is on what is held


def test_what_ended_is_forgotten_a_quarter_of_an_hour_later() -> None:
    swarm = Swarm()
    swarm.apply(found(remote(reservation("r1", "ann", "src/a.py", ends=10))), NOON)
    conflicts = ConflictIndex(swarm)
    tree = HeatTree(swarm, conflicts)
    tree.settle(ALL)
    for minute, there in ((9, True), (10, True), (24, True), (25, False)):
        delta = swarm.advance(at(minute))
        tree.hear(delta, conflicts.update(delta))
        tree.settle(ALL)
        assert ("src/a.py" in tree) is there
    assert not len(tree)


def test_steps_are_of_four_times() -> None:
    node = HeatNode("a", None)
    seen = []
    for late in (0, 1, 3, 4, 15, 16, 63, 64, 255, 256, 100_000):
        node.late = late
        seen.append(node.step)
    assert seen == [0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5]


def test_a_heartbeat_moves_the_soonest_end_and_nothing_else() -> None:
    swarm = Swarm()
    first, second = reservation("r1", "ann", "src/a.py", ends=30), reservation("r2", "ann", "src/b.py", ends=40)
    swarm.apply(found(local(first), local(second)), NOON)
    conflicts = ConflictIndex(swarm)
    tree = HeatTree(swarm, conflicts)
    tree.settle(ALL)
    delta = swarm.apply(found(local(beat("r1", "ann", at_minute=1, ends=90))), at(1))
    tree.hear(delta, conflicts.update(delta))
    changed = tree.settle(ALL)
    assert (changed.appeared, changed.changed, changed.left) == (set(), {"src", "src/a.py"}, set())
    node = tree.get("src")
    assert node is not None
    assert node.soonest == micros(at(40))


def test_an_intent_that_goes_by_the_id_of_a_reservation_takes_nothing_of_it() -> None:
    swarm = Swarm()
    announced = local(intent("r1", "bob", "src/a.py"))
    swarm.apply(found(local(reservation("r1", "ann", "src/a.py", ends=30)), announced), NOON)
    conflicts = ConflictIndex(swarm)
    tree = HeatTree(swarm, conflicts)
    tree.settle(ALL)
    delta = swarm.apply(gone(announced), NOON)
    tree.hear(delta, conflicts.update(delta))
    tree.settle(ALL)
    node = tree.get("src/a.py")
    assert node is not None
    assert (node.announcements, node.soonest) == (0, micros(at(30)))


@patient(200)
@given(st.lists(st.sampled_from("abc"), max_size=12), st.randoms(use_true_random=False))
def test_a_tally_counts(names: list[str], random: Any) -> None:
    tally, counts = None, Counter[str]()
    for name in names:
        if counts[name] and random.random() < 0.5:
            tally, counts = fewer(tally, name), counts - Counter([name])
        else:
            tally, counts = more(tally, name), counts + Counter([name])
        assert counts_of(tally) == counts
        assert names_in(tally) == len(counts)
        assert isinstance(tally, str) == (counts.total() == 1)
