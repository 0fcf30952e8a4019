"""`musetui` and `musetui demo` in a terminal: they draw, or say why not before the screen turns."""

from pathlib import Path

from tests.pty.terminal import Terminal, musetui

TURNS_TO_ALTERNATE_SCREEN = b"\x1b[?1049h"


def test_the_demo_draws_a_swarm_and_goes_without_trace(tmp_path: Path) -> None:
    stages = tmp_path / "stages"
    stages.mkdir()
    demo = musetui("demo", "--agents", "4", "--seed", "1", "--speed", "10")
    with Terminal(demo, cwd=tmp_path, env={"TMPDIR": str(stages)}) as terminal:
        terminal.wait_for("orchard")
        terminal.wait_for("agent")
        assert list(stages.iterdir())
        terminal.press("q")
        assert terminal.wait_for_end() == 0
    assert not list(stages.iterdir())


def test_a_theme_that_does_not_exist_is_told_before_anything_is_drawn(muse_root: Path) -> None:
    with Terminal(musetui(), cwd=muse_root, env={"MUSETUI_THEME": "musetui-drak"}) as terminal:
        terminal.wait_for("musetui: MUSETUI_THEME is musetui-drak, which is no theme: did you mean musetui-dark?")
        assert terminal.wait_for_end() == 1
        assert TURNS_TO_ALTERNATE_SCREEN not in terminal.raw


def test_json_is_printed_even_in_a_terminal(muse_root: Path) -> None:
    with Terminal(musetui("--json"), cwd=muse_root, lines=80) as terminal:
        terminal.wait_for('"schema_version": 1')
        assert terminal.wait_for_end() == 0
        assert TURNS_TO_ALTERNATE_SCREEN not in terminal.raw
