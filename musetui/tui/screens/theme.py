"""The choice among themes: the one under the cursor is seen at once, and is kept by enter alone."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from musetui.tui.screens.modal import Modal
from musetui.tui.theme_list import MEANS

if TYPE_CHECKING:
    from musetui.tui.looking import Looking


class ThemeScreen(Modal[None]):
    """Lists our own themes, then Textual's.

    Args:
        looking: the app whose theme is chosen.
    """

    BINDINGS = [
        Binding("q", "give_up", "Give up", show=False),
        Binding("j", "move('down')", "Down", show=False),
        Binding("k", "move('up')", "Up", show=False),
    ]

    def __init__(self, looking: "Looking[Any]") -> None:
        super().__init__(classes="-see-through")
        self._looking = looking
        self._before = looking.theme

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog themes") as dialog:
            dialog.border_title = "Theme"
            dialog.border_subtitle = self.keys_line(("enter", "keeps", "keep"), ("esc", "gives up", "give_up"))
            yield OptionList(*self._options(), compact=True)

    def _options(self) -> Iterable[Option]:
        others = sorted(set(self._looking.available_themes) - set(MEANS))
        for name in (*MEANS, *others):
            means = MEANS.get(name, "of Textual")
            yield Option(Content.assemble(f"{name:<27}", (means, "$foreground-muted")), id=name)

    def on_mount(self) -> None:
        themes = self.query_one(OptionList)
        themes.highlighted = themes.get_option_index(self._before)

    @on(OptionList.OptionHighlighted)
    def _seen(self, event: OptionList.OptionHighlighted) -> None:
        # Only the last of several, where keys come faster than themes can be painted.
        if event.option_id is not None and event.option_id == self._here:
            self._looking.theme = event.option_id

    @property
    def _here(self) -> str | None:
        option = self.query_one(OptionList).highlighted_option
        return option.id if option is not None else None

    @on(OptionList.OptionSelected)
    def _chosen(self) -> None:
        self.action_keep()

    def action_keep(self) -> None:
        if (name := self._here) is not None:
            self._looking.choose_theme(name)
        self.dismiss(None)

    def action_move(self, way: str) -> None:
        themes = self.query_one(OptionList)
        if way == "down":
            themes.action_cursor_down()
        else:
            themes.action_cursor_up()

    def action_give_up(self) -> None:
        self._looking.theme = self._before
        self.dismiss(None)
