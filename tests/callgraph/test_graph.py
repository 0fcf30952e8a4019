"""What the graph answers: who calls, who is called, and whom a change reaches, by which calls."""

from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from musetui.callgraph.edges import GUESSED, NAMED, TYPED, Edge, GraphChange
from musetui.callgraph.graph import CallGraph
from tests.callgraph.trees import graph_of
from tests.properties import patient


def graph(ends: Iterable[tuple[str, str] | tuple[str, str, float]]) -> CallGraph:
    made = CallGraph()
    made.apply(GraphChange(put=tuple(Edge(end[0], end[1], end[2] if len(end) == 3 else NAMED, (1,)) for end in ends)))
    return made


SHOP = graph_of(
    {
        "api/pay.py": "from core.bill import Bill\ndef pay(b: Bill):\n    b.total()\ndef route():\n    pay(1)\n",
        "core/bill.py": "from core.money import rounded\nclass Bill:\n    def total(self): return rounded(1)\n",
        "core/money.py": "def rounded(x): ...\n",
    }
)


def test_a_change_reaches_callers_nearest_first_with_the_way_there() -> None:
    found = list(SHOP.reach("core/money.py::rounded"))
    assert [(each.address, each.distance) for each in found] == [
        ("core/bill.py::Bill.total", 1),
        ("api/pay.py::pay", 2),
        ("api/pay.py::route", 3),
    ]
    assert [(edge.caller, edge.callee, edge.lines) for edge in found[-1].chain] == [
        ("api/pay.py::route", "api/pay.py::pay", (5,)),
        ("api/pay.py::pay", "core/bill.py::Bill.total", (3,)),
        ("core/bill.py::Bill.total", "core/money.py::rounded", (3,)),
    ]
    assert (found[-1].certainty, found[-1].changed) == (TYPED, "core/money.py::rounded")


@pytest.mark.parametrize("address", ["core/bill.py::Bill", "core/bill.py", "core", "core/"])
def test_a_class_a_file_and_a_folder_stand_for_what_is_within(address: str) -> None:
    assert [each.address for each in SHOP.reach(address)] == ["api/pay.py::pay", "api/pay.py::route"]
    assert list(SHOP.reach(address, within=False)) == []


def test_names_that_only_begin_alike_are_not_within() -> None:
    made = graph([("x.py", "a.py::C.m"), ("x.py", "a.py::Cm"), ("x.py", "a.pyc"), ("x.py", "a.py/b"), ("x.py", "a.p")])
    assert list(made.within("a.py::C")) == ["a.py::C", "a.py::C.m"]
    assert list(made.within("a.py")) == ["a.py", "a.py/b", "a.py::C.m", "a.py::Cm"]


def test_steps_certainty_and_a_limit_end_the_search() -> None:
    line = graph([(f"f{n}", f"f{n + 1}") for n in range(9)])
    assert [each.address for each in line.reach("f9")] == ["f8", "f7", "f6", "f5", "f4"]
    assert [each.address for each in line.reach("f9", 2)] == ["f8", "f7"]
    assert [each.address for each in line.reach("f9", limit=3)] == ["f8", "f7", "f6"]
    unsure = graph([("a", "b", GUESSED), ("c", "b", TYPED)])
    assert [each.address for each in unsure.reach("b")] == ["c"]
    assert [each.address for each in unsure.reach("b", least=GUESSED)] == ["c", "a"]


def test_of_two_ways_of_one_length_the_surest_is_told() -> None:
    made = graph([("a", "x", 0.6), ("a", "y", 0.9), ("x", "z"), ("y", "z")])
    assert [(each.address, each.edge.callee) for each in made.reach("z")] == [("x", "z"), ("y", "z"), ("a", "y")]


def test_an_application_says_whose_callers_changed() -> None:
    made = graph([("a", "b"), ("c", "b"), ("c", "d")])
    touched = made.apply(GraphChange(put=(Edge("a", "e", NAMED, (2,)),), dropped=(("a", "b"), ("no", "one"))))
    assert touched == {"e", "b", "one"}
    assert [edge.callee for edge in made.callees("a")] == ["e"]
    assert [edge.caller for edge in made.callers("b")] == ["c"]
    assert len(made) == 3


nodes = st.sampled_from([*"abcdefgh", "f.py::A", "f.py::A.m", "f.py::A.n", "f.py::B"])


@patient(300)
@given(st.lists(st.tuples(nodes, nodes), max_size=25), nodes, st.integers(min_value=0, max_value=5))
def test_what_is_reached_is_what_any_walk_against_the_calls_finds(
    ends: list[tuple[str, str]], changed: str, steps: int
) -> None:
    made = graph(ends)
    mark = "." if "::" in changed else "::"
    inside = {changed, *(end for pair in ends for end in pair if end.startswith(changed + mark))}
    distances = dict.fromkeys(inside, 0)
    for distance in range(1, steps + 1):
        for caller, callee in ends:
            if distances.get(callee) == distance - 1:
                distances.setdefault(caller, distance)
    found = {each.address: each for each in made.reach(changed, steps)}
    assert {address: each.distance for address, each in found.items()} == {
        address: distance for address, distance in distances.items() if distance
    }
    for each in found.values():
        assert len(each.chain) == each.distance
        assert each.chain[0].caller == each.address
        assert each.changed in inside
        assert all(one.callee == following.caller for one, following in zip(each.chain, each.chain[1:], strict=False))
