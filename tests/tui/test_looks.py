"""What was chosen of looks: which word holds, and what is kept from one start to the next."""

import asyncio
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from musetui.errors import MuseTuiError
from musetui.settings import load_settings
from musetui.tui.looks import Chosen, Looks, read_choices
from musetui.tui.looks_kept import keep_looks, write_choices
from tests.conftest import until
from tests.tui.conftest import Running, screen_text

LIGHT, DARK = "musetui-light", "musetui-dark"


@pytest.mark.parametrize(
    ("setting", "firm", "kept", "holds"),
    [
        ("", False, None, ""),
        ("", False, Chosen(LIGHT, ""), LIGHT),
        (DARK, False, None, DARK),
        (DARK, False, Chosen(LIGHT, DARK), LIGHT),
        (DARK, False, Chosen(LIGHT, "nord"), DARK),
        ("", False, Chosen(LIGHT, "nord"), LIGHT),
        (DARK, True, Chosen(LIGHT, DARK), DARK),
    ],
    ids=["nothing", "chosen", "set", "chosen since", "set since", "set no more", "said by a flag"],
)
def test_the_later_word_holds(setting: str, firm: bool, kept: Chosen | None, holds: str) -> None:
    looks = Looks({"theme": setting}, frozenset({"theme"} if firm else ()), {"theme": kept} if kept else {})
    assert looks.get("theme") == holds


def test_what_is_forgotten_is_as_the_settings_say() -> None:
    looks = Looks({"theme": DARK}, kept={"theme": Chosen(LIGHT, DARK)})
    heard: list[str] = []
    end = looks.on_change(heard.append)
    looks.forget("theme")
    assert looks.get("theme") == DARK
    end()
    looks.choose("panes", {"left": 3})
    assert heard == ["theme"]
    assert looks.take_touched() == {"theme": None, "panes": Chosen({"left": 3}, None)}
    assert looks.take_touched() == {}


def test_flags_and_variables_speak_for_one_start_and_files_do_not(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text('theme = "nord"\npoll = true\n')
    settings = load_settings({"theme": LIGHT}, {"MUSETUI_CALLS": "no"}, user_file=file)
    assert settings.firm == {"theme", "calls"}


def test_another_dashboards_choices_are_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "looks.json"
    write_choices(path, {"theme": Chosen(LIGHT, ""), "density": Chosen("compact", "")})
    write_choices(path, {"density": None, "columns.local": Chosen(["run"], None)})
    assert read_choices(path) == {"theme": Chosen(LIGHT, ""), "columns.local": Chosen(["run"], None)}


@given(
    st.recursive(
        st.none() | st.integers() | st.text(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)
    )
)
def test_a_damaged_file_is_forgotten(whole: object) -> None:
    for chosen in _read(json.dumps(whole)).values():
        assert isinstance(chosen, Chosen)


@pytest.mark.parametrize("text", ["", "{", "[" * 9_999, '{"theme": 3}', '{"theme": {"instead_of": ""}}', "\udcff"])
def test_what_is_no_choice_is_none(text: str) -> None:
    assert _read(text) == {}


def _read(text: str) -> dict[str, Chosen]:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "looks.json"
        path.write_text(text, errors="surrogateescape")
        return read_choices(path)


async def test_a_disk_that_refuses_is_told_of_and_asked_again(tmp_path: Path) -> None:
    told: list[str] = []
    looks = Looks({})
    (tmp_path / "there").write_text("a file where a folder should be")
    keeping = asyncio.create_task(keep_looks(looks, tmp_path / "there" / "looks.json", lambda say, _: told.append(say)))
    looks.choose("theme", LIGHT)
    await until(lambda: told)
    assert "looks cannot be kept" in told[0]
    (tmp_path / "there").unlink()
    looks.choose("density", "compact")
    await until(lambda: len(read_choices(tmp_path / "there" / "looks.json")) == 2)
    keeping.cancel()
    with pytest.raises(MuseTuiError):
        write_choices(Path("/dev/null/looks.json"), {"theme": None})


async def test_a_theme_is_seen_while_one_moves_and_kept_by_enter(dashboard: Running, tmp_path: Path) -> None:
    async with dashboard() as pilot:
        await pilot.press("ctrl+t")
        assert "enter keeps" in screen_text(pilot)
        await pilot.press("j", "j")
        await until(lambda: pilot.app.theme == "musetui-contrast-dark")
        await pilot.press("escape")
        assert pilot.app.theme == DARK
        await pilot.press("ctrl+t", "down", "enter")
        await until(lambda: pilot.app.theme == LIGHT)
        await until(lambda: "theme" in read_choices(tmp_path / "state" / "musetui" / "looks.json"))
    async with dashboard() as pilot:
        assert pilot.app.theme == LIGHT
        await pilot.press("T")
        assert pilot.app.theme == DARK


async def test_a_click_chooses_a_theme(dashboard: Running) -> None:
    async with dashboard() as pilot:
        await pilot.press("ctrl+t")
        await pilot.pause()
        lines = screen_text(pilot).splitlines()
        at = next(place for place, line in enumerate(lines) if "musetui-terminal" in line)
        await pilot.click(offset=(lines[at].index("musetui-terminal"), at))
        await until(lambda: pilot.app.theme == "musetui-terminal")
        await pilot.press("T")
        await pilot.pause()
        assert "as dark as your terminal" in screen_text(pilot)


async def test_without_colour_there_is_nothing_to_choose(dashboard: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    async with dashboard() as pilot:
        await pilot.press("ctrl+t")
        await pilot.pause()
        assert "NO_COLOR is set" in screen_text(pilot)
        assert pilot.app.theme == "ansi-dark"


async def test_who_only_reads_leaves_no_choice_behind(dashboard: Running, tmp_path: Path) -> None:
    async with dashboard(read_only=True) as pilot:
        await pilot.press("T")
        assert pilot.app.theme == LIGHT
    assert not (tmp_path / "state").exists()
