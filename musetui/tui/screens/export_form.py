"""The form of an export: as what, and to which file; or to the clipboard."""

from collections.abc import Awaitable, Callable, Sequence
from typing import NamedTuple

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Button, Input, Label, Static

from musetui.errors import MuseTuiError
from musetui.tui.screens.modal import Modal
from musetui.tui.widgets.choice import Choice

Tell = Callable[[str], None]
"""Shows how far it has got; safe text."""


class Format(NamedTuple):
    """One way to export.

    Attributes:
        name: what it is called; its first letter chooses it.
        ending: what the names of its files end with, without the dot.
        proposed: a name for the file.
        holds: what will be in it: safe text.
        write: writes it to the file that is named, or with None copies it; returns the sentence to say. *may_number*:
            whether nobody chose the name. Raises `MuseTuiError` with a sentence for the form.
        hides: whether the form must have gone before.
    """

    name: str
    ending: str
    proposed: str
    holds: str
    write: Callable[[str | None, bool, Tell], Awaitable[str]]
    hides: bool = False


class ExportForm(Modal[None]):
    """Asks what a list is exported as, and does it; a refusal leaves the form as it is.

    Args:
        title: what is exported: safe text.
        formats: the ways there are.
        where: says where a file of the name typed would be: safe text; or raises `MuseTuiError`.
        defer: has something done when the form has gone, and what comes of it told.
    """

    BINDINGS = [
        Binding("enter,ctrl+s", "write", "Write", show=False),
        Binding("ctrl+y", "copy", "Copy", show=False),
    ]
    KEEPS_CLICKS = True

    def __init__(
        self,
        title: str,
        formats: Sequence[Format],
        where: Callable[[str], str],
        defer: Callable[[Awaitable[str]], None],
    ) -> None:
        super().__init__()
        self._title = title
        self._formats = {each.name: each for each in formats}
        self._where = where
        self._defer = defer
        self._is_writing = False

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog form") as dialog:
            dialog.border_title = Content(self._title)
            dialog.border_subtitle = self.keys_line(
                ("enter", "writes", "write"),
                ("ctrl+y", "copies", "copy"),
                ("esc", "gives up", "give_up"),
                ("tab", "next field", "app.focus_next"),
            )
            first = next(iter(self._formats.values()))
            yield self._row("as", Choice(tuple(self._formats), first.name, id="format"))
            yield self._row("file", Input(first.proposed, id="file", select_on_focus=False))
            yield Static(id="forecast", markup=False)
            with Horizontal(classes="buttons"):
                yield Button("Write (enter)", variant="primary", id="write")
                yield Button("Copy (ctrl+y)", id="copy")
                yield Button("Give up (esc)", id="give-up")

    def _row(self, label: str, widget: Input | Choice) -> Horizontal:
        return Horizontal(Label(label, markup=False), Vertical(widget), classes="row")

    def on_mount(self) -> None:
        self.query_one(Choice).focus()
        self._check()

    @property
    def _format(self) -> Format:
        return self._formats[self.query_one(Choice).value]

    @property
    def _is_proposed(self) -> bool:
        return any(self._typed == each.proposed for each in self._formats.values())

    @property
    def _typed(self) -> str:
        return self.query_one(Input).value

    def key_j(self) -> None:
        self._choose("j")

    def key_c(self) -> None:
        self._choose("c")

    def key_m(self) -> None:
        self._choose("m")

    def key_s(self) -> None:
        self._choose("s")

    def key_r(self) -> None:
        self._choose("r")

    def _choose(self, letter: str) -> None:
        name = next((name for name in self._formats if name.lower().startswith(letter)), "")
        choice = self.query_one(Choice)
        if name and not self.query_one(Input).has_focus and name != choice.value:
            choice.choose(name)
            self._chosen()

    @on(Choice.Changed)
    def _chosen(self) -> None:
        """Have the file's name end as the format does, whether it was proposed or typed."""
        line = self.query_one(Input)
        if self._is_proposed:
            line.value = self._format.proposed
        else:
            stem, dot, ending = line.value.rpartition(".")
            if dot and ending in {each.ending for each in self._formats.values()}:
                line.value = f"{stem}.{self._format.ending}"
        self._check()

    @on(Input.Changed)
    def _check(self) -> None:
        try:
            lines = [self._format.holds, f"to {self._where(self._typed)}"]
        except MuseTuiError as error:
            lines = [self._format.holds, str(error)]
        self._tell("\n".join(lines))

    def _tell(self, text: str) -> None:
        self.query_one("#forecast", Static).update(Content(text))

    @on(Input.Submitted)
    def _submitted(self) -> None:
        self.action_write()

    @on(Button.Pressed)
    def _pressed(self, event: Button.Pressed) -> None:
        if event.button.id == "write":
            self.action_write()
        elif event.button.id == "copy":
            self.action_copy()
        else:
            self.action_give_up()

    def action_write(self) -> None:
        try:
            self._where(self._typed)
        except MuseTuiError as error:
            self._refuse(str(error))
        else:
            self._begin(self._typed)

    def action_copy(self) -> None:
        self._begin(None)

    def _begin(self, name: str | None) -> None:
        chosen = self._format
        if chosen.hides:
            work = chosen.write(name, self._is_proposed, lambda _: None)
            self.dismiss(None)
            self._defer(work)
        elif not self._is_writing:
            self._is_writing = True
            # The form's own worker: who gives up meanwhile does not get the file.
            self.run_worker(self._write(chosen, name), exit_on_error=False)

    async def _write(self, chosen: Format, name: str | None) -> None:
        try:
            told = await chosen.write(name, self._is_proposed, self._tell)
        except MuseTuiError as error:
            self._refuse(str(error))
        else:
            self.app.notify(told, markup=False)
            self.dismiss(None)
        finally:
            self._is_writing = False

    def _refuse(self, sentence: str) -> None:
        self.query_one("#forecast", Static).update(Content.assemble((f"! {sentence}", "$text-error bold")))
        self.app.bell()
