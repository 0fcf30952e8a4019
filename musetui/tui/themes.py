"""Our themes, and which theme a terminal gets.

Each comes with a dark and a light half, but for the one of the terminal's own colours, which is as the terminal is. Of
each, all text has a contrast of at least 4.5 to 1 to what it stands on, of the high contrast ones 7 to 1, as WCAG 2.2
asks for in 1.4.3 and 1.4.6. No theme tells anything by colour alone: signs and words say it too.

The colours for the colour-blind are those of Okabe and Ito, "Color Universal Design" (2002, revised 2008,
https://jfly.uni-koeln.de/color/), made lighter or darker until they can be read on their ground: vermillion for what is
worst, yellow (on a light ground reddish purple) below it, blue for what is least, bluish green for what is well.
"""

from collections.abc import Container, Mapping

from textual.color import Color
from textual.theme import Theme

ROW_CURSOR = "row-cursor"
ROW_MARKED = "row-marked"
SUPPOSED = "supposed"
FRAME = "frame"
"""Variables of a theme, beyond Textual's own: the grounds of the row that has the cursor, of a marked one, and of the
line that says what is supposed; and the frames of panes that are not in focus."""


def _theme(
    name: str, *, dark: bool, muted: str, cursor: str, marked: str, supposed: str, frame: str, **own: str
) -> Theme:
    accent = own["accent"]
    return Theme(
        name=name,
        dark=dark,
        primary=own["primary"],
        secondary=own["secondary"],
        accent=accent,
        foreground=own["foreground"],
        background=own["background"],
        surface=own["surface"],
        panel=own["panel"],
        success=own["success"],
        warning=own["warning"],
        error=own["error"],
        variables={
            "block-cursor-text-style": "none",
            "footer-key-foreground": accent,
            "foreground-muted": muted,
            "foreground-disabled": muted,
            "text-muted": muted,
            "text-disabled": muted,
            ROW_CURSOR: cursor,
            ROW_MARKED: marked,
            SUPPOSED: supposed,
            FRAME: frame,
        },
    )


DARK = _theme(
    "musetui-dark",
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
    error="#ff858e",
    muted="#99a1b9",
    cursor="#2c374f",
    marked="#2e2d30",
    supposed="#453726",
    frame="#3d4150",
)
LIGHT = _theme(
    "musetui-light",
    dark=False,
    primary="#2e5aac",
    secondary="#0b6480",
    accent="#804500",
    foreground="#1f2430",
    background="#fbfbf9",
    surface="#f3f3ef",
    panel="#e9e9e4",
    success="#2a661b",
    warning="#854e00",
    error="#ac1f2b",
    muted="#595c64",
    cursor="#d6e1f4",
    marked="#efe6da",
    supposed="#eddcc2",
    frame="#cbccca",
)
CONTRAST_DARK = _theme(
    "musetui-contrast-dark",
    dark=True,
    primary="#8ab8ff",
    secondary="#7fe0ff",
    accent="#ffd75f",
    foreground="#ffffff",
    background="#000000",
    surface="#000000",
    panel="#1c1c1c",
    success="#7dff7d",
    warning="#ffc24d",
    error="#ff9f9f",
    muted="#d6d6d6",
    cursor="#00284d",
    marked="#33290a",
    supposed="#3d3000",
    frame="#949494",
)
CONTRAST_LIGHT = _theme(
    "musetui-contrast-light",
    dark=False,
    primary="#003d99",
    secondary="#00485e",
    accent="#5c2f00",
    foreground="#000000",
    background="#ffffff",
    surface="#ffffff",
    panel="#ededed",
    success="#0b4a0b",
    warning="#5e3300",
    error="#8a0010",
    muted="#3b3b3b",
    cursor="#cfe2ff",
    marked="#f5ead7",
    supposed="#ffe9bf",
    frame="#6b6b6b",
)
COLOUR_BLIND_DARK = _theme(
    "musetui-colour-blind-dark",
    dark=True,
    primary="#56b4e9",
    secondary="#56b4e9",
    accent="#e8a6c8",
    foreground="#e6e9f0",
    background="#14161c",
    surface="#1a1d25",
    panel="#262a36",
    success="#22c493",
    warning="#f0e442",
    error="#ff8040",
    muted="#aab2c4",
    cursor="#2a3347",
    marked="#35303a",
    supposed="#3c3a1c",
    frame="#42454b",
)
COLOUR_BLIND_LIGHT = _theme(
    "musetui-colour-blind-light",
    dark=False,
    primary="#0057a3",
    secondary="#0057a3",
    accent="#6b5200",
    foreground="#1b1e24",
    background="#fcfcfa",
    surface="#f4f4f1",
    panel="#e8e8e3",
    success="#007152",
    warning="#7a2560",
    error="#9d4700",
    muted="#595d66",
    cursor="#dce5f4",
    marked="#f1ead6",
    supposed="#f3e0ec",
    frame="#cbcbcb",
)
TERMINAL = Theme(
    name="musetui-terminal",
    ansi=True,
    primary="ansi_blue",
    secondary="ansi_cyan",
    accent="ansi_cyan",
    foreground="ansi_default",
    background="ansi_default",
    surface="ansi_default",
    panel="ansi_default",
    boost="ansi_default",
    success="ansi_green",
    warning="ansi_yellow",
    error="ansi_red",
    variables={
        "ansi-background": "ansi_default",
        "ansi-foreground": "ansi_default",
        "block-cursor-foreground": "ansi_black",
        "block-cursor-background": "ansi_white",
        "border-blurred": "ansi_bright_black",
        "footer-key-foreground": "ansi_cyan",
        "foreground-muted": "ansi_bright_black",
    },
)
"""Of the sixteen colours that the terminal's own settings give it, whatever they are."""

PAIRS = ((DARK, LIGHT), (CONTRAST_DARK, CONTRAST_LIGHT), (COLOUR_BLIND_DARK, COLOUR_BLIND_LIGHT))
"""The dark and the light half of each."""

THEMES = (*(theme for pair in PAIRS for theme in pair), TERMINAL)

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


def other_half(theme: Theme) -> Theme | None:
    """Return the light half of a dark theme, or the dark one of a light; None for one that is as the terminal is.

    Of a theme that is none of ours it is our own, dark or light.
    """
    if theme.ansi:
        return None
    dark, light = next((pair for pair in PAIRS if theme.name in (pair[0].name, pair[1].name)), (DARK, LIGHT))
    return light if theme.dark else dark


def grounds_of(theme: Theme) -> dict[str, str]:
    """Return our own variables for a *theme* that does not have them, made from its colours."""
    if theme.ansi:
        return {ROW_CURSOR: "ansi_default", ROW_MARKED: "ansi_default", SUPPOSED: "ansi_default", FRAME: "ansi_default"}
    colours = theme.to_color_system().generate()
    ground = Color.parse(colours["background"])
    shares = {
        ROW_CURSOR: ("primary", 0.3),
        ROW_MARKED: ("accent", 0.14),
        SUPPOSED: ("warning", 0.2),
        FRAME: ("foreground", 0.22),
    }
    return {name: ground.blend(Color.parse(colours[of]), share).hex for name, (of, share) in shares.items()}
