"""The panes as tabs, in one line, for terminals too small to show them side by side."""

from musetui.tui.widgets.title_strip import TitleStrip


class TabStrip(TitleStrip):
    """Shows the titles of panes; a click goes to one."""

    class Picked(TitleStrip.Picked):
        """The tab of a pane was clicked."""
