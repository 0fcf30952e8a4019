"""The index against the plainest forecast there is: every pair of holds, compared one by one."""

from collections.abc import Iterator
from itertools import permutations
from typing import Any, cast

from hypothesis import given
from hypothesis import strategies as st

from musetui.coordination.batch import Batch
from musetui.forecast.conflict import Conflict, ConflictKey, ConflictType, Risk
from musetui.forecast.conflict_delta import ConflictDelta
from musetui.forecast.index import ConflictIndex
from musetui.forecast.operations import EDIT, STRONG, UNSAID, clash, clash_around, deed_of
from musetui.records.address import contains, nest_key
from musetui.records.kinds import Kind
from musetui.records.models import Claim, Intent, Reservation
from musetui.swarm.picture import Swarm
from tests.properties import patient
from tests.swarm.scene import MINUTE, NOON, found, local, records, remote, steps

PATIENT = patient(40)
OPERATIONS = ConflictType.OPERATION_CONFLICT
History = list[tuple[int, Batch | None]]

# Addresses from few parts, so that they nest, and with parts that are empty, doubled or odd.
_paths = st.lists(st.sampled_from(("a", "b", "a.py", "")), max_size=3).map("/".join)
_symbols = st.lists(st.sampled_from(("C", "m", "", "x/")), max_size=3).map(".".join)
odd_addresses = st.builds(
    lambda path, mark, symbol: path + mark + symbol, _paths, st.sampled_from(("", "::")), _symbols
)


def pairs(swarm: Swarm) -> dict[ConflictKey, set[tuple[str, str]]]:
    """Return the holds of every conflict, as `holds_of` tells them, by comparing each with each."""
    holds = {
        (held.run_id, held.record_id, nest_key(address))
        for held in swarm.reservations()
        if held.is_held
        for address in held.reservation.addresses
    }
    met: dict[ConflictKey, set[tuple[str, str]]] = {}
    for (run, record_id, address), (other_run, other_id, other) in permutations(holds, 2):
        if run == other_run:
            continue
        if address == other:
            met.setdefault(ConflictKey(ConflictType.ADDRESS_OVERLAP, address), set()).add((record_id, address))
        elif contains(address, other):
            key = ConflictKey(ConflictType.CONTAINMENT_OVERLAP, address)
            met.setdefault(key, set()).update({(record_id, address), (other_id, other)})
    claims = [
        (claim.claimer_run_id, sighting.slot.source, claim.task_id)
        for entity in swarm.entities(Kind.CLAIM)
        for sighting in entity.sightings
        if isinstance(claim := sighting.record, Claim) and (claim.expires_at is None or claim.expires_at > swarm.now)
    ]
    for (run, source, task_id), (other_run, _, other) in permutations(claims, 2):
        if task_id == other and run != other_run:
            met.setdefault(ConflictKey(ConflictType.DOUBLE_CLAIM, task_id), set()).add((f"{run}, {source}", task_id))
    for run, operation, address, other_run, other_operation, other in meetings(swarm):
        clashing = address == other and clash(operation, other_operation)
        if clashing or (address != other and clash_around(operation)):
            met.setdefault(ConflictKey(ConflictType.OPERATION_CONFLICT, address), set()).update(
                {(run, address), (other_run, other)}
            )
    return met


def changes(swarm: Swarm) -> list[tuple[str, str, str]]:
    """Return who does what to which address: by what is held, and by what is announced and still means something.

    What names no operation is an edit, unless its run says that it does something stronger to the same address.
    """
    found = [
        (held.run_id, deed_of(held.reservation.operation), nest_key(address))
        for held in swarm.reservations()
        if held.is_held
        for address in held.reservation.addresses
    ]
    for entity in swarm.entities(Kind.INTENT):
        intent = cast("Intent", entity.record)
        held = swarm.reservation(intent.reservation_id)
        if held.is_held if held else not (intent.reservation_id or swarm.is_silent(intent.run_id)):
            found += [(intent.run_id, deed_of(intent.operation), nest_key(address)) for address in intent.addresses]
    strong = {(run_id, address) for run_id, operation, address in found if operation in STRONG}
    return [
        (run_id, operation or EDIT, address)
        for run_id, operation, address in found
        if operation != UNSAID or (run_id, address) not in strong
    ]


