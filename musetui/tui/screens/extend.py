"""The question before a lease is extended: by how long, and what that means."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from textual import on
from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Input, Static

from musetui.durations import format_duration
from musetui.tui.screens.form import FormScreen
from musetui.tui.screens.reserve import LEASES, lease_length
from musetui.tui.widgets.choice import Choice
from musetui.tui.widgets.line_input import LineInput


class ExtendForm(FormScreen[timedelta]):
    """Asks for the time by which a lease grows, counted from its end, or from now where it has ended.

    Args:
        facts: what is extended, one safe line each.
        expires_at: the lease's end as it stands (aware).
        now: this moment (aware).
        write: extends it; as for all forms.
    """

    TITLE_TEXT = "Extend the lease?"
    SAVE_TEXT = "Extend"

    def __init__(
        self, facts: list[str], expires_at: datetime, now: datetime, write: Callable[[timedelta], Awaitable[str]]
    ) -> None:
        super().__init__(write)
        self._facts = facts
        self._from = max(expires_at, now)
        self._expires_at = expires_at

    def fields(self) -> ComposeResult:
        yield Static(Content("\n".join(self._facts)), markup=False, classes="facts")
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
        was = self._expires_at.astimezone()
        until = (self._from + draft).astimezone()
        day = "" if until.date() == was.date() else f"{until:%Y-%m-%d} "
        more = format_duration(until - was)
        return [("$text-success", f"✓ ends at {day}{until:%H:%M:%S} instead of {was:%H:%M:%S} (+{more})")]
