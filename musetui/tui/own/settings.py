"""The table `[[commands]]` of the settings file: one command of a person's own each."""

import shlex
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import timedelta
from difflib import get_close_matches
from typing import Any

from musetui.filters.saved import NAME_LIMIT, is_name
from musetui.placeholders import names_in
from musetui.settings.tables import Complain, Setting, Table
from musetui.settings.values import FLAG, LENGTH, LINE, Value, choice, one_or_more, words
from musetui.tui.actions import ACTIONS, HEARD_TOGETHER
from musetui.tui.key_names import shown_key
from musetui.tui.key_settings import KEYS
from musetui.tui.key_settings import TABLE as KEYS_TABLE
from musetui.tui.keymap import Keymap
from musetui.tui.own import TABLE_NAME
from musetui.tui.own.command import ALL_FIELDS, FIELDS, USUAL_SECONDS, Output, OwnCommand
from musetui.tui.own.read_as_program import read_as_program
from musetui.tui.views import VIEWS

Commands = tuple[OwnCommand, ...]

_ADVICE = 'write the program and its arguments: "git log -- {path}", or ["git", "log", "--", "{path}"]'
_WORDS = words(_ADVICE)


def _read_name(written: object) -> str:
    if not is_name(written):
        raise ValueError(f"write a name of 1 to {NAME_LIMIT} characters, without space around it")
    return str(written)


def _read_words(written: object) -> tuple[str, ...]:
    if isinstance(written, str):
        try:
            written = shlex.split(written)
        except ValueError:
            raise ValueError("close the quotation mark that is open") from None
    read: tuple[str, ...] = _WORDS.read(written)
    return read


NAME = Value(_read_name, {"type": "string", "minLength": 1, "maxLength": NAME_LIMIT})
COMMAND = Value(_read_words, {"anyOf": [{"type": "string", "minLength": 1}, _WORDS.schema]})


def _make(entries: Sequence[Mapping[str, Any]], complain: Complain) -> Commands:
    made: list[OwnCommand] = []
    for place, entry in enumerate(entries):
        command = OwnCommand(
            name=entry["name"],
            words=entry["command"],
            keys=entry.get("key", ()),
            on=entry.get("on", ()),
            views=entry.get("views", ()),
            confirm=entry.get("confirm", False),
            dangerous=entry.get("dangerous", False),
            output=Output(entry.get("output", Output.PANE)),
            seconds=_seconds(entry),
            does=entry.get("does", ""),
        )
        for key, sentence in _slips(command, entry, [each.name for each in made]):
            complain((place, key), sentence)
        made.append(command)
    return tuple(made)


def _seconds(entry: Mapping[str, Any]) -> float | None:
    if entry.get("output") == Output.TERMINAL:
        return None
    timeout: timedelta | None = entry.get("timeout")
    return USUAL_SECONDS if timeout is None else timeout.total_seconds()


def _slips(command: OwnCommand, entry: Mapping[str, Any], others: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Yield what is wrong with a command: the key, and a sentence that follows its name."""
    if command.name in others:
        yield "name", f"is {command.name}, as another command is: give it a name of its own"
    if names_in(command.words[0]):
        yield "command", "begins with what is filled in: begin with the program itself"
    unknown = sorted(command.needs - set(ALL_FIELDS))
    for name in unknown:
        near = get_close_matches(name, ALL_FIELDS, 1, 0.5)
        others_told = f"there are {', '.join(f'{{{each}}}' for each in ALL_FIELDS)}"
        yield "command", f"has {{{name}}}: {f'did you mean {{{near[0]}}}?' if near else others_told}"
    if not unknown:
        yield from _slips_of_kinds(command)
    if found := read_as_program(command.words):
        word, program = found
        names = names_in(word)
        yield (
            "command",
            f"would have {program} read what a record says as a program: take {{{names[0]}}} out of that word "
            "(docs/commands.md tells what to do in its place)",
        )
    if "timeout" in entry and command.output is Output.TERMINAL:
        yield "timeout", "is for what runs beside the dashboard, and output is terminal: leave one of them out"


def _slips_of_kinds(command: OwnCommand) -> Iterator[tuple[str, str]]:
    for kind in command.on:
        lacking = sorted(command.needs - {"repo", *FIELDS[kind]})
        if lacking:
            there = ", ".join(f"{{{each}}}" for each in FIELDS[kind])
            yield "command", f"has {{{lacking[0]}}}, and of a {kind} there are {there}"
    if not command.on and command.wants_record and not command.kinds():
        yield (
            "command",
            f"has {' and '.join(f'{{{name}}}' for name in sorted(command.needs))}, which nothing has all of",
        )


def _agree(commands: Commands, of: Callable[[Table[Any]], Any], complain: Complain) -> None:
    """Complain of keys that mean something else where a command's are heard."""
    keymap: Keymap = of(KEYS_TABLE)
    for place, command in enumerate(commands):
        for key in command.keys:
            if sentence := _clash(key, command, keymap, commands[:place]):
                complain((place, "key"), sentence)


def _clash(key: str, command: OwnCommand, keymap: Keymap, before: Commands) -> str:
    """Return what *key* means already, as a sentence, or ""."""
    for other in before:
        if key in other.keys:
            return f"has the key {shown_key(key)}, which is {other.name}'s too: give one of them another key"
    for together in HEARD_TOGETHER:
        if command.views and not together.views & set(command.views):
            continue
        for action in ACTIONS:
            if together.hears(action) and key in keymap.keys(action.name):
                return (
                    f"has the key {shown_key(key)}, which is {action.name}'s too {together.where}: give it another "
                    f"key, or {action.name} one in [keys]"
                )
    return ""


TABLE: Table[Commands] = Table(
    name=TABLE_NAME,
    means=(
        "Commands of my own on the selected record: a key, a program and its arguments, which no shell reads. "
        "docs/commands.md tells more."
    ),
    usual=(),
    make=_make,
    agree=_agree,
    repeated=True,
    settings=(
        Setting("name", NAME, "what it is called in footer, help and palette", example='"blame"', required=True),
        Setting(
            "command",
            COMMAND,
            "the program and its arguments, with `{id}` and its like filled in by the record",
            required=True,
        ),
        Setting("key", KEYS, "its key, or several; without one it is in the palette alone"),
        Setting("on", one_or_more(choice(*FIELDS)), "what it is for; usually all that has what its words need"),
        Setting("views", one_or_more(choice(*VIEWS)), "the views it is for; usually all"),
        Setting("does", LINE, "what it does, in a sentence; usually its words"),
        Setting("output", choice(*Output), "where what it prints is shown", '"pane"'),
        Setting("confirm", FLAG, "ask first, and show exactly what will run", "false"),
        Setting("dangerous", FLAG, "ask first, and never run it where musetui is read-only", "false"),
        Setting("timeout", LENGTH, "how long it may take, for one record", '"1m"'),
    ),
    example="""name = "history"
key = "b"
command = "git log --oneline -20 -- {path}"

[[commands]]
name = "tell"
on = "reservation"
command = ["tell-agent", "--", "{run}", "please release {address}"]
confirm = true
output = "toast"
""",
)
