"""The form for a reservation; it warns of conflicts before anything is saved."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from textual import on
from textual.app import ComposeResult
from textual.suggester import SuggestFromList
from textual.widgets import Input

from musetui.coordination.checks import check_addresses, check_name, check_ttl
from musetui.durations import format_duration, parse_duration
from musetui.errors import MuseTuiError
from musetui.records.kinds import OPERATIONS
from musetui.records.text import counted, safe_text
from musetui.tui.screens.form import FormScreen
from musetui.tui.widgets.address_picker import AddressPicker
from musetui.tui.widgets.choice import Choice
from musetui.tui.widgets.line_input import LineInput

if TYPE_CHECKING:
    from musetui.forecast.conflict import Conflict

LEASES = ("15m", "30m", "1h", "4h", "12h")
NO_OPERATION = "unsaid"
SHOWN_CONFLICTS = 4


@dataclass(frozen=True, slots=True)
class ReservationDraft:
    """A reservation as a person filled it in."""

    addresses: tuple[str, ...]
    run_id: str
    operation: str | None
    ttl: timedelta
    branch: str


@dataclass(frozen=True, slots=True)
class ReserveContext:
    """What the form is given to know.

    Attributes:
        known: gives every known address.
        probe: foretells the conflicts of addresses that a run would have, for an operation or for none.
    """

    run_id: str
    branch: str
    branches: Sequence[str]
    known: Callable[[], Sequence[str]]
    probe: Callable[[Sequence[str], str, str | None], "Sequence[Conflict]"]
    addresses: tuple[str, ...] = ()


def lease_length(text: str) -> timedelta:
    """Return the lease that *text* such as `90m` says, or raise `MuseTuiError` with a sentence."""
    return check_ttl(parse_duration(text))


class ReserveForm(FormScreen[ReservationDraft]):
    """Reserve addresses for a run."""

    TITLE_TEXT = "New reservation"
    SAVE_TEXT = "Reserve"

    def __init__(self, context: ReserveContext, write: Callable[[ReservationDraft], Awaitable[str]]) -> None:
        super().__init__(write)
        self._given = context

    def fields(self) -> ComposeResult:
        context = self._given
        yield self.row("Addresses", AddressPicker(context.known, context.addresses, id="addresses"))
        yield self.row("Run id", LineInput(context.run_id, id="run", max_length=512))
        yield self.row("Operation", Choice((NO_OPERATION, *OPERATIONS), "modify", id="operation"))
        yield self.row(
            "Lease", Choice(LEASES, "1h", id="preset"), LineInput("1h", id="lease", placeholder="90m, 2h, 1d")
        )
        suggester = SuggestFromList(context.branches, case_sensitive=True)
        yield self.row("Branch", LineInput(context.branch, id="branch", suggester=suggester, max_length=512))

    @on(Choice.Changed, "#preset")
    def _preset(self, event: Choice.Changed) -> None:
        self.query_one("#lease", Input).value = event.value

    @on(Input.Changed, "#lease")
    def _lease_typed(self, event: Input.Changed) -> None:
        self.query_one("#preset", Choice).choose(event.value.strip())

    def draft(self) -> ReservationDraft:
        addresses = tuple(self.query_one(AddressPicker).addresses)
        run_id = self.query_one("#run", Input).value.strip()
        if not addresses:
            raise MuseTuiError("Type an address, such as src/billing.py::compute_total.")
        if not run_id:
            raise MuseTuiError("Say which run holds them: fill in the run id.")
        operation = self.query_one("#operation", Choice).value
        return ReservationDraft(
            addresses=check_addresses(addresses),
            run_id=check_name(run_id, "run id"),
            operation=None if operation == NO_OPERATION else operation,
            ttl=lease_length(self.query_one("#lease", Input).value),
            branch=check_name(self.query_one("#branch", Input).value, "branch", empty=True),
        )

    def forecast(self, draft: ReservationDraft) -> list[tuple[str, str]]:
        conflicts = self._given.probe(draft.addresses, draft.run_id, draft.operation)
        if not conflicts:
            return [("$text-success", f"✓ nobody else holds these; yours for {format_duration(draft.ttl)}")]
        lines = [
            ("$text-warning bold", f"▲ would collide in {counted(len(conflicts), 'place')}; saving is still allowed")
        ]
        lines += [
            ("$text-warning", f"  {conflict.confidence:.2f} {safe_text(conflict.description, 300)}")
            for conflict in conflicts[:SHOWN_CONFLICTS]
        ]
        if len(conflicts) > SHOWN_CONFLICTS:
            lines.append(("$text-warning", f"  and {len(conflicts) - SHOWN_CONFLICTS} more"))
        return lines
