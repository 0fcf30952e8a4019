"""The names of our themes, and what each is for: plain words, which a command line may want without Textual."""

from collections.abc import Mapping

MEANS: Mapping[str, str] = {
    "musetui-dark": "the usual one",
    "musetui-light": "the same by day",
    "musetui-contrast-dark": "high contrast, on black",
    "musetui-contrast-light": "high contrast, on white",
    "musetui-colour-blind-dark": "colours that the colour-blind tell apart",
    "musetui-colour-blind-light": "the same by day",
    "musetui-terminal": "the sixteen colours of your terminal",
}