def meetings(swarm: Swarm) -> Iterator[tuple[str, str, str, str, str, str]]:
    """Yield each change that is strong with each change of another run of the same, or of something within."""
    for (run, operation, address), (other_run, other_operation, other) in permutations(changes(swarm), 2):
        if run != other_run and operation in STRONG and (address == other or contains(address, other)):
            yield run, operation, address, other_run, other_operation, other


def worst(swarm: Swarm) -> dict[str, float]:
    """Return the confidence of the worst clash at each address."""
    found: dict[str, float] = {}
    for _, operation, address, _, other_operation, other in meetings(swarm):
        met = clash(operation, other_operation) if address == other else clash_around(operation)
        if met is not None:
            found[address] = max(found.get(address, 0.0), met.confidence)
    return found


def holds_of(conflict: Conflict) -> set[tuple[str, str]]:
    """Return a conflict's holds (reservation, address), changes (run, address) or claims (run and source, task)."""
    if conflict.conflict_type is ConflictType.OPERATION_CONFLICT:
        return {(holder.run_id, holder.address) for holder in conflict.holders}
    if conflict.conflict_type is ConflictType.DOUBLE_CLAIM:
        return {(f"{holder.run_id}, {holder.source}", holder.address) for holder in conflict.holders}
    return {(holder.reservation_id, holder.address) for holder in conflict.holders}


def told(index: ConflictIndex) -> dict[ConflictKey, Conflict]:
    """Return every conflict, gathered anew."""
    return {conflict.key: conflict for conflict in index.conflicts()}


def step(swarm: Swarm, index: ConflictIndex, batch: Batch | None, now: Any) -> ConflictDelta:
    """Do one step to the swarm, and let the index follow."""
    return index.update(swarm.advance(now) if batch is None else swarm.apply(batch, now))


@PATIENT
@given(steps)
def test_the_index_finds_what_comparing_every_pair_finds(history: History) -> None:
    swarm = Swarm()
    index = ConflictIndex(swarm)
    now = NOON
    for minutes, batch in history:
        now += minutes * MINUTE
        step(swarm, index, batch, now)
        assert {key: holds_of(conflict) for key, conflict in told(index).items()} == pairs(swarm)
        by_risk = {key: (conflict.confidence, conflict.since) for key, conflict in told(index).items()}
        assert {key: (index.confidence(key), index.since(key)) for key in index} == by_risk
        clashes = {key.address: conflict for key, conflict in told(index).items() if key.conflict_type is OPERATIONS}
        assert {address: conflict.confidence for address, conflict in clashes.items()} == worst(swarm)
        assert all(index.runs(key) == set(conflict.runs) for key, conflict in told(index).items())


@PATIENT
@given(st.lists(st.builds(lambda r, a: (r, tuple(a)), st.sampled_from("xyz"), st.lists(odd_addresses, max_size=3))))
def test_odd_addresses_nest_as_the_rule_says(held: list[tuple[str, tuple[str, ...]]]) -> None:
    swarm = Swarm()
    index = ConflictIndex(swarm)
    for number, (run_id, addresses) in enumerate(held):
        record = Reservation(
            reservation_id=f"r{number}",
            run_id=run_id,
            addresses=addresses,
            created_at=NOON,
            expires_at=NOON + 60 * MINUTE,
        )
        index.update(swarm.apply(found(local(record)), NOON))
    assert {key: holds_of(conflict) for key, conflict in told(index).items()} == pairs(swarm)
    assert told(ConflictIndex(swarm)) == told(index)


