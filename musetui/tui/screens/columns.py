"""The choice of a list's columns: the list shows at once what is chosen."""

from typing import TYPE_CHECKING, Any

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.widgets import Button

from musetui.tui.screens.modal import Modal
from musetui.tui.widgets.column_picker import ColumnPicker

if TYPE_CHECKING:
    from musetui.tui.looks import Looks
    from musetui.tui.widgets.record_table import RecordTable


class ColumnsScreen(Modal[None]):
    """Chooses the columns of one list.

    Args:
        table: the list.
        looks: where what is chosen is kept; None for nowhere.
    """

    BINDINGS = [
        Binding("enter", "keep", "Keep", show=False),
        Binding("q", "give_up", "Give up", show=False),
        Binding("u", "as_usual", "As usual", show=False),
    ]

    def __init__(self, table: "RecordTable[Any]", looks: "Looks | None") -> None:
        super().__init__(classes="-see-through")
        self._table = table
        self._looks = looks
        self._before = table.shown_columns

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog columns") as dialog:
            dialog.border_title = "Columns"
            dialog.border_subtitle = self.keys_line(("space", "shows or hides", ""), ("shift+↑↓", "moves", ""))
            with VerticalScroll(classes="dialog-body", can_focus=False):
                yield ColumnPicker(self._table.all_columns, self._before)
            with Horizontal(classes="buttons"):
                yield Button("Keep (enter)", variant="primary", id="keep")
                yield Button("As usual (u)", id="usual")
                yield Button("Give up (esc)", id="give-up")

    def on_mount(self) -> None:
        self.query_one(ColumnPicker).focus()

    @on(ColumnPicker.Changed)
    def _changed(self, event: ColumnPicker.Changed) -> None:
        self._table.show_columns(event.keys)

    @on(Button.Pressed)
    async def _pressed(self, event: Button.Pressed) -> None:
        await self.run_action({"keep": "keep", "usual": "as_usual"}.get(str(event.button.id), "give_up"))

    def action_keep(self) -> None:
        keys = self.query_one(ColumnPicker).keys
        name = f"columns.{self._table.list_name}"
        if self._looks is not None:
            self._looks.choose(name, keys)
        self.dismiss(None)

    def action_as_usual(self) -> None:
        self.query_one(ColumnPicker).as_usual()

    def action_give_up(self) -> None:
        self._table.show_columns([column.key for column in self._before])
        self.dismiss(None)
