"""What all screens over a view share: they close themselves and nothing else."""

from textual.await_complete import AwaitComplete
from textual.screen import ModalScreen, Screen, ScreenResultType


class ClosesItself(Screen[ScreenResultType]):
    """A screen over another one, which closes once, and only what it is itself.

    A key may reach it after another one has led to another view: closing then would close whatever is in front there,
    and where that is the view itself, the dashboard would end.
    """

    def dismiss(self, result: ScreenResultType | None = None) -> AwaitComplete:
        return super().dismiss(result) if self.is_active else AwaitComplete()


class Modal(ClosesItself[ScreenResultType], ModalScreen[ScreenResultType]):
    """A dialog."""
