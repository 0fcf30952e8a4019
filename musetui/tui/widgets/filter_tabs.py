"""The saved filters of a list as tabs, each with how many rows it shows now."""

from musetui.tui.widgets.title_strip import TitleStrip


class FilterTabs(TitleStrip):
    """Not there while no filter is saved; a click shows what one shows."""

    DEFAULT_CSS = """
    FilterTabs { display: none; }
    FilterTabs.-some { display: block; }
    """

    class Picked(TitleStrip.Picked):
        """The tab of a saved filter was clicked; "" is that of all rows."""
