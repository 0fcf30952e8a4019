"""What a person types for an address, from wherever they stand."""

from pathlib import Path

import pytest

from musetui.coordination.typed_address import seen_from_root, typed_address
from musetui.errors import RecordError


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """Return a work tree with `src/billing.py`, `src/api.py` and `api.py` in it."""
    root = tmp_path / "orchard"
    (root / "src").mkdir(parents=True)
    for name in ("src/billing.py", "src/api.py", "api.py"):
        (root / name).write_text("")
    return root


@pytest.mark.parametrize(
    ("folder", "typed", "meant"),
    [
        ("", "src/billing.py::Invoice.total", "src/billing.py::Invoice.total"),
        ("", "./src//billing.py", "src/billing.py"),
        ("", "src/../api.py::f", "api.py::f"),
        ("", "still/to/be/made.py", "still/to/be/made.py"),
        ("", "{root}/src/billing.py::f", "src/billing.py::f"),
        ("src", "billing.py::f", "src/billing.py::f"),
        ("src", "src/billing.py", "src/billing.py"),
        ("src", "./billing.py", "src/billing.py"),
        ("src", "../api.py", "api.py"),
        ("src", "api.py", "api.py"),
        ("src", "new.py", "new.py"),
        ("src", "./new.py", "src/new.py"),
        ("src", ".", "src"),
        ("src", "::f", "::f"),
        ("..", "billing.py", "billing.py"),
    ],
)
def test_it_is_named_from_the_root(tree: Path, folder: str, typed: str, meant: str) -> None:
    assert typed_address(typed.format(root=tree), tree, tree / folder) == meant


def test_the_tree_may_be_reached_through_a_link(tree: Path, tmp_path: Path) -> None:
    link = tmp_path / "link"
    link.symlink_to(tree)
    assert typed_address(f"{link}/src/billing.py", tree, tree) == "src/billing.py"
    assert typed_address(f"{tree}/src/billing.py", link, link / "src") == "src/billing.py"


@pytest.mark.parametrize(("folder", "typed"), [("", "."), ("src", ".."), ("", "{root}"), ("src", "./../")])
def test_the_whole_tree_is_refused(tree: Path, folder: str, typed: str) -> None:
    with pytest.raises(RecordError, match="is the whole work tree"):
        typed_address(typed.format(root=tree), tree, tree / folder)


@pytest.mark.parametrize("typed", ["../../etc/passwd", "/etc/passwd::root", "..", "src/../../x", "{root}2/a.py"])
def test_what_leads_out_is_refused(tree: Path, typed: str) -> None:
    with pytest.raises(RecordError, match="leads out of the work tree"):
        typed_address(typed.format(root=tree), tree, tree)


@pytest.mark.parametrize(
    "typed", ["src/billing.py::f", "./src//billing.py", "{root}/src/billing.py", "src/../api.py::f", "::f"]
)
def test_at_the_root_the_text_alone_tells_the_same(tree: Path, typed: str) -> None:
    assert seen_from_root(typed.format(root=tree), tree) == typed_address(typed.format(root=tree), tree, tree)


@pytest.mark.parametrize("typed", ["../x.py", "/etc/passwd::root", "{root}2/a.py"])
def test_what_leads_out_by_its_text_stays_as_it_is(tree: Path, typed: str) -> None:
    assert seen_from_root(typed.format(root=tree), tree) == typed.format(root=tree)
