"""Completion: what may follow the words that are there, and that real shells offer it."""

import argparse
import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from musetui.cli.arguments import OneOf
from musetui.cli.commands import COMMANDS
from musetui.cli.completion.answer import Kind, answer, is_plain
from musetui.cli.completion.line import read_line
from musetui.cli.completion.scripts import SCRIPTS
from musetui.cli.completion.sources import SOURCES
from musetui.cli.parser import command_parser, dashboard_parser
from tests.conftest import wait_until
from tests.properties import patient
from tests.pty.terminal import Terminal

BREAKS = " \t\n\"'@><=;|&(:"
FREE = {
    *("as_json", "limit", "ttl", "extension", "detail", "reason", "hub", "owner", "slug", "since_id", "filter"),
    *("agents", "seed", "speed", "max_stale", "max_conflicts", "max_problems"),
    *("silent_after", "longest_lease", "future_tolerance", "abandoned_within"),
    *("database", "host", "port", "name", "trusted_proxy", "rate", "anonymous_rate", "max_body", "max_payload"),
    *("handle", "repository", "public_url", "at"),
}
"""Arguments whose values nobody can know: numbers, times, addresses in the network, and a person's own words."""


@pytest.fixture
def there(muse_root: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Be in the repository."""
    monkeypatch.chdir(muse_root)
    return muse_root


def offered(*words: str) -> list[str]:
    """Return the values that may follow; the last of *words* is the one being typed."""
    return [value for value, _ in answer(words[:-1], words[-1]).values]


def test_commands(there: Path) -> None:
    assert offered("") == list(dict.fromkeys(name.partition(" ")[0] for name in COMMANDS))
    assert offered("st") == ["status", "stale"]
    assert offered("--repo", "/x", "--read-only", "st") == ["status", "stale"]
    assert offered("sync", "") == ["push", "pull"]
    assert offered("config", "s") == ["show", "schema"]
    assert offered("hub", "add") == ["add-owner", "add-member"]
    for words in (("nonsense", ""), ("sync", "nonsense", ""), ("hub", "nonsense", ""), ("status", "")):
        assert offered(*words) == []


def test_options(there: Path) -> None:
    assert offered("--re") == ["--recording", "--repo", "--read-only", "--reduced-motion"]
    assert offered("reserve", "--o") == ["--op"]
    assert "--repo" not in offered("status", "--repo", "/x", "--")
    assert "--merged" in offered("plan", "--merged", "main", "--")
    assert offered("hub", "add-owner", "alice", "--t") == ["--type"]
    assert offered("reserve", "--", "--o") == []


def test_values(there: Path) -> None:
    assert offered("list", "re") == ["reservation", "release"]
    assert offered("list", "task", "") == []
    assert offered("reserve", "src/a.py", "--op", "re") == ["rename"]
    assert offered("reserve", "src/a.py", "--op=re") == ["--op=rename"]
    assert offered("check", "--risk", "") == ["high", "medium", "low"]
    assert offered("hub", "add-owner", "alice", "--type", "") == ["human", "agent"]
    assert offered("sync", "push", "--kinds", "task", "cl") == ["claim"]
    assert offered("sync", "push", "--kinds", "task,re") == ["task,reservation", "task,release"]
    assert offered("stale", "--reason", "wa") == ["waits_on_the_dead", "waits_in_a_circle"]
    assert offered("completion", "") == ["bash", "zsh", "fish"]
    assert answer(("--repo",), "") == (Kind.FOLDERS, ())
    assert answer(("status", "--at", "-2h", "--recording"), "") == (Kind.FILES, ())
    assert answer(("record",), "") == (Kind.FILES, ())
    assert offered("--at", "-2h", "st") == ["status", "stale"]
    assert answer(("status",), "--repo=") == (Kind.FOLDERS, [])
    assert answer(("hub", "add-owner", "alice", "--key"), "") == (Kind.FILES, ())
    assert answer(("reserve", "src/a.py", "--ttl"), "") == (Kind.VALUES, ())


def write(root: Path, kind: str, name: str, **fields: Any) -> None:
    folder = root / ".muse" / "coordination" / kind
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{name}.json").write_text(json.dumps(fields))


def test_what_the_repository_holds(there: Path) -> None:
    for name, run_id, address in (("aaaa-1", "agent-1", "src/a.py::f"), ("sha256:bb", "agent-2", "src/b.py")):
        write(there, "reservations", name, reservation_id=name, run_id=run_id, addresses=[address], branch="topic/x")
    write(there, "releases", "aaaa-1", reservation_id="aaaa-1")
    write(there, "intents", "cccc-1", intent_id="cccc-1", run_id="agent-3", addresses=["src/c.py"], branch="main")
    assert answer(("release",), "").values == [("sha256:bb", "agent-2 src/b.py")]
    assert sorted(offered("plan", "--released", "")) == ["agent-1", "agent-2", "agent-3"]
    assert sorted(offered("reserve", "x", "--run-id", "agent-")) == ["agent-1", "agent-2", "agent-3"]
    assert set(offered("plan", "--pair", "main", "")) == {"feature/billing", "main", "topic/x"}
    assert offered("plan", "--pair", "main", "topic/x", "") == []
    assert set(offered("reserve", "src/")) >= {"src/a.py::f", "src/b.py", "src/c.py"}
    assert offered("reserve", "src/a.py::") == ["src/a.py::f"]


def test_files_of_the_work_tree(there: Path) -> None:
    (there / "src" / "deep").mkdir(parents=True)
    (there / "src" / "a.py").touch()
    (there / "src" / ".hidden").touch()
    assert offered("reserve", "s") == ["src/"]
    assert offered("reserve", "src/") == ["src/a.py", "src/deep/"]
    assert offered("reserve", "../") == offered("reserve", "/") == []


def test_another_repository_is_looked_at_where_it_is_named(there: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    write(other, "intents", "dddd-1", intent_id="dddd-1", run_id="agent-9", addresses=[], branch="")
    assert offered("--repo", str(other), "plan", "--released", "") == ["agent-9"]
    assert offered("plan", f"--repo={other}", "--released", "") == ["agent-9"]
    assert offered("plan", "--repo", str(tmp_path / "nowhere"), "--released", "") == []


def test_without_a_repository_nothing_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for words in (("release", ""), ("plan", "--merged", ""), ("reserve", "src"), ("plan", "--released", "")):
        assert offered(*words) == []


HOSTILE = [
    "$(touch pwned)",
    "`id`",
    "a b",
    "a;b",
    "-rf",
    "a\nb",
    "\x1b[31m",
    "\u202e",
    "a'b",
    'a"b',
    "~root",
    "a*",
    "!x",
    "",
]


def test_what_a_shell_might_take_for_more_than_text_is_not_offered(there: Path) -> None:
    for number, name in enumerate(HOSTILE):
        write(there, "reservations", f"aaaa-{number}", reservation_id=name, run_id=name, addresses=[name], branch=name)
    write(there, "reservations", "x", reservation_id=3, run_id=[], addresses="src", branch=None)
    (there / ".muse" / "coordination" / "reservations" / "y.json").write_text("[" * 5000)
    (there / ".muse" / "coordination" / "reservations" / "z.json").symlink_to("/etc/passwd")
    assert not any(is_plain(name) for name in HOSTILE if name != "-rf")
    assert offered("release", "") == []
    assert offered("reserve", "x", "--run-id", "") == []


def parsers() -> Iterator[tuple[str, argparse.ArgumentParser]]:
    yield "musetui", dashboard_parser()
    for name in COMMANDS:
        parser = command_parser(name)
        yield name, parser
        for action in parser._actions:
            if isinstance(action, argparse._SubParsersAction):
                yield from ((f"{name} {word}", inner) for word, inner in action.choices.items())


@pytest.mark.parametrize(("name", "parser"), parsers(), ids=lambda each: each if isinstance(each, str) else "")
def test_every_value_is_completed_or_known_to_be_free(name: str, parser: argparse.ArgumentParser) -> None:
    for action in parser._actions:
        knows = action.choices is not None or isinstance(action.type, OneOf) or action.dest in SOURCES
        assert knows or action.nargs == 0 or action.dest in FREE, f"{name}: {action.dest}"


WORDS = st.one_of(
    st.sampled_from(
        [*COMMANDS, "sync", "push", "hub", "add-owner", "--repo", "--op", "--kinds", "--pair", "--", "-", "--x=y"]
    ),
    st.text(max_size=5),
)


@given(st.lists(WORDS, max_size=5), st.one_of(WORDS, st.just("")))
@patient(200)
def test_any_words_have_an_answer(before: list[str], current: str) -> None:
    found = answer(before, current)
    assert all(value.startswith(current) and is_plain(value) for value, _ in found.values)


@pytest.mark.parametrize(
    ("line", "typed"),
    [
        ("musetui ", ([], "", 0)),
        ("musetui sta", ([], "sta", 0)),
        ("musetui status ", (["status"], "", 0)),
        ("musetui release sha256:ab", (["release"], "sha256:ab", 7)),
        ("musetui list --op=re", (["list"], "--op=re", 5)),
        ("musetui reserve 'a b' c\\ d", (["reserve", "a b"], "c d", 0)),
        ('musetui reserve "src/a', (["reserve"], "src/a", 0)),
        ("musetui reserve src/a.py::f", (["reserve"], "src/a.py::f", 10)),
        ("musetui reserve ''", (["reserve"], "", 0)),
        ("X=1 musetui st", ([], "st", 0)),
    ],
)
def test_lines_of_bash(line: str, typed: tuple[list[str], str, int]) -> None:
    assert read_line(line, "musetui", BREAKS) == typed


@given(st.text(alphabet=" ab:='\"\\é", max_size=20))
@patient(300)
def test_any_line_is_read(line: str) -> None:
    typed = read_line(f"musetui {line}", "musetui", BREAKS)
    assert 0 <= typed.kept <= len(typed.current)


@pytest.fixture
def shell(muse_root: Path, tmp_path: Path) -> Callable[[str], Terminal]:
    """Return what starts a shell that knows musetui, in the repository, at a prompt of its own."""
    binaries = tmp_path / "bin"
    binaries.mkdir()
    (binaries / "musetui").write_text(f'#!/bin/sh\nexec {sys.executable} -m musetui "$@"\n')
    (binaries / "musetui").chmod(0o755)
    now = datetime.now(UTC).isoformat()
    write(
        muse_root,
        "reservations",
        "sha256:abcd",
        reservation_id="sha256:abcd",
        run_id="agent-77",
        addresses=["src/x.py::f"],
        branch="main",
        created_at=now,
        expires_at=now,
    )
    write(
        muse_root, "reservations", "evil", reservation_id="evil-1", run_id="$(touch pwned)", addresses=["`touch pwned`"]
    )
    (muse_root / "src").mkdir()
    commands = {
        "bash": ["bash", "--norc", "--noprofile", "-i"],
        "zsh": ["zsh", "-f", "-i"],
        "fish": ["fish", "--no-config", "-i"],
    }
    # The prompt is put together, so that the echo of what is typed here is not taken for one.
    setups = {
        "bash": "source <(musetui completion bash); PS1='rea''dy> '\n",
        "zsh": "autoload -U compinit; compinit -D -u; source <(musetui completion zsh); PS1='rea''dy> '\n",
        "fish": "set -g fish_autosuggestion_enabled 0; musetui completion fish | source\n"
        "function fish_prompt; echo -n rea'dy> '; end\n",
    }

    def start(name: str) -> Terminal:
        if shutil.which(name) is None:
            pytest.skip(f"there is no {name} here")
        path = f"{binaries}:/usr/local/bin:/usr/bin:/bin"
        env = {"PATH": path, "HOME": str(tmp_path), "TERM": "xterm", "HISTFILE": "", "fish_greeting": ""}
        terminal = Terminal(commands[name], cwd=muse_root, columns=120, lines=40, env=env)
        terminal.press(setups[name])
        terminal.wait_for("ready>")
        return terminal

    return start


def wait_for_prompt(terminal: Terminal, typed: str) -> None:
    """Wait until *typed* stands at the last prompt, and nothing else."""

    def stands() -> bool:
        terminal.read()
        return terminal.text.rpartition("ready>")[2].strip() == typed

    wait_until(stands, what=f"{typed!r} at the prompt of\n{terminal.text}")


@pytest.mark.parametrize("name", SCRIPTS)
def test_a_shell_completes(shell: Callable[[str], Terminal], muse_root: Path, name: str) -> None:
    with shell(name) as terminal:
        for typed, completed in (
            ("musetui confl\t", "musetui conflicts "),
            ("musetui sync pul\t", "musetui sync pull "),
            ("musetui list --lim\t", "musetui list --limit "),
            ("musetui reserve x --op ren\t", "musetui reserve x --op rename "),
            ("musetui reserve x --op=ren\t", "musetui reserve x --op=rename "),
            ("musetui release sha\t", "musetui release sha256:abcd "),
            ("musetui release sha256:a\t", "musetui release sha256:abcd "),
            ("musetui plan --released ag\t", "musetui plan --released agent-77 "),
            ("musetui reserve src/x\t", "musetui reserve src/x.py::f "),
            ("musetui reserve src/x.py::\t", "musetui reserve src/x.py::f "),
            ("musetui --repo sr\t", "musetui --repo src/"),
            ("musetui status --repo=sr\t", "musetui status --repo=src/"),
        ):
            terminal.press(typed)
            wait_for_prompt(terminal, completed.rstrip())
            terminal.press("\x15")  # empties the line
            wait_for_prompt(terminal, "")
        terminal.press("musetui sta\t\t")
        terminal.wait_for("stale")
    assert not (muse_root / "pwned").exists()


@pytest.mark.parametrize("name", SCRIPTS)
def test_a_script_has_no_mistake(name: str, tmp_path: Path) -> None:
    if shutil.which(name) is None:
        pytest.skip(f"there is no {name} here")
    script = tmp_path / name
    script.write_text(SCRIPTS[name])
    done = subprocess.run([name, "-n", str(script)], capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (0, b"")


def test_the_scripts_are_printed(run: Any) -> None:
    for name, script in SCRIPTS.items():
        assert run("completion", name) == (0, script, "")
    assert run("completion", "tcsh").err.startswith("musetui: argument SHELL: 'tcsh' is no shell: did you mean zsh?")
