"""The page about conflicts says which operations clash as the code has it."""

from itertools import combinations_with_replacement
from pathlib import Path

import pytest

from musetui.forecast.conflict import HIGH_FROM, MEDIUM_FROM, ConflictType
from musetui.forecast.operations import EDIT, STRONG, clash, clash_around

PAGE = Path(__file__).parents[2] / "docs" / "conflicts.md"
HEAD = "| one does | another does | confidence | of the kind | because |\n|---|---|---|---|---|"
AROUND_HEAD = "| around it, one does | confidence | of the kind | because |\n|---|---|---|---|"
RESHAPES = ("extract", "inline", "merge", "split")


def named(operation: str) -> str:
    """Return an operation as the page has it; those that take things apart stand for each other."""
    return ", ".join(f"`{each}`" for each in RESHAPES) if operation == RESHAPES[0] else f"`{operation}`"


def operations() -> str:
    rows = [HEAD]
    for one, other in combinations_with_replacement(("delete", "move", "rename", "extract", EDIT), 2):
        found = clash(one, other)
        what = f"{found.confidence} | `{found.taxonomy}` | {found.why} |" if found else "– | – | no clash |"
        rows.append(f"| {named(one)} | {named(other)} | {what}")
    return "\n".join(rows)


def operations_around() -> str:
    rows = [AROUND_HEAD]
    for outer in ("delete", "move", "rename", "extract", EDIT):
        found = clash_around(outer)
        what = f"{found.confidence} | `{found.taxonomy}` | {found.why} |" if found else "– | – | no clash |"
        rows.append(f"| {named(outer)} | {what}")
    return "\n".join(rows)


@pytest.mark.parametrize(("mark", "table"), [("operations", operations()), ("operations around", operations_around())])
def test_the_page_has_the_table(mark: str, table: str) -> None:
    assert f"<!-- {mark} -->\n{table}\n<!-- /{mark} -->" in PAGE.read_text()


def test_those_that_take_things_apart_stand_for_each_other() -> None:
    assert set(RESHAPES) < STRONG
    for other in (*STRONG, EDIT):
        assert len({clash(each, other) for each in RESHAPES}) == 1
    assert len({clash_around(each) for each in RESHAPES}) == 1


def test_the_page_has_every_kind_and_the_limits_of_risk() -> None:
    page = PAGE.read_text()
    assert all(f"\n| `{kind.value}` | " in page for kind in ConflictType)
    assert f"is high from {HIGH_FROM} on, medium from {MEDIUM_FROM} on" in " ".join(page.split())
