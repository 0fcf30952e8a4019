"""The tree of files as cells and as rows: what is said about a node, which nodes are rows, in which order."""

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from musetui.forecast.heat_tree import HeatTree
from musetui.forecast.index import ConflictIndex
from musetui.swarm.picture import Swarm
from musetui.tui.presentation.cells import Cell
from musetui.tui.presentation.file_lines import file_lines
from musetui.tui.presentation.files import FILE_COLUMNS, FileRow, deeds
from musetui.tui.presentation.folding import LARGEST, Folding
from musetui.tui.vocabulary.files import file_vocabulary
from tests.properties import patient
from tests.swarm.scene import NOON, found, intent, local, reservation

COLUMNS = {column.key: column for column in FILE_COLUMNS}


def tree_of(*held: tuple[str, str]) -> HeatTree:
    """Return the tree of what runs hold, each a run and an address."""
    swarm = Swarm()
    swarm.apply(found(*(local(reservation(f"r{n}", run, address)) for n, (run, address) in enumerate(held))), NOON)
    tree = HeatTree(swarm, ConflictIndex(swarm))
    tree.settle(1_000_000)
    return tree


def text(cell: Cell) -> str:
    return "".join(span.text for span in cell)


def shown(tree: HeatTree, address: str, now: datetime = NOON, is_open: bool = False) -> dict[str, str]:
    node = tree.get(address)
    assert node is not None
    return {key: text(column.cell(FileRow(node, is_open), now)).rstrip() for key, column in COLUMNS.items()}


def test_cells() -> None:
    tree = tree_of(("ann", "src/a.py::C.m"), ("bob", "src/a.py::C.m"), ("bob", "src/b.py"))
    assert shown(tree, "src", is_open=True) == {
        "name": "▾ src/",
        "heat": "▁▂▃     17",
        "conflicts": "▲ 1",
        "holders": "ann +1",
        "deeds": "modify 3",
        "ends": "1h00",
    }
    assert shown(tree, "src/a.py")["name"] == "│ ▸ a.py"
    assert shown(tree, "src/a.py::C")["name"] == "│ │ ▸ C"
    assert shown(tree, "src/a.py::C.m")["name"] == "│ │ │ · m"
    assert shown(tree, "src/b.py") == {
        "name": "│ · b.py",
        "heat": "▁        2",
        "conflicts": "",
        "holders": "bob",
        "deeds": "modify",
        "ends": "1h00",
    }


def test_what_is_announced_is_marked() -> None:
    swarm = Swarm()
    swarm.apply(found(local(intent("i1", "cy", "src/new.py"))), NOON)
    tree = HeatTree(swarm, ConflictIndex(swarm))
    tree.settle(10)
    assert shown(tree, "src/new.py")["holders"] == "→ cy"
    assert shown(tree, "src/new.py")["deeds"] == "→ modify"
    assert shown(tree, "src/new.py")["ends"] == ""


def test_what_is_more_than_an_edit_is_told_first() -> None:
    assert deeds({"modify": 12, "rename": 1, "delete": 3}) == "delete 3, rename, modify 12"


def test_the_detail_says_what_the_heat_is_the_sum_of() -> None:
    tree = tree_of(("ann", "src/a.py"), ("bob", "src/a.py"), ("bob", "src/b.py"))
    node = tree.get("src")
    assert node is not None
    lines = {label: text(spans) for label, spans in file_lines(node, (), (), NOON) if label}
    assert lines["heat"].endswith("17  = 3 holds × 2 + 1 further run × 3 + 1 high conflict × 8")
    assert lines["runs"] == "bob 2, ann 1"
    assert "a.py" in lines["hottest"]


addresses = st.lists(
    st.tuples(st.sampled_from(("ann", "bob")), st.sampled_from(("a/b/c.py::C.m", "a/b/c.py", "a/d.py", "e.py", "f/g"))),
    max_size=8,
)


@patient(60)
@given(addresses, st.lists(st.sampled_from(("a", "a/b", "a/b/c.py", "a/b/c.py::C", "f"))), st.sampled_from([*COLUMNS]))
def test_in_any_order_what_is_around_stands_right_above(
    held: list[tuple[str, str]], toggled: list[str], key: str
) -> None:
    tree = tree_of(*held)
    folding = Folding(tree)
    rows = {node.address for node in folding.rows()}
    for address in toggled:
        node = tree.get(address)
        if node is None:
            continue
        if folding.is_open(node):
            gone = {row.address for row in folding.close(node)}
            rows -= gone if folding.is_row(node) else set()
        else:
            come = {row.address for row in folding.open(node)}
            rows |= come if folding.is_row(node) else set()
    assert rows == {node.address for node in folding.rows()}
    assert rows == {node.address for node in tree.nodes() if folding.is_row(node)}
    for is_coarse in (False, True):
        order = sorted(folding.rows(), key=lambda node: COLUMNS[key].sort_key(FileRow(node, False, is_coarse)))
        path: list[str] = []
        for node in order:
            outer = node.parent.address if node.parent else None
            while path and path[-1] != outer:
                path.pop()
            assert outer is None or path
            path.append(node.address)


@pytest.mark.parametrize(("files", "is_open"), [(3, True), (LARGEST, True), (LARGEST + 1, False)])
def test_the_only_folder_is_opened_unless_it_is_huge(files: int, is_open: bool) -> None:
    folding = Folding(tree_of(*(("ann", f"src/{n}.py") for n in range(files))))
    folding.open_hottest(40)
    assert len([*folding.rows()]) == (files + 1 if is_open else 1)


def test_who_holds_and_announces_is_named_once() -> None:
    swarm = Swarm()
    swarm.apply(
        found(
            local(reservation("r1", "ann", "src/a.py")),
            local(reservation("r2", "bob", "src/b.py")),
            local(intent("i1", "ann", "src/a.py")),
            local(intent("i2", "cyd", "src/c.py")),
        ),
        NOON,
    )
    tree = HeatTree(swarm, ConflictIndex(swarm))
    tree.settle(1_000_000)
    node, fields = tree.get("src"), file_vocabulary()
    assert node is not None
    run, operation = fields.get("run"), fields.get("op")
    assert run is not None
    assert operation is not None
    assert sorted(run.read(FileRow(node, False))) == ["ann", "bob", "cyd"]
    assert sorted(operation.read(FileRow(node, False))) == ["modify"]
