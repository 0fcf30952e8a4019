"""What all screens over a view share."""

from textual.await_complete import AwaitComplete
from textual.screen import ModalScreen, ScreenResultType


class Modal(ModalScreen[ScreenResultType]):
    """A screen over a view, which closes once, and only what it is itself.

    A key may reach it after another one has led to another view: closing then would close whatever is in front there,
    and where that is the view itself, the dashboard would end.
    """

    def dismiss(self, result: ScreenResultType | None = None) -> AwaitComplete:
        return super().dismiss(result) if self.is_active else AwaitComplete()
