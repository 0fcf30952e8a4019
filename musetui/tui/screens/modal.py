"""What all screens over a view share: how they are closed, by key and by mouse."""

from typing import ClassVar

from textual import events
from textual.await_complete import AwaitComplete
from textual.content import Content
from textual.screen import ModalScreen, ScreenResultType
from textual.style import Style

from musetui.tui.keymap import keymap_of


class Modal(ModalScreen[ScreenResultType]):
    """A screen over a view, which closes once, and only what it is itself.

    A key may reach it after another one has led to another view: closing then would close whatever is in front there,
    and where that is the view itself, the dashboard would end.

    Escape leaves it, and so do the keys that lead back elsewhere, what it says of that key, when it is clicked, and a
    click beside the dialog.

    Attributes:
        KEEPS_CLICKS: whether a click beside it does nothing, since it would lose what somebody typed; nor does a
            letter leave it that leads back elsewhere.
    """

    KEEPS_CLICKS: ClassVar[bool] = False

    def dismiss(self, result: ScreenResultType | None = None) -> AwaitComplete:
        return super().dismiss(result) if self.is_active else AwaitComplete()

    def action_give_up(self) -> None:
        """Leave it, and change nothing."""
        self.dismiss(None)

    def clicked_beside(self) -> None:
        """Hear of a click beside the dialog."""
        if not self.KEEPS_CLICKS:
            self.action_give_up()

    def on_key(self, event: events.Key) -> None:
        keymap = keymap_of(self.app)
        if event.key in (keymap.leaving_lines if self.KEEPS_CLICKS else keymap.leaving):
            event.prevent_default()
            event.stop()
            self.action_give_up()

    def on_click(self, event: events.Click) -> None:
        if self.get_widget_at(event.screen_x, event.screen_y)[0] is self:
            self.clicked_beside()

    def keys_line(self, *keys: tuple[str, str, str]) -> Content:
        """Return a line that says what keys do: each is a key, what it does, and the action of a click; "" for none."""
        keymap = keymap_of(self.app)
        parts: list[Content] = []
        for key, does, action in keys:
            style = Style.from_meta({"@click": action if "." in action else f"screen.{action}"}) if action else Style()
            parts.append(Content.styled(f"{keymap.told(key)} {does}", style))
        return Content(" · ").join(parts)
