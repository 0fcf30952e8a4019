"""The dashboard's panes: their names, titles and places."""

PANES = ("local", "remote", "conflicts", "intents", "detail", "activity")
COUNTED = ("local", "remote", "conflicts", "intents")
LISTS = (*COUNTED, "activity")
TITLES = {
    "local": "Reservations · local",
    "remote": "Reservations · remote",
    "conflicts": "Conflicts",
    "intents": "Intents",
    "detail": "Detail",
    "activity": "Activity",
}
PARENTS = {
    "local": ("upper", "left"),
    "remote": ("upper", "left"),
    "conflicts": ("upper", "right"),
    "intents": ("upper", "right"),
    "detail": ("lower",),
    "activity": ("lower",),
}
SMALLEST_SIDE_BY_SIDE = (100, 30)
"""Cells in width and height below which panes become tabs."""

SMALLEST_WITH_DETAIL = 20
"""Lines below which a small terminal shows the list alone, without the detail of its selected record."""


def is_small(width: int, height: int) -> bool:
    """Return whether a terminal of so many cells is too small to show the panes side by side."""
    return width < SMALLEST_SIDE_BY_SIDE[0] or height < SMALLEST_SIDE_BY_SIDE[1]
