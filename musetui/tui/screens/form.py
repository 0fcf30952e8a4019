"""What the forms share: a dialog whose fields are checked as one types, and that saves only what is right."""

from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Button, Input, Label, Static

from musetui.errors import MuseTuiError
from musetui.tui.screens.modal import Modal
from musetui.tui.widgets.address_picker import AddressPicker
from musetui.tui.widgets.choice import Choice

Draft = TypeVar("Draft")


class FormScreen(Modal[None], Generic[Draft]):
    """A dialog that writes what it says, and stays open, with all that was typed, where that fails.

    A form of ours says its fields (`fields`), reads them into a draft (`draft`, which raises `MuseTuiError` with the
    sentence to show) and foretells what saving it would bring (`forecast`).

    Args:
        write: writes a draft, and returns "" or the sentence that says why it could not.
    """

    BINDINGS = [Binding("ctrl+s", "save", "Save", show=False)]
    KEEPS_CLICKS = True
    TITLE_TEXT = ""
    SAVE_TEXT = "Save"

    def __init__(self, write: Callable[[Draft], Awaitable[str]]) -> None:
        super().__init__()
        self._write = write
        self._is_writing = False

    def fields(self) -> ComposeResult:
        """Compose the rows of the form."""
        raise NotImplementedError

    def draft(self) -> Draft:
        """Return what the fields say, or raise `MuseTuiError` with a sentence."""
        raise NotImplementedError

    def forecast(self, draft: Draft) -> list[tuple[str, str]]:
        """Return lines (style, safe text) that say what saving *draft* would bring."""
        raise NotImplementedError

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog form") as dialog:
            dialog.border_title = self.TITLE_TEXT
            dialog.border_subtitle = self.keys_line(
                ("ctrl+s", "saves", "save"), ("esc", "gives up", "give_up"), ("tab", "next field", "app.focus_next")
            )
            with VerticalScroll(classes="dialog-body", can_focus=False):
                yield from self.fields()
            yield Static(id="forecast", markup=False)
            with Horizontal(classes="buttons"):
                yield Button(f"{self.SAVE_TEXT} (ctrl+s)", variant="primary", id="save")
                yield Button("Give up (esc)", id="give-up")

    def row(self, label: str, *widgets: Input | Choice | AddressPicker | Static) -> Horizontal:
        """Return one row: a label and what belongs to it."""
        return Horizontal(Label(label, markup=False), Vertical(*widgets), classes="row")

    def on_mount(self) -> None:
        self.check()

    def check(self) -> None:
        """Show what is wrong with the fields, or what saving them would bring."""
        try:
            lines = self.forecast(self.draft())
        except MuseTuiError as error:
            lines = [("$text-muted", str(error))]
        parts: list[tuple[str, str] | str] = []
        for style, text in lines:
            parts += [(text, style), "\n"]
        self.query_one("#forecast", Static).update(Content.assemble(*parts[:-1]))

    @on(Input.Changed)
    @on(Choice.Changed)
    @on(AddressPicker.Changed)
    def _changed(self) -> None:
        self.check()

    @on(Input.Submitted)
    def _submitted(self) -> None:
        self.focus_next()

    @on(Button.Pressed)
    def _pressed(self, event: Button.Pressed) -> None:
        if event.button.id == "save":
            self.action_save()
        else:
            self.action_give_up()

    def action_save(self) -> None:
        try:
            draft = self.draft()
        except MuseTuiError as error:
            self._refuse(str(error))
            return
        if not self._is_writing:
            self._is_writing = True
            self.run_worker(self._save(draft), exit_on_error=False)

    async def _save(self, draft: Draft) -> None:
        try:
            why_not = await self._write(draft)
        finally:
            self._is_writing = False
        if why_not:
            self._refuse(why_not)
        else:
            self.dismiss(None)

    def _refuse(self, sentence: str) -> None:
        self.query_one("#forecast", Static).update(Content.assemble((f"! {sentence}", "$text-error bold")))
        self.app.bell()
