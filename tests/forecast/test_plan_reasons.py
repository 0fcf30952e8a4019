"""What a place in the plan says of itself: which address decides it, who started first, and what is done again."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from musetui.forecast.merge_plan import MergePlan
from musetui.forecast.plan_reasons import NAMED, REWORKS_LIMIT
from musetui.forecast.plan_wording import rework_words
from musetui.forecast.rework import rework
from musetui.forecast.what_if import WhatIf
from musetui.records.address import contains
from musetui.records.models import Intent, Reservation
from tests.forecast.plain_plan import Touched, cost, plan, touched
from tests.properties import patient
from tests.swarm.scene import ADDRESSES, at, intent, reservation, swarm_of


def on(branch: str, *addresses: str, op: str | None = None, created: float = 0, name: str = "") -> Reservation:
    """Return a reservation of *addresses* on *branch*, by a run of that branch."""
    made = reservation(name or branch, f"run-{branch}", *addresses, branch=branch, created=created)
    return made.model_copy(update={"operation": op})


def planned(*records: Reservation | Intent, what_if: WhatIf | None = None) -> MergePlan:
    return plan(swarm_of(records), what_if)


def reasons(made: MergePlan) -> list[str]:
    return [each.reason for each in made.branches]


def again(made: MergePlan) -> dict[str, list[str]]:
    """Return what each branch does again, in words."""
    return {each.branch: list(map(rework_words, each.reworks)) for each in made.branches if each.reworks}


def test_the_address_and_what_is_done_to_it_decide() -> None:
    it = planned(on("a", "core.py::total", "z.py", op="move"), on("b", "core.py::total", "z.py", "other.py"))
    assert reasons(it) == [
        "before a: it edits core.py::total and 1 more, which a moves (rework 4.0, not 6.0)",
        "after b: b edits core.py::total and 1 more, which it moves (rework 4.0, not 6.0)",
    ]
    assert again(it) == {"a": ["moves core.py::total, after b edits it", "moves z.py, after b edits it"]}


def test_what_only_nests_is_named_with_what_it_is_within() -> None:
    it = planned(on("a", "src", op="delete"), on("b", "src/b.py::g", "src/a.py"))
    assert reasons(it)[0] == (
        "before a: it edits src/a.py and 1 more, within src, which a deletes (1 address to redo, not 2)"
    )
    assert again(it) == {"a": ["deletes src, after b edits src/a.py within it"]}
    it = planned(on("a", "a.py", op="split"), on("b", "a.py::f", op="delete"))
    assert reasons(it)[0] == "before b: it takes apart a.py, around a.py::f, which b deletes (rework 3.2, not 6.4)"
    assert again(it) == {"b": ["deletes a.py::f, after a takes apart a.py around it"]}


def test_where_nothing_but_the_number_decides_all_are_named() -> None:
    it = planned(on("whole", "a.py", created=-5), on("parts", *(f"a.py::f{number}" for number in range(5))))
    assert reasons(it)[0] == ("before whole: 1 address to redo (a.py), not 5 (a.py::f0, a.py::f1, a.py::f2 and 2 more)")


def test_where_either_order_costs_the_same_who_started_first_goes_first() -> None:
    it = planned(on("a", "x.py", created=-1), on("b", "x.py", created=-2))
    assert it.order == ("b", "a")
    assert reasons(it) == [
        "before a: it started first, either order costs the same (x.py)",
        "after b: that started first, either order costs the same (x.py)",
    ]


def test_who_was_first_at_one_of_several_addresses_is_said_to_be_first_there() -> None:
    first, later = on("a", "p.py", created=-10, name="r1"), on("a", "q.py", created=-3, name="r2")
    it = planned(first, later, on("b", "p.py", created=-9, name="r3"), on("b", "q.py", created=-12, name="r4"))
    assert reasons(it) == [
        "before a: it was first at q.py, either order costs the same (p.py, q.py)",
        "after b: that was first at q.py, either order costs the same (p.py, q.py)",
    ]


def test_where_two_changes_outweigh_each_other_all_places_are_named() -> None:
    edits, renames = on("a", "x.py", name="r1"), on("a", "y.py", op="rename", name="r2")
    other = on("b", "x.py", op="rename", created=-1, name="r3"), on("b", "y.py", created=-1, name="r4")
    assert reasons(planned(edits, renames, *other))[0] == (
        "before a: it was first at x.py, either order costs the same (x.py, y.py)"
    )


def test_what_meets_nobody_does_not_make_a_branch_the_first() -> None:
    old, late = on("a", "alone.py", created=-9, name="r1"), on("a", "x.py", created=-1, name="r2")
    assert planned(old, late, on("b", "x.py", created=-5)).order == ("b", "a")
    means = intent("i1", "run-a", "x.py", created=-7).model_copy(update={"branch": "a"})
    assert planned(old, late, on("b", "x.py", created=-5), means).order == ("a", "b")


def test_where_others_decide_that_is_said() -> None:
    #  b had better go before a, so that c, which started second, is free to go first; a started before it.
    it = planned(
        on("a", "x.py", op="rename", created=-3, name="a1"),
        on("a", "y.py", created=-3, name="a2"),
        on("b", "x.py", op="modify", created=-1),
        on("c", "y.py", created=-2),
    )
    assert it.order == ("c", "b", "a")
    assert reasons(it)[0] == "before a: so the others have it, either order costs the same (y.py)"


def test_what_is_merged_already_is_among_what_is_done_again_for() -> None:
    both = on("a", "x.py", op="rename"), on("b", "x.py")
    assert again(planned(*both, what_if=WhatIf(merged=("a",)))) == {"b": ["edits x.py, after a renames it"]}


def test_many_are_counted() -> None:
    names = [f"{number:02}.py" for number in range(REWORKS_LIMIT + 5)]
    it = planned(on("a", *names), on("b", *names, op="rename"))
    last = it.branches[1]
    assert (last.reworked, len(last.reworks)) == (REWORKS_LIMIT + 5, REWORKS_LIMIT)
    assert [each.address for each in last.reworks] == names[:REWORKS_LIMIT]
    assert last.reason.startswith(f"after a: a edits 00.py and {len(names) - 1} more, which it renames")


_operations = st.sampled_from((None, "extract", "rename", "move", "delete"))
_holds = st.lists(
    st.tuples(
        st.sampled_from(("main", "dev", "x", "y")),
        st.lists(st.sampled_from(ADDRESSES), min_size=1, max_size=3),
        _operations,
        st.integers(-3, 0),
    ),
    min_size=1,
    max_size=9,
)


@patient(120)
@given(_holds, st.booleans())
def test_what_is_done_again_and_what_decides_is_what_comparing_each_with_each_finds(
    holds: list[tuple[str, list[str], str | None, int]], merged: bool
) -> None:
    records = [
        on(branch, *addresses, op=operation, created=created, name=f"r{number}")
        for number, (branch, addresses, operation, created) in enumerate(holds)
    ]
    swarm = swarm_of(records, at(0))
    there = touched(swarm)
    it = plan(swarm, WhatIf(merged=(holds[0][0],) if merged else ()))
    before = list(it.what_if.merged)
    for each in it.branches:
        mine = there[each.branch]
        wanted = sorted(
            address for address in mine if any(meets(there, other, each.branch, address) for other in before)
        )
        assert [told.address for told in each.reworks] == wanted[:REWORKS_LIMIT]
        assert each.reworked == len(wanted)
        for told in each.reworks:
            assert told.branch in before
            assert (told.change, told.met) == (mine[told.address], there[told.branch][told.met_at])
            assert told.met_at in meets(there, told.branch, each.branch, told.address)
        before.append(each.branch)
    if len(it.order) == 2 and not merged:
        first, later = it.order
        gain = cost(there, later, first) - cost(there, first, later)
        deciding = [
            (one, other)
            for one, change in there[first].items()
            for other, theirs in there[later].items()
            if (one == other or contains(one, other) or contains(other, one))
            and rework(theirs, change, 1) > rework(change, theirs, 1)
        ]
        said = it.branches[0].reason
        assert (" which " in said) is bool(gain > 0 and deciding)
        assert not (gain > 0 and deciding) or any(f" {one}" in said for one, _ in deciding)


def meets(there: Touched, first: str, later: str, address: str) -> list[str]:
    """Return the addresses of *first* on top of which *later* does *address* again."""
    change = there[later][address]
    return [
        other
        for other, theirs in there[first].items()
        if (other == address or contains(other, address) or contains(address, other)) and rework(theirs, change, 1)
    ]


def test_a_reason_names_a_few() -> None:
    assert NAMED == 3


def test_hostile_addresses_are_safe_and_short() -> None:
    evil: Any = "\x1b[31m\u202e" + "x" * 500
    it = planned(on("a", evil, evil + "::f", op="delete"), on("b", evil), on("c", evil + "::g"))
    assert all(each.reason.isprintable() and len(each.reason) < 400 for each in it.branches)
    assert all(words.isprintable() for said in again(it).values() for words in said)
