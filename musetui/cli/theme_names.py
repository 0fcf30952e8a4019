"""Whether there is a theme of the name that the settings say. Textual is asked only where it is none of our own."""

from difflib import get_close_matches

from musetui.records.text import safe_text
from musetui.settings import Reading
from musetui.settings.sources import Problem


def check_theme(reading: Reading) -> None:
    """Raise `SettingsError` where the theme is none, as for all that is wrong with a setting."""
    problem = theme_problem(reading)
    if problem is not None:
        reading.problems.append(problem)
        reading.checked()


def theme_problem(reading: Reading) -> Problem | None:
    """Return what is wrong with the theme's name, or None."""
    name = reading.settings.theme
    if not name:
        return None
    from textual.theme import BUILTIN_THEMES

    from musetui.tui.themes import THEMES

    names = [*(theme.name for theme in THEMES), *BUILTIN_THEMES]
    if name in names:
        return None
    near = get_close_matches(name.lower(), names, 1, 0.5)
    advice = f"did you mean {near[0]}?" if near else f"the themes are {', '.join(names)}"
    shown = safe_text(name, 60)
    sentence = f"is {shown}, which is no theme: {advice}"
    return Problem(reading.origins["theme",], "theme", sentence, near[0] if near else "")
