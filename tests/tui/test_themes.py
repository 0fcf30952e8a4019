"""Themes: text can be read in each, and severities are told apart by the colour-blind."""

from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import combinations, product
from pathlib import Path

import pytest
from rich.color import Color as RichColor
from rich.color import ColorType
from textual.color import Color
from textual.pilot import Pilot
from textual.screen import ModalScreen
from textual.strip import Strip
from textual.theme import BUILTIN_THEMES, Theme

from musetui.coordination.repository import Repository
from musetui.settings import Settings
from musetui.simulation.scene import write_scene
from musetui.tui.app import MuseTui
from musetui.tui.theme_list import MEANS
from musetui.tui.themes import PAIRS, TERMINAL, THEMES, first_theme, grounds_of, other_half
from tests.conftest import until
from tests.tui.contrast import apart, contrast

NOW = datetime(2026, 3, 18, 12, 30, tzinfo=UTC)
OURS = [theme for theme in THEMES if theme is not TERMINAL]
TEXTS = ("foreground", "foreground-muted", "success", "warning", "error", "secondary", "accent")
GROUNDS = ("background", "surface", "panel", "row-cursor", "row-marked")


def least(theme: Theme) -> float:
    """Return the contrast that text must have at least: levels AA and AAA of WCAG."""
    return 7.0 if "contrast" in theme.name else 4.5


def colour(theme: Theme, name: str) -> Color:
    variables = {**theme.to_color_system().generate(), **theme.variables}
    return Color.parse(variables[name])


@pytest.mark.parametrize("theme", OURS, ids=lambda theme: theme.name)
def test_every_text_can_be_read_on_every_ground(theme: Theme) -> None:
    for text, ground in product(TEXTS, GROUNDS):
        assert contrast(colour(theme, text), colour(theme, ground)) >= least(theme), f"{text} on {ground}"


@pytest.mark.parametrize("sight", ["protanopia", "deuteranopia"])
@pytest.mark.parametrize("theme", PAIRS[2], ids=lambda theme: theme.name)
def test_the_colour_blind_tell_severities_apart(theme: Theme, sight: str) -> None:
    for one, other in combinations(("error", "warning", "secondary", "success"), 2):
        assert apart(colour(theme, one), colour(theme, other), sight) >= 19, f"{one} and {other}"


def test_the_usual_theme_would_not_do_for_them() -> None:
    """Else the test above would not tell anything."""
    for usual in PAIRS[0]:
        pairs = combinations(("error", "warning", "secondary", "success"), 2)
        assert min(apart(colour(usual, one), colour(usual, other), "protanopia") for one, other in pairs) < 10


@pytest.mark.parametrize("theme", PAIRS[1], ids=lambda theme: theme.name)
def test_frames_can_be_seen_where_contrast_is_high(theme: Theme) -> None:
    """Level AA for what is no text (1.4.11)."""
    assert contrast(colour(theme, "frame"), colour(theme, "background")) >= 3


def test_the_names_are_known_without_textual() -> None:
    assert list(MEANS) == [theme.name for theme in THEMES]


def test_each_half_has_another() -> None:
    for dark, light in PAIRS:
        assert dark.dark
        assert not light.dark
        assert other_half(dark) is light
        assert other_half(light) is dark
    assert other_half(TERMINAL) is None
    assert other_half(BUILTIN_THEMES["nord"]) is PAIRS[0][1]


@pytest.mark.parametrize("theme", BUILTIN_THEMES.values(), ids=lambda theme: theme.name)
def test_textuals_themes_get_our_grounds(theme: Theme) -> None:
    for ground in grounds_of(theme).values():
        assert Color.parse(ground)


def test_the_first_known_theme_is_taken() -> None:
    names = [theme.name for theme in THEMES]
    assert first_theme("musetui-light", {"TEXTUAL_THEME": "musetui-terminal"}, names) == "musetui-light"
    assert first_theme("lost", {"TEXTUAL_THEME": "musetui-terminal"}, names) == "musetui-terminal"
    assert first_theme("", {}, names) == "musetui-dark"


KEYS = (
    "2",
    "3",
    "4",
    "5",
    "7",
    "question_mark",
    "escape",
    "1",
    "space",
    "j",
    "r",
    "escape",
    "c",
    "escape",
    "ctrl+t",
    "escape",
    "slash",
)
LEAVE = ("escape", "1")
"""Keys that lead back to what was looked at."""

PAINTED = (PAIRS[1][1], TERMINAL)
"""The others have the same texts on the same grounds."""


async def test_what_is_painted_can_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where a pair of colours meets that nobody thought of."""
    monkeypatch.delenv("NO_COLOR", raising=False)
    root = tmp_path / "orchard"
    write_scene(Repository(root), NOW)
    app = MuseTui(Repository(root), Settings(run_id="you", calls=False), clock=lambda: NOW)
    seen: set[str] = set()
    async with app.run_test(size=(160, 45)) as pilot:
        await until(lambda: app.live is not None and app.live.status.settled and app.live.branch)
        for key in KEYS:
            await pilot.press(key)
            for theme in PAINTED if key not in LEAVE else ():
                app.theme = theme.name
                await pilot.pause()
                for text, ground, words in painted(pilot):
                    seen.add(words)
                    if theme is TERMINAL:
                        assert {text.type, ground.type} <= {ColorType.DEFAULT, ColorType.STANDARD}, words
                    else:
                        found = contrast(Color.from_rich_color(text), Color.from_rich_color(ground))
                        assert found >= least(theme) - 0.02, f"{theme.name}: {words!r}: {text.name} on {ground.name}"
    assert any("conflicts" in words for words in seen)
    assert any("Release" in words for words in seen)


def painted(pilot: Pilot[int]) -> Iterator[tuple[RichColor, RichColor, str]]:
    """Yield the colour of each text in front, that of its ground, and the text."""
    for strip in in_front(pilot):
        for text, style, _ in strip:
            if style is not None and style.color and style.bgcolor and any(char.isalnum() for char in text):
                yield (*((style.bgcolor, style.color) if style.reverse else (style.color, style.bgcolor)), text.strip())


def in_front(pilot: Pilot[int]) -> list[Strip]:
    """Return the lines of the screen; of a dialog, those of its own."""
    screen = pilot.app.screen
    strips = screen._compositor.render_strips()
    if not isinstance(screen, ModalScreen):
        return strips
    place = screen.query_one(".dialog").region
    return [strip.crop(place.x, place.right) for strip in strips[place.y : place.bottom]]
