"""The form for an intent on a reservation."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Input, Static

from musetui.coordination.checks import check_name, check_prose
from musetui.errors import MuseTuiError
from musetui.records.kinds import INTENT_OPERATIONS
from musetui.records.text import safe_text
from musetui.tui.screens.form import FormScreen
from musetui.tui.widgets.choice import Choice
from musetui.tui.widgets.line_input import LineInput

SHOWN_ADDRESSES = 6


@dataclass(frozen=True, slots=True)
class IntentDraft:
    """An intent as a person filled it in."""

    reservation_id: str
    addresses: tuple[str, ...]
    run_id: str
    operation: str
    detail: str
    branch: str


class IntentForm(FormScreen[IntentDraft]):
    """Announce what a run will do to what it holds.

    Args:
        reservation_id, addresses, run_id, branch: of the reservation that the intent extends.
        write: writes it; as for all forms.
    """

    TITLE_TEXT = "New intent"
    SAVE_TEXT = "Announce"

    def __init__(
        self,
        reservation_id: str,
        addresses: tuple[str, ...],
        run_id: str,
        branch: str,
        write: Callable[[IntentDraft], Awaitable[str]],
    ) -> None:
        super().__init__(write)
        self._reservation_id = reservation_id
        self._addresses = addresses
        self._run_id = run_id
        self._branch = branch

    def fields(self) -> ComposeResult:
        shown = [safe_text(address, 200) for address in self._addresses[:SHOWN_ADDRESSES]]
        if len(self._addresses) > SHOWN_ADDRESSES:
            shown.append(f"and {len(self._addresses) - SHOWN_ADDRESSES} more")
        yield self.row("On", Static(Content("\n".join(shown)), markup=False, classes="fact"))
        first, second = INTENT_OPERATIONS[:4], INTENT_OPERATIONS[4:]
        yield self.row("Operation", Choice(first, first[0], id="first"), Choice(second, " ", id="second"))
        yield self.row(
            "Detail", LineInput(id="detail", placeholder="rename to compute_invoice_total", max_length=4_000)
        )
        yield self.row("Run id", LineInput(self._run_id, id="run", max_length=512))
        yield self.row("Branch", LineInput(self._branch, id="branch", max_length=512))

    def on_mount(self) -> None:
        # Eight words do not fit into one line of 80 cells: two lines, of which only one has the mark.
        self._operation = INTENT_OPERATIONS[0]
        self.query_one("#second", Choice).choose("")
        super().on_mount()

    def on_choice_changed(self, event: Choice.Changed) -> None:
        self._operation = event.value
        other = "#second" if event.choice.id == "first" else "#first"
        self.query_one(other, Choice).choose("")

    def draft(self) -> IntentDraft:
        run_id = self.query_one("#run", Input).value.strip()
        if not run_id:
            raise MuseTuiError("Say whose intent it is: fill in the run id.")
        return IntentDraft(
            reservation_id=self._reservation_id,
            addresses=self._addresses,
            run_id=check_name(run_id, "run id"),
            operation=self._operation,
            detail=check_prose(self.query_one("#detail", Input).value.strip(), "detail", empty=True),
            branch=check_name(self.query_one("#branch", Input).value, "branch", empty=True),
        )

    def forecast(self, draft: IntentDraft) -> list[tuple[str, str]]:
        said = f" – {safe_text(draft.detail, 120)}" if draft.detail else ""
        return [("$text-success", f"✓ {safe_text(draft.run_id, 60)} will {draft.operation}{said}")]
