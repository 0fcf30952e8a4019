"""What the app does about how it looks: it starts as the person wants it, and keeps what is chosen."""

import os
from difflib import get_close_matches
from typing import TYPE_CHECKING, TypeVar

from textual import events
from textual.widgets import Input

from musetui.records.text import safe_text
from musetui.tui.keymap import keymap_of
from musetui.tui.looks import Looks, looks_file, read_choices
from musetui.tui.plain_signs import PlainSigns, has_signs
from musetui.tui.themes import PLAIN, THEMES, first_theme, grounds_of, other_half
from musetui.tui.thrifty_stylesheet import ThriftyStylesheet
from musetui.tui.typing_ahead import TypingAhead

COMPACT = "-compact"
"""The app's class where there is to be much on the screen."""

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.driver import Driver
    from textual.filter import LineFilter

    from musetui.settings import Settings

Result = TypeVar("Result")

ONLY_OWN = "NO_COLOR is set: only the terminal's own colours are used."


class Looking(TypingAhead[Result]):
    """An app that looks as its person wants it to.

    Attributes:
        looks: what was chosen, here and in the settings.
        is_calm: whether nothing moves or blinks, and news is painted once a second.
    """

    def __init__(self, settings: "Settings", driver_class: "type[Driver] | None") -> None:
        # Textual takes NO_COLOR out of the environment when it starts, so it is read before.
        without_color = bool(os.environ.get("NO_COLOR"))
        super().__init__(ansi_color=True if without_color else None, driver_class=driver_class)
        self.stylesheet = ThriftyStylesheet(variables=self.get_css_variables())
        self._looks_file = looks_file(settings.state)
        self._wanted_theme = settings.theme
        # Read here and now: the first paint has the right colours already.
        self.looks = Looks(settled_looks(settings), settings.firm, read_choices(self._looks_file))
        for theme in THEMES:
            self.register_theme(theme)
        wanted = str(self.looks.get("theme") or "")
        self._signs = () if has_signs(settings.glyphs, os.environ, driver_class) else (PlainSigns(),)
        self.is_calm = settings.reduced_motion
        if self.is_calm:
            self.animation_level = "none"
        self.theme = PLAIN if without_color else first_theme(wanted, os.environ, self.available_themes)

    def on_mount(self) -> None:
        self._show_density()
        wanted = self._wanted_theme
        if wanted and wanted not in self.available_themes:
            nearest = get_close_matches(wanted, self.available_themes, 1, 0.0)[0]
            self.notify(
                f"There is no theme {safe_text(wanted, 60)!r}; the nearest is {nearest}.",
                severity="warning",
                markup=False,
            )

    def get_line_filters(self) -> "Sequence[LineFilter]":
        return [*super().get_line_filters(), *self._signs]

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        if self.is_calm and isinstance(event.widget, Input):
            event.widget.cursor_blink = False

    def get_theme_variable_defaults(self) -> dict[str, str]:
        return grounds_of(self.current_theme)

    def choose_theme(self, name: str) -> None:
        """Have the theme *name*, now and the next time."""
        self.theme = name
        self.looks.choose("theme", name)

    def action_toggle_dark(self) -> None:
        other = other_half(self.current_theme)
        if self.no_color:
            self.notify(ONLY_OWN, markup=False)
        elif other is None:
            others = keymap_of(self).first("choose_theme")
            self.notify(f"This theme is as dark as your terminal is: {others} has others.", markup=False)
        else:
            self.choose_theme(other.name)

    def action_toggle_density(self) -> None:
        self.looks.choose("density", "comfortable" if self.looks.get("density") == "compact" else "compact")
        self._show_density()

    def _show_density(self) -> None:
        is_compact = self.looks.get("density") == "compact"
        if self.has_class(COMPACT) is not is_compact:
            self.set_class(is_compact, COMPACT, update=False)
            self.refresh_css(animate=False)

    def action_choose_theme(self) -> None:
        from musetui.tui.screens.theme import ThemeScreen

        if self.no_color:
            self.notify(ONLY_OWN, markup=False)
        else:
            self.push_screen(ThemeScreen(self))


def settled_looks(settings: "Settings") -> dict[str, object]:
    """Return what *settings* say of looks, as JSON has it, by the names of choices."""
    columns = settings.tables.get("columns", {})
    assert isinstance(columns, dict)
    chosen = {f"columns.{name}": keys for name, keys in columns.items()}
    return {"theme": settings.theme, "density": settings.density, **chosen}
