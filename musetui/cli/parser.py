"""From words to a command and its arguments. Only the parser of the command that is meant is ever made."""

import argparse
import re
from collections.abc import Callable, Sequence
from difflib import get_close_matches
from functools import partial
from importlib import import_module
from textwrap import indent
from typing import NoReturn

from musetui import __version__
from musetui.cli import arguments, dashboard_arguments
from musetui.cli.commands import COMMANDS, GROUPS
from musetui.cli.failures import UsageError
from musetui.records.text import safe_text

Run = Callable[[argparse.Namespace], int]


class Parser(argparse.ArgumentParser):
    """A parser that raises `UsageError` where argparse would print and exit with 2.

    Attributes:
        explain: puts into it what help tells beside the options; called when help is asked for, and not before.
    """

    explain: Callable[["Parser"], None] | None = None

    def format_help(self) -> str:
        if self.explain is not None:
            self.explain(self)
        return super().format_help()

    def error(self, message: str) -> NoReturn:
        raise UsageError(f"{safe_text(_plainer(message), 300)} (`{self.prog} --help` explains)")


def _plainer(message: str) -> str:
    """Return what argparse says, with what to do about it where that does not tell."""
    what, _, words = message.partition(": ")
    if what == "the following arguments are required":
        return arguments.WANTED.get(words, message)
    first = words.partition(" ")[0]
    if what == "unrecognized arguments" and first in arguments.BEFORE:
        return f"{first} stands before the command: `musetui {first} …`"
    return message


def parse(words: Sequence[str]) -> tuple[Run, argparse.Namespace]:
    """Return the function to run, and its arguments.

    Raises:
        UsageError: if the words mean nothing.
        SystemExit: after a help page, or the version, was printed.
    """
    before, name, after = split(with_lengths(words))
    args = dashboard_parser().parse_args(before)
    if name is None:
        return _function("musetui.cli.dashboard", "dashboard"), args
    if name in GROUPS:
        name, after = _second_word(name, after)
    if name not in COMMANDS:
        raise UsageError(_no_command(name))
    if (args.at is not None or args.recording is not None) and not COMMANDS[name].looks_back:
        raise UsageError(f"--at and --recording mean nothing to `musetui {name}`: leave them out")
    parser = command_parser(name)
    parser.parse_args(after, args)
    if args.filter is not None and "--filter" not in parser.format_usage():
        raise UsageError(f"`musetui {name}` prints no list that could be filtered: leave --filter out")
    return _function(COMMANDS[name].module, name), args


_LENGTH_BACK = re.compile(r"-[0-9]")


def with_lengths(words: Sequence[str]) -> list[str]:
    """Join `--at -2h` to one word: alone, the second one would be taken for an option."""
    joined: list[str] = []
    for place, word in enumerate(words):
        if word == "--":
            return [*joined, *words[place:]]
        if joined and joined[-1] == "--at" and _LENGTH_BACK.match(word):
            joined[-1] = f"--at={word}"
        else:
            joined.append(word)
    return joined


def split(words: Sequence[str]) -> tuple[Sequence[str], str | None, Sequence[str]]:
    """Part the words before the command, the command, and the words after it."""
    place = 0
    while place < len(words):
        if not words[place].startswith("-"):
            return words[:place], words[place], words[place + 1 :]
        place += 2 if words[place] in arguments.WITH_VALUE else 1
    return words, None, ()


def _second_word(group: str, after: Sequence[str]) -> tuple[str, Sequence[str]]:
    """Return the command of *group* that is meant, and the words after it."""
    seconds = {name.partition(" ")[2]: name for name in COMMANDS if name.startswith(f"{group} ")}
    if after and after[0] in seconds:
        return seconds[after[0]], after[1:]
    _group_parser(group).parse_known_args([word for word in after if word in ("-h", "--help")])
    if after and not after[0].startswith("-"):
        raise UsageError(arguments.nearest(after[0], f"command of `musetui {group}`", list(seconds)))
    raise UsageError(f"`musetui {group}` is followed by {' or '.join(seconds)}")


def _function(module: str, name: str) -> Run:
    run: Run = getattr(import_module(module), f"run_{name.replace(' ', '_')}")
    return run


def _no_command(name: str) -> str:
    names = list(dict.fromkeys(each.partition(" ")[0] for each in COMMANDS))
    near = get_close_matches(name, names, 1)
    advice = f"did you mean {near[0]}?" if near else f"the commands are {', '.join(names)}"
    return f"{safe_text(name, 60)!r} is no command: {advice}"


def dashboard_parser() -> Parser:
    """Return the parser of what stands before a command, or without one."""
    parser = Parser(
        "musetui",
        usage="musetui [--repo PATH] [--at MOMENT] [--filter TEXT] [COMMAND …]",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.explain = _explain_all
    arguments.declare_sight(parser)
    dashboard_arguments.declare_dashboard(parser)
    arguments.declare_debug_log(parser)
    parser.add_argument("--version", action="version", version=f"musetui {__version__}")
    return parser


def _explain_all(parser: Parser) -> None:
    from musetui.cli import manual

    wide = max(map(len, COMMANDS))
    commands = "\n".join(f"{name:{wide}}  {command.summary}" for name, command in COMMANDS.items())
    sections = (
        ("commands", f"{commands}\n\n`musetui COMMAND --help` explains a command."),
        ("exit codes", manual.ends("")),
        ("environment", manual.environment("")),
        ("see also", "README.md, docs/settings.md and the other pages of docs/"),
    )
    parser.description = manual.about("")
    parser.epilog = "\n\n".join(_section(*section) for section in sections)


def _group_parser(group: str) -> Parser:
    of_group = {name: command for name, command in COMMANDS.items() if name.startswith(f"{group} ")}
    lines = [f"{name}  {command.summary}" for name, command in of_group.items()]
    return Parser(
        f"musetui {group}",
        usage=f"musetui {group} COMMAND …",
        epilog=_section("commands", "\n".join(lines)) + f"\n\n`musetui {group} COMMAND --help` explains a command.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )


def command_parser(name: str) -> Parser:
    """Return the parser of what follows the command *name*."""
    parser = Parser(
        f"musetui {name}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.explain = partial(_explain, name)
    COMMANDS[name].declare(parser)
    return parser


def _explain(name: str, parser: Parser) -> None:
    from musetui.cli import manual

    command = COMMANDS[name]
    sections = (
        ("examples", "\n".join(command.examples)),
        (f"with --json, one object{command.often}", command.fields),
        ("exit codes", manual.ends(name)),
        ("environment", manual.environment(name)),
    )
    parser.description = f"{command.summary[0].upper()}{command.summary[1:]}.\n\n{manual.about(name)}"
    parser.epilog = "\n\n".join(_section(title, text) for title, text in sections if text)


def _section(title: str, text: str) -> str:
    return f"{title}:\n{indent(text, '  ')}"
