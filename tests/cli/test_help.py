"""`--help`: every command says what it is for, how it ends and what it hears, and explains each of its options."""

import argparse
import re
from collections.abc import Iterator
from typing import Any

import pytest

from musetui.cli.commands import COMMANDS
from musetui.cli.manual import PAGES
from musetui.cli.parser import command_parser, dashboard_parser
from musetui.settings import KEYS
from musetui.settings.reading import ENVIRONMENT_PREFIX


def parsers() -> Iterator[tuple[str, argparse.ArgumentParser]]:
    """Yield every parser there is, those of words below a command too."""
    waiting = [("", dashboard_parser()), *((name, command_parser(name)) for name in COMMANDS)]
    while waiting:
        name, parser = waiting.pop(0)
        yield name, parser
        for action in parser._actions:
            if isinstance(action, argparse._SubParsersAction):
                waiting += [(f"{name} {word}", inner) for word, inner in action.choices.items()]


ALL = dict(parsers())


@pytest.mark.parametrize("name", ALL)
def test_every_option_is_explained(name: str) -> None:
    for action in ALL[name]._actions:
        explained = action.help or (isinstance(action, argparse._SubParsersAction) and action.choices)
        assert explained, f"musetui {name}: {action.dest} has no help"


@pytest.mark.parametrize("name", ["", *COMMANDS])
def test_every_command_has_its_page(run: Any, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    outcome = run(*name.split(), "--help")
    assert (outcome.code, outcome.err) == (0, "")
    text = outcome.out
    sections = ["exit codes:", "environment:", *(["examples:"] if name else ["commands:"])]
    assert [text.count(f"\n{section}\n") for section in sections] == [1] * len(sections)
    plain = " ".join(text.split())
    assert " ".join(PAGES[name].about.split()) in plain
    codes = re.findall(r"^  (\d)  ", text.split("\nexit codes:\n")[1].split("\n\n")[0], re.MULTILINE)
    assert codes in (["0", "1", "2", "3"], ["0", "1", "3"])
    told = [line for part in text.split("\nexamples:\n") for line in part.splitlines() if "  musetui " not in line]
    too_long = [line for line in told if len(line) > 80 and line.strip() not in COMMANDS_IN_FULL]
    assert not [line for line in too_long if not in_json(text, line)]


COMMANDS_IN_FULL = {f"{name:{max(map(len, COMMANDS))}}  {command.summary}" for name, command in COMMANDS.items()}


def in_json(text: str, line: str) -> bool:
    """Return whether *line* tells of the fields of JSON, which are broken by hand."""
    return line in text.partition("with --json")[2].partition("exit codes:")[0]


def test_pages_are_of_commands_and_name_settings() -> None:
    assert set(PAGES) == {"", *COMMANDS}
    assert {name for page in PAGES.values() for name in page.hears} <= set(KEYS)


def test_the_first_page_names_every_variable(run: Any) -> None:
    text = run("--help").out
    assert {f"{ENVIRONMENT_PREFIX}{key.upper()}" for key in KEYS} - set(re.findall(r"MUSETUI_[A-Z_]+", text)) == set()


def test_words_below_a_command_are_explained_too(run: Any) -> None:
    assert "what they are called at the hub" in run("hub", "add-owner", "--help").out


def test_pages_are_not_made_where_nobody_asks() -> None:
    parser = command_parser("status")
    assert (parser.description, parser.epilog) == (None, None)
    parser.format_help()
    assert parser.epilog
