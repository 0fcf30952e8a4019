"""How the presentation's style names look, in lists and in running text alike."""

from rich.style import Style
from textual.style import Style as VisualStyle
from textual.widget import Widget

STYLES = {
    "strong": "bold",
    "dim": "$foreground-muted",
    "active": "$success",
    "expiring": "$warning bold",
    "released": "$foreground-muted",
    "expired": "$foreground-muted",
    "silent": "$warning",
    "remote": "$secondary",
    "high": "$error bold",
    "medium": "$warning",
    "low": "$secondary",
    "match": "$accent bold underline",
}
"""By the names of `presentation.cells.Style`. One table in place of component classes, of which Textual would work out
the styles anew for every list at every change of focus."""


def text_styles(widget: Widget) -> dict[str, Style]:
    """Return, by name, the styles of text on the ground of *widget*; none of them has a ground of its own."""
    ground = widget.visual_style
    found: dict[str, Style] = {}
    for name, text in STYLES.items():
        style: VisualStyle = widget.app.stylesheet.parse_style(text)
        seen = (ground + style).rich_style
        found[name] = Style(
            color=seen.color if style.foreground is not None else None, bold=seen.bold, underline=seen.underline
        )
    return found
