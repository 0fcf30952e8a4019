"""Text into cells: every width is kept to the cell, whatever an agent calls itself."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from musetui.tui.presentation.cells import Align, Cell, Column, Cut, Span
from musetui.tui.widgets.cell_text import fit, tidy
from musetui.tui.widgets.column_layout import GUTTER, MARGIN, lay_out

HOSTILE = st.text(
    st.one_of(
        st.characters(),
        st.sampled_from("a[]/\\\x1b\x07\n\t\u202e\u200d\u200b\ufe0f\u0301\u0489漢👩🏽️e1#…\U000e0100"),
    ),
    max_size=40,
)


def plain(spans: list[Span]) -> str:
    return "".join(span.text for span in spans)


@pytest.mark.parametrize(
    ("text", "width", "align", "cut", "shown"),
    [
        ("agent", 8, Align.LEFT, Cut.END, "agent   "),
        ("agent", 8, Align.RIGHT, Cut.END, "   agent"),
        ("agent", 5, Align.LEFT, Cut.END, "agent"),
        ("agent-41", 6, Align.LEFT, Cut.END, "agent…"),
        ("src/billing.py::total", 12, Align.LEFT, Cut.START, "…g.py::total"),
        ("agent", 1, Align.LEFT, Cut.END, "…"),
        ("agent", 1, Align.LEFT, Cut.START, "…"),
        ("", 3, Align.LEFT, Cut.END, "   "),
        ("漢字漢字", 5, Align.LEFT, Cut.END, "漢字…"),
        ("漢字漢字", 6, Align.LEFT, Cut.END, "漢字… "),
        ("漢字漢字", 6, Align.LEFT, Cut.START, "…漢字 "),
        ("漢字漢字", 6, Align.RIGHT, Cut.START, " …漢字"),
        ("ooe\u0301x", 4, Align.LEFT, Cut.END, "ooe\u0301x"),
        ("a\x1b[31mb", 9, Align.LEFT, Cut.END, "a␛[31mb  "),
        ("[bold]x[/]", 10, Align.LEFT, Cut.END, "[bold]x[/]"),
    ],
)
def test_a_text_is_cut_or_filled_to_its_width(text: str, width: int, align: Align, cut: Cut, shown: str) -> None:
    assert plain(fit((Span(text),), width, align, cut)) == shown


def test_no_width_is_nothing() -> None:
    assert fit((Span("agent"),), 0) == []
    assert fit((Span("agent"),), -3) == []


def test_spans_keep_their_styles_when_cut() -> None:
    cell: Cell = (Span("src/a.py", "strong"), Span(" +2", "dim"))
    assert fit(cell, 13) == [*cell, Span("  ")]
    assert fit(cell, 10) == [Span("src/a.py", "strong"), Span(" …", "dim")]
    assert fit(cell, 7, cut=Cut.START) == [Span("….py", "strong"), Span(" +2", "dim")]
    assert fit(cell, 4, cut=Cut.START) == [Span("…", "strong"), Span(" +2", "dim")]
    assert fit(cell, 3, cut=Cut.START) == [Span("…+2", "dim")]


@given(
    st.lists(st.tuples(HOSTILE, st.sampled_from(["", "strong"])), max_size=4),
    st.integers(0, 30),
    st.sampled_from(Align),
    st.sampled_from(Cut),
)
def test_whatever_the_text_the_width_is_exact(spans: list[tuple[str, str]], width: int, align: Align, cut: Cut) -> None:
    fitted = fit(tuple(Span(*span) for span in spans), width, align, cut)
    shown = plain(fitted)
    assert cell_len(shown) == width
    assert sum(cell_len(span.text) for span in fitted) == width
    assert shown.isprintable()
    assert all(span.text for span in fitted)


@given(HOSTILE)
def test_a_tidied_text_is_as_wide_as_its_characters(text: str) -> None:
    tidied = tidy(text)
    assert cell_len(tidied) == sum(cell_len(char) for char in tidied)
    assert tidy(tidied) == tidied


def test_a_tower_of_marks_is_cut_down_and_a_lone_mark_stands_on_a_circle() -> None:
    assert tidy("a" + "\u0301" * 500) == "a\u0301\u0301\u0301"
    assert tidy("\u0301a") == "◌\u0301a"


def column(key: str, width: int, **rules: int) -> "Column[object]":
    return Column(key, key, lambda _row, _now: (), lambda _row: 0, width, **rules)


COLUMNS = (
    column("state", 10, priority=100),
    column("run", 10, flex=1, widest=14, priority=90),
    column("address", 16, flex=4, ideal=24, priority=95),
    column("branch", 8, flex=1, priority=20),
    column("age", 5, priority=10),
)


@pytest.mark.parametrize(
    ("width", "shown"),
    [
        (0, {}),
        (3, {}),
        (4, {"state": 1}),
        (13, {"state": 10}),
        (40, {"state": 10, "address": 26}),
        (41, {"state": 10, "run": 10, "address": 16}),
        (50, {"state": 10, "run": 10, "address": 25}),
        (57, {"state": 10, "run": 11, "address": 31}),
        (58, {"state": 10, "run": 10, "address": 24, "branch": 8}),
    ],
)
def test_columns_of_low_priority_give_way(width: int, shown: dict[str, int]) -> None:
    assert {placed.column.key: placed.width for placed in lay_out(COLUMNS, width)} == shown


def test_room_goes_to_the_flexible_columns_by_weight_up_to_their_limit() -> None:
    widths = {placed.column.key: placed.width for placed in lay_out(COLUMNS, 200)}
    assert widths["state"] == 10
    assert widths["age"] == 5
    assert widths["run"] == 14
    assert widths["address"] > 3 * widths["branch"]
    assert sum(widths.values()) + 2 * 4 + GUTTER + MARGIN == 200


@given(st.integers(-2, 300))
def test_columns_never_overlap_nor_leave_the_line(width: int) -> None:
    end = GUTTER
    for placed in lay_out(COLUMNS, width):
        assert placed.x >= end
        assert placed.width > 0
        end = placed.x + placed.width
    assert end <= max(width - MARGIN, GUTTER)
