"""Who waits for whom, as trees: circles, waits in vain, and what is told once."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from musetui.records.models import Dependency
from musetui.swarm.picture import Swarm
from musetui.tui.presentation.waiting import EDGES_LIMIT, WAIT_COLUMNS, WaitRow, circles_in, wait_rows
from tests.properties import patient
from tests.swarm.scene import NOON, found, local, release, reservation


def swarm_of(waits: dict[str, tuple[str, ...]], *, unknown: tuple[str, ...] = (), over: tuple[str, ...] = ()) -> Swarm:
    """Return a swarm of held reservations that wait as *waits* says, but for those that are not there or over."""
    ids = {*waits, *(other for others in waits.values() for other in others)} - {*unknown}
    swarm = Swarm()
    records: list[Any] = [reservation(each, f"run-{each}", f"src/{each}.py") for each in sorted(ids)]
    records += [Dependency(reservation_id=waiter, depends_on=others) for waiter, others in waits.items()]
    records += [release(each, at_minute=-1) for each in over]
    swarm.apply(found(*map(local, records)), NOON)
    return swarm


def lines(swarm: Swarm) -> list[tuple[str, str]]:
    """Return what the tree and the last column say, line by line."""
    rows, _ = wait_rows(swarm)
    assert [row.place for row in rows] == list(range(len(rows)))
    assert len({row.key for row in rows}) == len(rows)
    return [(_shown("tree", row), _shown("note", row)) for row in rows]


def _shown(key: str, row: WaitRow) -> str:
    column = next(column for column in WAIT_COLUMNS if column.key == key)
    return "".join(span.text for span in column.cell(row, NOON))


def test_a_tree_has_lines() -> None:
    assert lines(swarm_of({"a": ("b", "c"), "b": ("d",)})) == [
        ("src/a.py", ""),
        ("├─ src/b.py", ""),
        ("│  └─ src/d.py", ""),
        ("└─ src/c.py", ""),
    ]


def test_a_circle_is_marked_and_stands_first() -> None:
    assert lines(swarm_of({"a": ("b",), "x": ("y",), "y": ("z",), "z": ("x",)})) == [
        ("src/x.py", "↻ circle of 3"),
        ("└─ src/y.py", "↻ circle of 3"),
        ("   └─ src/z.py", "↻ circle of 3"),
        ("      └─ src/x.py", "↻ into the circle of 3"),
        ("src/a.py", ""),
        ("└─ src/b.py", ""),
    ]


def test_circles_that_share_members_are_a_knot() -> None:
    assert [note for _, note in lines(swarm_of({"x": ("y",), "y": ("z", "x"), "z": ("x",)}))] == [
        "↻ knot of 3",
        "↻ knot of 3",
        "↻ knot of 3",
        "↻ into the knot of 3",
        "↻ into the knot of 3",
    ]


def test_who_waits_for_itself() -> None:
    assert lines(swarm_of({"a": ("a",)})) == [
        ("src/a.py", "↻ waits for itself"),
        ("└─ src/a.py", "↻ waits for itself"),
    ]


def test_what_is_over_or_unknown_is_waited_for_in_vain() -> None:
    assert lines(swarm_of({"a": ("b", "c")}, unknown=("c",), over=("b",))) == [
        ("src/a.py", ""),
        ("├─ src/b.py", "✕ waits in vain"),
        ("└─ c", "✕ waits in vain"),
    ]


def test_who_is_over_waits_no_more() -> None:
    assert lines(swarm_of({"a": ("b",)}, over=("a",))) == []


def test_what_several_wait_for_is_told_once() -> None:
    assert lines(swarm_of({"a": ("c",), "b": ("c",), "c": ("d",)})) == [
        ("src/a.py", ""),
        ("└─ src/c.py", ""),
        ("   └─ src/d.py", ""),
        ("src/b.py", ""),
        ("└─ src/c.py", "told elsewhere"),
    ]


def test_a_long_chain_and_a_great_many_waits_are_told_within_limits() -> None:
    chain = {f"n{place:04}": (f"n{place + 1:04}",) for place in range(900)}
    rows, complete = wait_rows(swarm_of(chain))
    assert (len(rows), complete) == (901, True)
    assert all(len(row.branch) < 60 for row in rows)
    many = tuple(f"m{place}" for place in range(EDGES_LIMIT + 5))
    rows, complete = wait_rows(swarm_of({"a": many}))
    assert (len(rows), complete) == (EDGES_LIMIT + 1, False)


_nodes = st.sampled_from("abcdef")
_edges = st.dictionaries(_nodes, st.lists(_nodes, min_size=1, max_size=3, unique=True).map(tuple))


@given(_edges)
@patient(200)
def test_who_is_in_a_circle_is_who_reaches_itself(edges: dict[str, tuple[str, ...]]) -> None:
    def reached(start: str) -> set[str]:
        seen: set[str] = set()
        upcoming = [start]
        while upcoming:
            for other in edges.get(upcoming.pop(), ()):
                if other not in seen:
                    seen.add(other)
                    upcoming.append(other)
        return seen

    reach = {node: reached(node) for node in "abcdef"}
    expected = {
        node: len({other for other in reach[node] if node in reach[other]}) for node in "abcdef" if node in reach[node]
    }
    assert {node: ring.size for node, ring in circles_in(edges).items()} == expected


@given(_edges)
@patient(50)
def test_every_wait_is_a_line(edges: dict[str, tuple[str, ...]]) -> None:
    rows, complete = wait_rows(swarm_of(edges))
    assert complete
    waits = {(waiter, other) for waiter, others in edges.items() for other in others}
    assert {row.key for row in rows if row.waiter} == waits
    lines(swarm_of(edges))
