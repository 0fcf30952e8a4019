"""Cycles in plain graphs, against the plainest way to find them: every simple path, one by one."""

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from musetui.forecast import cycles
from musetui.forecast.cycles import component_of, cycles_in, strong_components
from tests.properties import patient

Graph = dict[str, list[str]]

_nodes = st.sampled_from("abcdef")
graphs = st.dictionaries(_nodes, st.lists(_nodes, max_size=3), max_size=6)


def out_of(graph: Graph) -> cycles.Neighbours:
    return lambda node: graph.get(node, ())


def into_of(graph: Graph) -> cycles.Neighbours:
    return lambda node: [other for other, ends in graph.items() if node in ends]


def every_cycle(graph: Graph, start: str) -> Iterator[list[str]]:
    """Yield every simple cycle through *start*, from it on."""
    paths = [[start]]
    while paths:
        path = paths.pop()
        for other in graph.get(path[-1], ()):
            if other == start:
                yield path
            elif other not in path:
                paths.append([*path, other])


def told(graph: Graph) -> list[tuple[str, ...]]:
    found = [
        cycle
        for component in strong_components(set(graph), out_of(graph))
        for cycle in cycles_in(component, out_of(graph))
    ]
    return sorted(found, key=lambda cycle: (len(cycle), cycle))


@patient(50)
@given(graphs)
def test_each_member_of_a_cycle_is_in_a_shortest_one_that_is_told(graph: Graph) -> None:
    found = told(graph)
    assert len(found) == len(set(found))
    for cycle in found:
        assert cycle[0] == min(cycle)
        assert all(other in graph[node] for node, other in zip(cycle, (*cycle[1:], cycle[0]), strict=True))
    for node in graph:
        lengths = [len(cycle) for cycle in every_cycle(graph, node)]
        through = [len(cycle) for cycle in found if node in cycle]
        assert min(through, default=0) == min(lengths, default=0)
    shortest = {len(cycle) for cycle in found}
    every = {min(len(c) for c in every_cycle(graph, n)) for n in graph if any(True for _ in every_cycle(graph, n))}
    assert shortest == every


@patient(50)
@given(graphs, _nodes)
def test_searched_both_ways_a_component_is_the_same(graph: Graph, node: str) -> None:
    whole = next((set(each) for each in strong_components(set("abcdef"), out_of(graph)) if node in each), None)
    assert set(component_of(node, out_of(graph), into_of(graph))) == whole


def test_a_knot_of_two_rings_is_two_cycles_the_shorter_first() -> None:
    assert told({"a": ["b"], "b": ["c", "a"], "c": ["d"], "d": ["a"]}) == [("a", "b"), ("a", "b", "c", "d")]


def test_what_waits_for_itself_is_a_cycle_of_one_and_what_waits_for_a_cycle_is_none() -> None:
    assert told({"a": ["a"], "b": ["a"], "c": ["b"]}) == [("a",)]


def test_a_ring_of_any_length_is_one_cycle() -> None:
    ring = {f"{n:06}": [f"{(n + 1) % 50_000:06}"] for n in range(50_000)}
    (cycle,) = told(ring)
    assert len(cycle) == 50_000


def test_all_waiting_for_all_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cycles, "STEPS_LIMIT", 500)
    everyone = [f"{n:03}" for n in range(100)]
    graph = {node: [other for other in everyone if other != node] for node in everyone}
    assert 1 <= len(told(graph)) < 100
    assert told(graph) == told(dict(reversed(graph.items())))


@pytest.mark.parametrize("behind", [False, True])
def test_the_search_ends_with_the_smaller_side(behind: bool) -> None:
    """A long chain on one side of a node costs nothing where there is nothing on the other."""
    asked: list[str] = []
    chain = {f"{n:05}": [f"{n + 1:05}"] for n in range(10_000)}
    back = {ends[0]: [node] for node, ends in chain.items()}

    def noting(graph: Graph) -> cycles.Neighbours:
        def neighbours(node: str) -> list[str]:
            asked.append(node)
            return graph.get(node, [])

        return neighbours

    node = "10000" if behind else "00000"
    assert component_of(node, noting(chain), noting(back)) == [node]
    assert len(asked) < 10
