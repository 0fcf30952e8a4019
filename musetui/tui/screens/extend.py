"""The question before a lease is extended: by how long, and what that means."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta

from textual import on
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Input, Static

from musetui.durations import format_duration
from musetui.tui.screens.form import FormScreen
from musetui.tui.screens.reserve import LEASES, lease_length
from musetui.tui.widgets.choice import Choice
from musetui.tui.widgets.line_input import LineInput


class ExtendForm(FormScreen[timedelta]):
    """Asks for the time by which leases grow, each counted from its end, or from now where it has ended.

    Args:
        facts: what is extended, one safe line each.
        ends: the ends of the leases as they stand (aware), at least one.
        now: this moment (aware).
        write: extends them; as for all forms.
    """

    TITLE_TEXT = "Extend the lease?"
    SAVE_TEXT = "Extend"

    def __init__(
        self, facts: list[str], ends: Sequence[datetime], now: datetime, write: Callable[[timedelta], Awaitable[str]]
    ) -> None:
        super().__init__(write)
        self._facts = facts
        self._now = now
        self._ends = sorted(ends)

    def on_mount(self) -> None:
        if len(self._ends) > 1:
            self.query_one(".dialog").border_title = f"Extend {len(self._ends):,} leases?"

    def fields(self) -> ComposeResult:
        facts = Static(Content("\n".join(self._facts)), markup=False, classes="facts")
        # Of many, the list scrolls in a window of its own, and the field stays in sight.
        yield VerticalScroll(facts, classes="many") if len(self._ends) > 1 else facts
        yield self.row(
            "By", Choice(LEASES, "30m", id="preset"), LineInput("30m", id="lease", placeholder="90m, 2h, 1d")
        )

    @on(Choice.Changed, "#preset")
    def _preset(self, event: Choice.Changed) -> None:
        self.query_one("#lease", Input).value = event.value

    @on(Input.Changed, "#lease")
    def _lease_typed(self, event: Input.Changed) -> None:
        self.query_one("#preset", Choice).choose(event.value.strip())

    def draft(self) -> timedelta:
        return lease_length(self.query_one("#lease", Input).value)

    def forecast(self, draft: timedelta) -> list[tuple[str, str]]:
        first = self._change(self._ends[0], draft)
        if len(self._ends) == 1:
            return [("$text-success", f"✓ ends at {first}")]
        last = self._change(self._ends[-1], draft)
        return [("$text-success", f"✓ the first ends at {first}"), ("$text-success", f"✓ the last at {last}")]

    def _change(self, ends: datetime, by: timedelta) -> str:
        was = ends.astimezone()
        until = (max(ends, self._now) + by).astimezone()
        day = "" if until.date() == was.date() else f"{until:%Y-%m-%d} "
        return f"{day}{until:%H:%M:%S} instead of {was:%H:%M:%S} (+{format_duration(until - was)})"
