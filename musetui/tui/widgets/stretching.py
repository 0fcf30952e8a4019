"""The height of what is scrolled, changed without a layout of the whole screen where nothing else depends on it."""

from textual.geometry import Size
from textual.scroll_view import ScrollView


def stretch(view: ScrollView, height: int) -> None:
    """Have *view* scroll over *height* lines."""
    if height == view.virtual_size.height:
        return
    size = Size(0, height)
    styles = view.styles
    has_bar = styles.overflow_y == "scroll" or (bool(view.container_size) and height > view.container_size.height)
    if has_bar is not view.show_vertical_scrollbar or styles.is_auto_height:
        view.virtual_size = size
        return
    # A layout of the whole screen costs more than all else here, and nothing but the scroll bar's thumb differs.
    view.set_reactive(ScrollView.virtual_size, size)
    if view.show_vertical_scrollbar:
        view.vertical_scrollbar.window_virtual_size = height
    view.scroll_y = view.scroll_y  # brings it into the new range
    view.scroll_target_y = view.scroll_y