@PATIENT
@given(steps)
def test_followed_step_by_step_is_the_same_as_built_at_once(history: History) -> None:
    swarm = Swarm()
    index = ConflictIndex(swarm)
    now = NOON
    for minutes, batch in history:
        now += minutes * MINUTE
        step(swarm, index, batch, now)
        anew = ConflictIndex(swarm)
        assert index.keys() == anew.keys()
        assert told(index) == told(anew)
        assert [each.advice for each in index.conflicts()] == [each.advice for each in anew.conflicts()]
        assert index.counts() == anew.counts()
        assert sum(index.counts().values()) == len(index) == len(index.keys())
        assert all(index.risk(key) is told(index)[key].risk for key in index)


@PATIENT
@given(steps, st.integers(0, 12))
def test_begun_at_any_moment_it_follows_from_there(history: History, begun_after: int) -> None:
    swarm = Swarm()
    now = NOON
    index = None
    for number, (minutes, batch) in enumerate(history):
        now += minutes * MINUTE
        if index is not None:
            step(swarm, index, batch, now)
            anew = ConflictIndex(swarm)
            assert told(index) == told(anew)
            assert index.counts() == anew.counts()
            continue
        if batch is not None:
            swarm.apply(batch, now)
        if number >= min(begun_after, len(history) // 2):
            index = ConflictIndex(swarm)


@PATIENT
@given(steps)
def test_a_view_that_repaints_what_deltas_name_shows_everything(history: History) -> None:
    swarm = Swarm()
    index = ConflictIndex(swarm)
    now = NOON
    view: dict[ConflictKey, Conflict | None] = {}
    late: dict[ConflictKey, Conflict | None] = {}
    merged = ConflictDelta()
    for minutes, batch in history:
        now += minutes * MINUTE
        delta = step(swarm, index, batch, now)
        repaint(view, delta, index)
        assert view == told(index)
        merged.merge(delta)
    repaint(late, merged, index)
    assert late == told(index)


@PATIENT
@given(steps, st.integers(0, 8), st.integers(1, 8))
def test_left_alone_for_a_while_it_becomes_what_is_built_at_once(history: History, begin: int, length: int) -> None:
    swarm = Swarm()
    index = ConflictIndex(swarm)
    now = NOON
    view: dict[ConflictKey, Conflict | None] = {}
    for number, (minutes, batch) in enumerate(history):
        now += minutes * MINUTE
        delta = swarm.advance(now) if batch is None else swarm.apply(batch, now)
        if begin <= number < begin + length:
            made, differing = index.anew()
            if number == min(begin + length, len(history)) - 1:
                index.become(made)
                repaint(view, differing, index)
                assert differing.before.keys() == differing.changed | differing.left
        else:
            repaint(view, index.update(delta), index)
        if not begin <= number < begin + length - 1:
            assert view == told(index) == told(ConflictIndex(swarm))
            assert index.counts() == ConflictIndex(swarm).counts()


def repaint(view: dict[ConflictKey, Conflict | None], delta: ConflictDelta, index: ConflictIndex) -> None:
    assert not delta.appeared & view.keys()
    assert delta.changed <= view.keys()
    assert delta.left <= view.keys()
    for key in delta.left:
        del view[key]
    for key in delta.appeared | delta.changed:
        view[key] = index.conflict(key)


@PATIENT
@given(steps)
def test_each_reservation_knows_its_conflicts(history: History) -> None:
    swarm = Swarm()
    index = ConflictIndex(swarm)
    now = NOON
    for minutes, batch in history:
        now += minutes * MINUTE
        step(swarm, index, batch, now)
    conflicts = told(index)
    for reservation_id in (*swarm.ids(Kind.RESERVATION), "unknown"):
        mine = [key for key in index if takes_part(swarm, reservation_id, conflicts[key])]
        assert index.of_reservation(reservation_id) == mine
        assert index.has_conflict(reservation_id) == bool(mine)


def takes_part(swarm: Swarm, reservation_id: str, conflict: Conflict) -> bool:
    """Return whether a reservation is among the holders; of a clash, whether it or an intent on it has a part there."""
    held = swarm.reservation(reservation_id)
    if conflict.conflict_type is not OPERATIONS or held is None or not held.is_held:
        return reservation_id in {holder.reservation_id for holder in conflict.holders} and held is not None
    parts = {(held.run_id, nest_key(address)) for address in held.reservation.addresses}
    for intent_id in swarm.intents_of(reservation_id):
        entity = swarm.entity(Kind.INTENT, intent_id)
        intent = cast("Intent", entity.record if entity else None)
        parts.update((intent.run_id, nest_key(address)) for address in intent.addresses)
    return bool(parts & holds_of(conflict))


@PATIENT
@given(steps, records[Kind.RESERVATION])
def test_a_probe_foretells_what_taking_it_brings(history: History, record: Any) -> None:
    swarm = Swarm()
    index = ConflictIndex(swarm)
    now = NOON
    for minutes, batch in history:
        now += minutes * MINUTE
        step(swarm, index, batch, now)
    foretold = index.probe(record.addresses, record.run_id, branch=record.branch, operation=record.operation)
    taken = record.model_copy(
        update={"reservation_id": "new", "created_at": swarm.now, "expires_at": swarm.now + 60 * MINUTE}
    )
    index.update(swarm.apply(found(local(taken)), swarm.now))
    came_true = {key: index.conflict(key) for key in index.of_reservation("new")}
    assert [conflict.key for conflict in foretold] == list(came_true)
    for conflict in foretold:
        true = came_true[conflict.key]
        assert true is not None
        assert holds_of(conflict) == {("" if i == "new" else i, address) for i, address in holds_of(true)}
        assert (conflict.runs, conflict.since, conflict.risk) == (true.runs, true.since, true.risk)
        assert record.run_id in conflict.runs
        assert conflict.conflict_type is OPERATIONS or "" in {holder.reservation_id for holder in conflict.holders}


@PATIENT
@given(st.lists(records[Kind.RESERVATION], max_size=6), st.randoms(use_true_random=False))
def test_the_order_of_arrival_does_not_show(reservations: list[Any], random: Any) -> None:
    numbered = [r.model_copy(update={"reservation_id": f"r{n}"}) for n, r in enumerate(reservations)]
    forecasts = []
    for _ in range(2):
        swarm = Swarm()
        index = ConflictIndex(swarm)
        for record in numbered:
            index.update(swarm.apply(found(local(record)), NOON))
        forecasts.append((index.keys(), index.conflicts(), index.counts()))
        random.shuffle(numbered)
    assert forecasts[0] == forecasts[1]


@PATIENT
@given(
    st.lists(st.tuples(st.booleans(), records[Kind.CLAIM]), max_size=6),
    st.lists(records[Kind.TASK], max_size=2),
    st.randoms(use_true_random=False),
)
def test_the_order_in_which_claims_arrive_does_not_show(claims: list[Any], tasks: list[Any], random: Any) -> None:
    lying = [(remote if pulled else local)(record, stem=f"c{n}") for n, (pulled, record) in enumerate(claims)]
    lying += [local(task, stem=f"t{n}") for n, task in enumerate(tasks)]
    forecasts = []
    for _ in range(2):
        swarm = Swarm()
        index = ConflictIndex(swarm)
        for sighting in lying:
            index.update(swarm.apply(found(sighting), NOON))
        forecasts.append((index.keys(), index.conflicts(), index.counts()))
        random.shuffle(lying)
    assert forecasts[0] == forecasts[1]


def test_risks_are_counted_where_there_is_nothing() -> None:
    index = ConflictIndex(Swarm())
    assert index.counts() == dict.fromkeys(Risk, 0)
    assert not index.update(Swarm().advance(NOON))
