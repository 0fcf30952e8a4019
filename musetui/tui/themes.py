"""Our two themes, and which theme a terminal gets."""

from collections.abc import Container, Mapping

from textual.theme import Theme

DARK = Theme(
    name="musetui-dark",
    dark=True,
    primary="#7aa2f7",
    secondary="#7dcfff",
    accent="#e0af68",
    foreground="#c8d3f5",
    background="#16181f",
    surface="#1b1e27",
    panel="#262a36",
    success="#9ece6a",
    warning="#ffb454",
    error="#ff757f",
    variables={"block-cursor-text-style": "none", "footer-key-foreground": "#e0af68"},
)
LIGHT = Theme(
    name="musetui-light",
    dark=False,
    primary="#2e5aac",
    secondary="#0f6f8c",
    accent="#8a4b00",
    foreground="#1f2430",
    background="#fbfbf9",
    surface="#f3f3ef",
    panel="#e4e4de",
    success="#2f6f1f",
    warning="#8f5500",
    error="#b3202c",
    variables={"block-cursor-text-style": "none", "footer-key-foreground": "#8a4b00"},
)

THEMES = (DARK, LIGHT)


PLAIN = "ansi-dark"
"""Textual's theme of the terminal's own default colours. It is the one for `NO_COLOR`, under which Textual would only
turn the colours of any other theme into greys."""


def first_theme(wanted: str, environment: Mapping[str, str], known: Container[str]) -> str:
    """Return the name of the theme to start with: the wanted one, then `TEXTUAL_THEME`, then our dark one.

    A name that is not *known* is passed over.
    """
    for name in (wanted, environment.get("TEXTUAL_THEME", "")):
        if name in known:
            return name
    return DARK.name
