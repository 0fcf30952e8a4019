"""The heat matrix: what each two branches share, as shades and numbers; the cursor's row and column are lit."""

from collections.abc import Iterable

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from musetui.tui.actions import Place, bindings_named, bindings_of
from musetui.tui.presentation.cells import Align, Cell, Span, cell
from musetui.tui.presentation.plan_matrix import CELL_WIDTH, MatrixPicture, legend
from musetui.tui.widgets.cell_styles import text_styles
from musetui.tui.widgets.cell_text import fit

_GAP = 1
_NAME_LIMIT = 30
_SMALLEST_NAME = 8
_MARK_WIDTH = 2


class HeatMatrix(Widget, can_focus=True, inherit_bindings=False):
    """Rows are named, columns are headed by the numbers of the rows. It tells which branch is asked for."""

    DEFAULT_CSS = """
    HeatMatrix { background: $surface; color: $foreground; }
    HeatMatrix > .heat-matrix--header { color: $text-muted; background: $panel; }
    HeatMatrix > .heat-matrix--lit { background: $panel; }
    HeatMatrix:focus > .heat-matrix--lit { background: $primary 30%; }
    HeatMatrix > .heat-matrix--mark { color: $accent; text-style: bold; }
    """
    COMPONENT_CLASSES = {f"heat-matrix--{part}" for part in ("header", "lit", "mark")}
    BINDINGS = [
        *bindings_of(Place.MATRIX),
        *bindings_named("cursor_down", "cursor_up", "cursor_first", "cursor_last"),
    ]
    ALLOW_SELECT = False

    class Moved(Message):
        """Another branch is asked for."""

        def __init__(self, branch: str) -> None:
            super().__init__()
            self.branch = branch

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._picture = MatrixPicture()
        self._branch: object = None
        self._empty = ""
        self._first_row = 0
        self._first_column = 0

    def show(self, picture: MatrixPicture, empty: str) -> None:
        """Show *picture*; *empty* stands there where it has nothing in it."""
        if (picture, empty) != (self._picture, self._empty):
            self._picture = picture
            self._empty = empty
            self._reveal()
            self.refresh()

    def point_at(self, branch: object) -> None:
        """Light the row and the column of a branch, if it has one, and bring them into sight."""
        if branch != self._branch:
            self._branch = branch
            self._reveal()
            self.refresh()

    # Where it is

    @property
    def _cursor(self) -> int:
        """The place of the branch that is pointed at, -1 if it is not here."""
        branches = self._picture.branches
        return branches.index(self._branch) if isinstance(self._branch, str) and self._branch in branches else -1

    @property
    def _rows(self) -> int:
        """How many rows there is room for, between the header and the legend."""
        return max(self.size.height - 2, 0)

    @property
    def _name_width(self) -> int:
        branches = self._picture.branches
        longest = max(map(cell_len, branches), default=0)
        spare = self.size.width - _MARK_WIDTH - 3 - 2 * _GAP - len(branches) * (CELL_WIDTH + _GAP) - 1
        return max(min(longest, _NAME_LIMIT, max(self.size.width // 3, spare)), _SMALLEST_NAME)

    @property
    def _columns_at(self) -> int:
        """Cells to the left of the first column: the mark, the number, the name."""
        return _MARK_WIDTH + 3 + _GAP + self._name_width + _GAP

    @property
    def _columns(self) -> int:
        """How many columns there is room for."""
        return max((self.size.width - self._columns_at - 1) // (CELL_WIDTH + _GAP), 1)

    def _reveal(self) -> None:
        if not self.size:
            return  # not shown: there is nothing to bring into sight yet
        count, cursor = len(self._picture.branches), self._cursor
        for name, page in (("_first_row", max(self._rows, 1)), ("_first_column", self._columns)):
            first = min(getattr(self, name), max(count - page, 0))
            if cursor >= 0:
                first = min(max(first, cursor - page + 1), cursor)
            setattr(self, name, first)

    def on_resize(self) -> None:
        self._reveal()
        self.refresh()

    # What it paints

    def notify_style_update(self) -> None:
        self.refresh()
        super().notify_style_update()

    def render_line(self, y: int) -> Strip:
        ground = self.rich_style
        styles = text_styles(self)
        if not self._picture.branches:
            return self._notice(y, ground)
        row = self._first_row + y - 1
        if y == 0:
            line = self._header()
        elif y == self.size.height - 1:
            line = self._painted((Span("  "), *legend(self._picture)), ground, styles)
        elif row < len(self._picture.branches):
            line = self._row(row, ground, styles)
        else:
            line = []
        return Strip(line).adjust_cell_length(self.size.width, ground)

    def _notice(self, y: int, ground: Style) -> Strip:
        if y != self.size.height // 2:
            return Strip.blank(self.size.width, ground)
        muted = self.get_component_rich_style("heat-matrix--header", partial=True)
        text = "".join(span.text for span in fit((Span(self._empty),), min(cell_len(self._empty), self.size.width)))
        left = (self.size.width - cell_len(text)) // 2
        style = ground + Style(color=muted.color)
        return Strip([Segment(" " * left, ground), Segment(text, style)]).adjust_cell_length(self.size.width, ground)

    def _header(self) -> list[Segment]:
        style = self.get_component_rich_style("heat-matrix--header")
        mark = style + self._mark
        picture = self._picture
        end = min(self._first_column + self._columns, len(picture.branches))
        before = f"‹ {self._first_column} " if self._first_column else ""
        segments = [Segment(f"{before:>{self._columns_at}}", style)]
        for column in range(self._first_column, end):
            number = f"{'▾' if column == self._cursor else ''}{picture.places[column]}"
            segments.append(Segment(f"{number:>{CELL_WIDTH}}", mark if column == self._cursor else style))
            segments.append(Segment(" " * _GAP, style))
        more = len(picture.branches) - end
        segments.append(Segment(f"{more} ›" if more else "", style))
        rest = self.size.width - sum(cell_len(segment.text) for segment in segments)
        return [*segments, Segment(" " * max(rest, 0), style)]

    def _row(self, row: int, ground: Style, styles: dict[str, Style]) -> list[Segment]:
        picture, cursor = self._picture, self._cursor
        lit = self.get_component_rich_style("heat-matrix--lit")
        here = lit if row == cursor else ground
        name: Cell = cell(picture.branches[row], "strong" if row == cursor else "", _NAME_LIMIT * 2)
        label = (
            *fit((Span(str(picture.places[row])),), 3, Align.RIGHT),
            Span(" " * _GAP),
            *fit(name, self._name_width),
            Span(" " * _GAP),
        )
        mark = Segment(f"{'▌' if row == cursor else '':<{_MARK_WIDTH}}", here + self._mark)
        segments = [mark, *self._painted(label, here, styles)]
        for column in range(self._first_column, min(self._first_column + self._columns, len(picture.branches))):
            style = lit if cursor in (row, column) else ground
            segments += self._painted(fit(picture.cells[row][column], CELL_WIDTH, Align.RIGHT), style, styles)
            segments.append(Segment(" " * _GAP, here))
        return segments

    def _painted(self, spans: Iterable[Span], ground: Style, styles: dict[str, Style]) -> list[Segment]:
        return [Segment(text, ground + styles[style] if style in styles else ground) for text, style in spans]

    @property
    def _mark(self) -> Style:
        found = self.get_component_rich_style("heat-matrix--mark", partial=True)
        return Style(color=found.color, bold=found.bold)

    # What a person does

    def _ask_for(self, row: int) -> None:
        branches = self._picture.branches
        if branches:
            branch = branches[min(max(row, 0), len(branches) - 1)]
            # At once, and not when the answer comes: the next key may be here already.
            self.point_at(branch)
            self.post_message(self.Moved(branch))

    def action_cursor_down(self) -> None:
        self._ask_for(self._cursor + 1)

    def action_cursor_up(self) -> None:
        self._ask_for(self._cursor - 1)

    def action_cursor_first(self) -> None:
        self._ask_for(0)

    def action_cursor_last(self) -> None:
        self._ask_for(len(self._picture.branches) - 1)

    def action_columns_left(self) -> None:
        self._scroll(columns=-1)

    def action_columns_right(self) -> None:
        self._scroll(columns=1)

    def _scroll(self, *, rows: int = 0, columns: int = 0) -> None:
        count = len(self._picture.branches)
        self._first_row = min(max(self._first_row + rows, 0), max(count - self._rows, 0))
        self._first_column = min(max(self._first_column + columns, 0), max(count - self._columns, 0))
        self.refresh()

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        self._scroll(rows=1)
        event.stop()

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        self._scroll(rows=-1)
        event.stop()

    def on_click(self, event: events.Click) -> None:
        at = event.get_content_offset(self)
        row = self._first_row + at.y - 1 if at is not None else -1
        if at is not None and 0 < at.y < self.size.height - 1 and row < len(self._picture.branches):
            self._ask_for(row)
