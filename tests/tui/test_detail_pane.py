"""The detail of a record: lines that wrap in their column, text that can be selected, laid out anew only for size."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from textual.app import App, ComposeResult
from textual.screen import Screen

from musetui.tui.presentation.cells import Cell, Span, Style
from musetui.tui.presentation.detail import Line
from musetui.tui.screens.dashboard import Dashboard
from musetui.tui.widgets.detail_lines import LABEL_WIDTH, DetailLines, parted
from musetui.tui.widgets.detail_pane import DetailPane
from tests.tui.conftest import Running, screen_text

STYLES = st.sampled_from([*Style])
TEXTS = st.text(st.sampled_from("ab [/]漢é👩🏽\n\t"), max_size=60)
CELLS = st.lists(st.builds(Span, TEXTS, STYLES), max_size=4).map(tuple)
LINES = st.lists(st.builds(Line, st.sampled_from(["", "run", "addresses"]), CELLS), max_size=6)


def plain(cell: Cell) -> str:
    return "".join(span.text for span in cell)


def styled(cell: Cell) -> list[tuple[str, str]]:
    """Return each character with its style, spaces and line ends left out."""
    return [(each, span.style) for span in cell for each in span.text if not each.isspace()]


@given(LINES, st.integers(0, 90))
def test_every_character_is_laid_out_in_its_style_and_within_the_width(lines: list[Line], width: int) -> None:
    laid = DetailLines().lay_out(lines, width)
    assert all(cell_len(plain(cell)) <= max(width, LABEL_WIDTH) for cell in laid)
    wanted = [each for line in lines for each in styled((Span(line.label, Style.DIM), *line.spans))]
    assert [each for cell in laid for each in styled(cell)] == wanted


@given(LINES, LINES, st.integers(10, 90), st.integers(10, 90))
def test_what_was_laid_out_before_makes_no_difference(
    before: list[Line], lines: list[Line], old: int, width: int
) -> None:
    layout = DetailLines()
    layout.lay_out(before, old)
    layout.lay_out([*lines, *before], width)
    assert layout.lay_out(lines, width) == DetailLines().lay_out(lines, width)


@given(CELLS, st.integers(0, 60), st.integers(0, 60))
def test_a_line_is_parted_between_characters(cell: Cell, start: int, length: int) -> None:
    text = plain(cell)
    parts = parted(cell, start, start + length)
    assert [plain(part) for part in parts] == [text[:start], text[start : start + length], text[start + length :]]
    assert [each for part in parts for each in styled(part)] == styled(cell)


def test_what_a_label_says_stays_in_its_own_column() -> None:
    lines = [Line("detail", (Span("one two three four "), Span("five six seven", Style.STRONG)))]
    assert [plain(cell) for cell in DetailLines().lay_out(lines, LABEL_WIDTH + 20)] == [
        "detail       one two three four",
        "             five six seven",
    ]
    assert [plain(cell) for cell in DetailLines().lay_out(lines, 20)] == [
        "detail       one two",
        "three four",
        "             five",
        "six seven",
    ]


class Shown(App[None]):
    """A detail of ten lines and its width."""

    CSS = "DetailPane { width: 60; height: 6; }"

    def compose(self) -> ComposeResult:
        yield DetailPane("Nothing here.")


def some(count: int, name: str = "line") -> list[Line]:
    return [Line(name, (Span(f"number {each}"),)) for each in range(count)]


async def test_another_subject_is_shown_from_its_top_and_the_same_one_where_it_was() -> None:
    async with Shown().run_test(size=(80, 10)) as pilot:
        pane = pilot.app.query_one(DetailPane)
        assert "Nothing here." in screen_text(pilot)
        pane.show("a", some(10))
        pane.focus()
        await pilot.press("G")
        assert "number 9" in screen_text(pilot)
        assert "number 0" not in screen_text(pilot)
        pane.show("a", some(10, "more"))
        await pilot.pause()
        assert "more         number 9" in screen_text(pilot)
        pane.show("a", some(7))
        await pilot.pause()
        assert "number 1" in screen_text(pilot)
        assert "number 6" in screen_text(pilot)
        pane.show("b", some(10))
        await pilot.pause()
        assert "number 0" in screen_text(pilot)
        assert "number 6" not in screen_text(pilot)
        pane.show(None, ())
        await pilot.pause()
        assert "Nothing here." in screen_text(pilot)
        assert "number" not in screen_text(pilot)


async def test_what_does_not_fit_has_a_scroll_bar_and_what_fits_has_none() -> None:
    async with Shown().run_test(size=(80, 10)) as pilot:
        pane = pilot.app.query_one(DetailPane)

        def bar() -> set[object]:
            strips = pilot.app.screen._compositor.render_strips()
            cells = [strip.crop(58, 59)._segments[0] for strip in strips[:6]]
            return {cell.style and cell.style.bgcolor for cell in cells}

        ground = pane.rich_style.bgcolor
        pane.show("a", some(10))
        await pilot.pause()
        assert bar() - {ground}
        pane.show("a", some(5))
        await pilot.pause()
        assert bar() == {ground}


async def test_text_is_selected_with_the_mouse_also_where_it_is_scrolled() -> None:
    async with Shown().run_test(size=(80, 10)) as pilot:
        pane = pilot.app.query_one(DetailPane)
        pane.show("a", some(10))
        pane.scroll_to(y=3, animate=False, force=True)
        await pilot.pause()
        await pilot.mouse_down(offset=(pane.content_region.x + LABEL_WIDTH + 7, 1))
        await pilot.hover(offset=(pane.content_region.x + LABEL_WIDTH + 5, 2))
        await pilot.mouse_up(offset=(pane.content_region.x + LABEL_WIDTH + 5, 2))
        await pilot.pause()
        assert pilot.app.screen.get_selected_text() == "4\nline         number"
        lit = pilot.app.screen.get_component_rich_style("screen--selection").bgcolor
        line = pane.render_line(2)
        assert "".join(text for text, style, _ in line if style and style.bgcolor == lit) == "line         number"


async def test_a_move_of_the_cursor_lays_out_nothing(
    dashboard: Running, reserve: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not even where the details differ in height, and one of them does not fit."""
    reserve("agent-1", "src/a.py")
    reserve("agent-2", *(f"src/{number}.py" for number in range(40)))
    reserve("agent-3", "src/b.py")
    layouts: list[Any] = []
    refresh_layout = Screen._refresh_layout

    def counted(screen: Screen[Any], *options: Any, **named: Any) -> None:
        layouts.append(screen)
        refresh_layout(screen, *options, **named)

    async with dashboard() as pilot:
        assert isinstance(pilot.app.screen, Dashboard)
        await pilot.press("home")
        await pilot.pause()
        monkeypatch.setattr(Screen, "_refresh_layout", counted)
        seen = set()
        for key in ("down", "down", "up", "up"):
            await pilot.press(key)
            await pilot.pause()
            seen.add(
                next(run for run in ("agent-1", "agent-2", "agent-3") if f"run          {run}" in screen_text(pilot))
            )
        assert len(seen) == 3
        assert not layouts
