"""A view of several panes: side by side where there is room, one at a time with tabs where there is not, or zoomed."""

from collections.abc import Mapping
from typing import ClassVar

from textual import events, on

from musetui.tui.clock import Clock, now_utc
from musetui.tui.looks import looks_of
from musetui.tui.panes import SMALLEST_WITH_DETAIL, is_small
from musetui.tui.screens.view import View
from musetui.tui.widgets.panes import Panes
from musetui.tui.widgets.tab_strip import TabStrip

STEP_ACROSS, STEP_DOWN = 4, 1
"""Cells by which a pane becomes wider or taller with each key."""


class PanedView(View):
    """Arranges the panes that a view composes, below a `TabStrip` of its own.

    Attributes:
        PARENTS: the panes by id, in the order of tab, each with the ids of the boxes that it lies in, `upper` or
            `lower` first; the detail lies in `lower`.
        ARRANGED: what the view is called where the sizes of its panes are kept.
    """

    PARENTS: ClassVar[Mapping[str, tuple[str, ...]]]
    ARRANGED: ClassVar[str]

    def __init__(self, read_only: str = "", clock: Clock = now_utc) -> None:
        super().__init__(read_only, clock)
        self._panes = tuple(self.PARENTS)
        self._current = self._panes[0]
        self._zoomed = False
        self._arrangement: tuple[object, ...] = ()

    def tab_title(self, name: str) -> str:
        """Return what stands on the tab of a pane."""
        raise NotImplementedError

    def show_tabs(self) -> None:
        """Show the tabs anew."""
        tabs = tuple((name, self.tab_title(name)) for name in self._panes)
        for strip in self.query(TabStrip):  # none any more, while the dashboard ends
            strip.tell(tabs, self._current)

    def on_resize(self, event: events.Resize) -> None:
        if self.is_composed:
            self.place_panes()

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        if event.widget.id in self._panes:
            self._current = event.widget.id
            self.place_panes()

    def place_panes(self) -> None:
        """Show one pane or all, whichever the terminal has room for and the person asked for."""
        small = is_small(*self.size)
        single = small or self._zoomed
        has_detail = (
            "lower" not in self.PARENTS[self._current] and not self._zoomed and self.size.height >= SMALLEST_WITH_DETAIL
        )
        classes = {"-small": small, "-single": single, "-list": has_detail}
        arrangement = (self._current if single else "", *classes.values())
        if arrangement != self._arrangement:
            self._arrangement = arrangement
            self.update_classes(classes, update=False)
            shown = {self._current, *self.PARENTS[self._current]}
            for name in dict.fromkeys((*self._panes, *(box for boxes in self.PARENTS.values() for box in boxes))):
                self.query_one(f"#{name}").set_class(name in shown, "-current", update=False)
            # Once for all of them: each change alone would work out the styles of everything below it.
            self.update_node_styles(animate=False)
            self._arrange()
        self.show_tabs()

    # How large the panes are

    @property
    def _shares(self) -> dict[str, int]:
        """What was chosen, by the boxes that the panes lie in."""
        looks = looks_of(self.app)
        chosen = looks.get(f"panes.{self.ARRANGED}") if looks is not None else None
        return dict(chosen) if isinstance(chosen, dict) else {}

    def _arrange(self) -> None:
        is_single = self.has_class("-single")
        self.query_one(Panes).give_shares({} if is_single else self._shares)

    @on(Panes.Resized)
    def _keep_sizes(self, event: Panes.Resized) -> None:
        looks = looks_of(self.app)
        if looks is not None:
            looks.choose(f"panes.{self.ARRANGED}", {**self._shares, event.split: event.share})

    def _grow(self, by: int, *, is_across: bool) -> None:
        if self.has_class("-single"):
            self.app.notify("There is one pane alone: no other to take room from.", markup=False)
        else:
            self.query_one(Panes).grow(self.query_one(f"#{self._current}"), by, is_across=is_across)

    def action_wider(self) -> None:
        self._grow(STEP_ACROSS, is_across=True)

    def action_narrower(self) -> None:
        self._grow(-STEP_ACROSS, is_across=True)

    def action_taller(self) -> None:
        self._grow(STEP_DOWN, is_across=False)

    def action_shorter(self) -> None:
        self._grow(-STEP_DOWN, is_across=False)

    def action_usual_sizes(self) -> None:
        looks = looks_of(self.app)
        if looks is not None:
            looks.forget(f"panes.{self.ARRANGED}")
        self._arrange()

    @on(TabStrip.Picked)
    def _picked(self, event: TabStrip.Picked) -> None:
        self.go_to(event.tab)

    def action_zoom(self) -> None:
        self._zoomed = not self._zoomed
        self.place_panes()

    def action_next_pane(self) -> None:
        self.go_to(self._panes[(self._panes.index(self._current) + 1) % len(self._panes)])

    def action_previous_pane(self) -> None:
        self.go_to(self._panes[(self._panes.index(self._current) - 1) % len(self._panes)])

    def go_to(self, name: str) -> None:
        """Put the focus on a pane, and show it."""
        self._current = name
        self.place_panes()
        # At once, and not by a message: the next key may be here already.
        self.set_focus(self.query_one(f"#{name}"))
