"""The pages that promise: every row names tests, and every test that is named is there."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = ("SECURITY.md", "docs/reliability.md")
NAMED = re.compile(r"`(tests/[\w/]+\.py)::(test_\w+)`")


def rows(page: str) -> list[str]:
    """Return the rows of the tables whose last column names tests."""
    found = []
    for table in re.findall(r"(?:^\|.*\n)+", (ROOT / page).read_text(), re.M):
        head, _, *body = table.splitlines()
        if head.split("|")[-2].strip() == "tests":
            found += body
    return found


@pytest.mark.parametrize("page", PAGES)
def test_every_row_names_tests(page: str) -> None:
    assert len(rows(page)) > 10
    for row in rows(page):
        assert NAMED.search(row.rpartition(" | ")[2]), row


@pytest.mark.parametrize("page", PAGES)
def test_every_test_that_is_named_is_there(page: str) -> None:
    named = set(NAMED.findall((ROOT / page).read_text()))
    there = {file: functions(ROOT / file) for file, _ in named}
    assert not [f"{file}::{test}" for file, test in sorted(named) if test not in there[file]]


def functions(path: Path) -> set[str]:
    """Return the names of all functions in a file; none, if it is not there."""
    if not path.exists():
        return set()
    tree = ast.parse(path.read_text())
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}
