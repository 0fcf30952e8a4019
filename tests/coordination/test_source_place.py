"""From an address to a place in a file: the line of a symbol, and nothing outside the work tree."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from musetui.coordination.source_place import find_source
from musetui.errors import RecordError

SOURCE = """import os

# total is not defined here

class Invoice:
    def total(self):
        return other.total()

class Order:
    @property
    async def total(self): ...

def total(): return 1
"""


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """Return a work tree with a file, beside one that is nobody's business."""
    root = tmp_path / "tree"
    (root / "src").mkdir(parents=True)
    (root / "src/a.py").write_text(SOURCE)
    (root / "src/a.js").write_text("const x = 1;\n  render(props) {\n")
    (tmp_path / "secret.py").write_text("x")
    (root / "link.py").symlink_to(tmp_path / "secret.py")
    return root


@pytest.mark.parametrize(
    ("address", "line"),
    [
        ("src/a.py", 1),
        ("src/a.py::Invoice", 5),
        ("src/a.py::Invoice.total", 6),
        ("src/a.py::Order.total", 11),
        ("src/a.py::Order.missing", 9),
        ("src/a.py::nowhere", 1),
        ("src/a.js::View.render", 2),
    ],
)
def test_the_line_is_that_of_the_definition(tree: Path, address: str, line: int) -> None:
    assert find_source(tree, address) == (tree.resolve() / address.partition("::")[0], line)


@pytest.mark.parametrize(
    "address",
    ["../secret.py", "/etc/passwd", "link.py", "src", "", "::f", "src/none.py", "src/../../secret.py", "a\0b", "."],
)
def test_what_is_no_file_of_the_tree_is_refused(tree: Path, address: str) -> None:
    with pytest.raises(RecordError) as refused:
        find_source(tree, address)
    assert str(refused.value).isprintable()


@given(st.text(alphabet="./ab:_\\0\x1b~$", max_size=30))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=100, deadline=None)
def test_no_address_leads_out(tree: Path, address: str) -> None:
    try:
        place = find_source(tree, address)
    except RecordError:
        return
    assert tree.resolve() in place.file.parents
