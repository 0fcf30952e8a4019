"""What each command can be told, and what a value must look like."""

import argparse
from collections.abc import Mapping, Sequence
from datetime import timedelta
from difflib import get_close_matches
from pathlib import Path

from musetui.durations import parse_duration
from musetui.errors import MuseTuiError
from musetui.records.kinds import INTENT_OPERATIONS, OPERATIONS, Kind
from musetui.records.text import safe_text
from musetui.settings import NAME_LIMIT, is_hub_name

WITH_VALUE = ("--repo", "--at", "--recording", "--view", "--filter", "--theme", "--glyphs", "--density", "--debug-log")
"""Options before the command that are followed by their value."""

BEFORE = ("--read-only", "--poll", "--no-calls", "--version")
"""Options that stand before the command."""

RISKS = ("high", "medium", "low")
"""How bad a conflict or something stuck is, the worst first."""

WANTED = {
    "KIND": f"say of which kind: {', '.join(Kind)}",
    "RECORDING": "name the recording, a file that `musetui record` wrote",
}
"""What to say where the words that a command needs are missing, if their names do not tell."""

Parser = argparse.ArgumentParser

_KINDS: Mapping[str, Kind] = {name: kind for kind in Kind for name in (kind.value, kind.folder)}


def declare_repo(parser: Parser) -> None:
    """Where the repository is."""
    parser.add_argument("--repo", metavar="PATH", help="a folder in the repository (default: search upwards from here)")


def declare_json(parser: Parser) -> None:
    """Whether the output is for programs."""
    parser.add_argument("--json", "-j", dest="as_json", action="store_true", help="print one JSON object")


def declare_data(parser: Parser) -> None:
    """What every command takes that prints data."""
    declare_repo(parser)
    declare_json(parser)


def declare_moment(parser: Parser) -> None:
    """Which moment is shown, in place of this one, and what is used to know it."""
    declare_at(parser, "or -2h for two hours ago (default: now)")
    parser.add_argument(
        "--recording",
        type=Path,
        metavar="FILE",
        help="what `musetui record` wrote, with --at (default: the one that is kept of the repository)",
    )


def declare_at(parser: Parser, last: str) -> None:
    """Which moment is shown; *last* ends the list of what it may look like."""
    parser.add_argument("--at", metavar="MOMENT", help=f"as it was then: 2026-03-18T12:30, 12:30, {last}")


def declare_sight(parser: Parser) -> None:
    """What every command takes that prints how it stands, now or then."""
    declare_moment(parser)
    declare_data(parser)


def declare_doctor(parser: Parser) -> None:
    """Which hub, and whether it may be asked."""
    declare_data(parser)
    declare_hub_place(parser)
    parser.add_argument("--offline", action="store_true", help="ask no hub whether it answers")


def declare_completion(parser: Parser) -> None:
    """For which shell."""
    shells = {name: name for name in ("bash", "zsh", "fish")}
    parser.add_argument("shell", type=one_of("shell", shells), metavar="SHELL", help=f"one of {', '.join(shells)}")


def declare_filter(parser: Parser, example: str) -> None:
    """Which of what is printed is wanted."""
    parser.add_argument(
        "--filter",
        metavar="TEXT",
        help=f"only what it shows in the dashboard, such as '{example}'; see docs/filters.md",
    )


def declare_debug_log(parser: Parser) -> None:
    """Where it is written down what musetui does; stands before any command."""
    parser.add_argument(
        "--debug-log", type=Path, metavar="FILE", help="write down what musetui does, a line each; no secret is in it"
    )


def declare_calls(parser: Parser) -> None:
    """Whether calls count."""
    parser.add_argument(
        "--calls",
        dest="with_calls",
        action="store_true",
        help="read the sources too, for who calls what another one changes: slow the first time",
    )


def declare_conflicts(parser: Parser) -> None:
    """Whether calls count, and which conflicts are printed."""
    declare_calls(parser)
    parser.add_argument(
        "--risk",
        type=one_of("risk", {level: level for level in RISKS}),
        metavar="LEVEL",
        help=f"only of at least this risk: {', '.join(RISKS)} (default: any)",
    )
    parser.add_argument(
        "--run",
        dest="runs",
        action="append",
        default=[],
        metavar="RUN_ID",
        help="only where it takes part; may be repeated, for any of several",
    )
    parser.add_argument(
        "--branch", dest="branches", action="append", default=[], metavar="NAME", help="only where it is; the same"
    )
    declare_filter(parser, "risk:high -kind:claim")
    declare_sight(parser)


def declare_list(parser: Parser) -> None:
    """Which records are listed."""
    names = ", ".join(Kind)
    parser.add_argument("kind", type=one_of("kind", _KINDS), metavar="KIND", help=f"one of {names}")
    parser.add_argument("--limit", type=positive_number, metavar="N", help="the newest N alone (default: all)")
    declare_filter(parser, "run:agent-4* state:active left:<10m")
    declare_sight(parser)


def declare_record(parser: Parser) -> None:
    """Where a recording is kept."""
    parser.add_argument(
        "file",
        nargs="?",
        type=Path,
        metavar="FILE",
        help="where to; one that is there is gone on with (default: one of its own for the repository)",
    )
    parser.add_argument(
        "--poll", action="store_true", default=None, help="compare folders instead of asking the kernel (network disks)"
    )
    declare_data(parser)


def declare_reserve(parser: Parser) -> None:
    """What a reservation says."""
    parser.add_argument("addresses", nargs="+", metavar="ADDRESS", help="such as src/billing.py::compute_total")
    _declare_run(parser, "who takes them")
    parser.add_argument(
        "--ttl",
        type=_length,
        default=timedelta(hours=1),
        metavar="TIME",
        help="such as 90m, 2h, or seconds (default: 1h)",
    )
    _declare_operation(parser, OPERATIONS, required=False)
    _declare_branch(parser)
    declare_data(parser)


def declare_intent(parser: Parser) -> None:
    """What an intent says."""
    parser.add_argument(
        "addresses", nargs="*", metavar="ADDRESS", help="may be left out with --reservation-id: all it holds"
    )
    _declare_operation(parser, INTENT_OPERATIONS, required=True)
    parser.add_argument("--detail", default="", metavar="TEXT", help="what exactly, in your own words")
    parser.add_argument("--reservation-id", default="", metavar="ID", help="the reservation it belongs to, or a prefix")
    _declare_run(parser, "whose intent it is")
    _declare_branch(parser)
    declare_data(parser)


def declare_release(parser: Parser) -> None:
    """Which reservation is given back."""
    _declare_id(parser)
    _declare_run(parser, "who gives it back")
    parser.add_argument("--reason", default="", metavar="TEXT", help="why, in your own words")
    declare_data(parser)


def declare_heartbeat(parser: Parser) -> None:
    """Which reservation's run lives, and for how long it needs what it holds."""
    _declare_id(parser)
    _declare_run(parser, "who lives or, with --extension, who extends it")
    parser.add_argument(
        "--extension",
        type=_length,
        metavar="TIME",
        help="keep the reservation for at least this long from now: such as 30m, or seconds; never shortens it; "
        "by another than its holder it is no sign of life",
    )
    declare_data(parser)


def declare_push(parser: Parser) -> None:
    """What is sent, and where."""
    declare_hub_place(parser)
    declare_data(parser)


def declare_pull(parser: Parser) -> None:
    """What is fetched, and from where."""
    declare_hub_place(parser)
    parser.add_argument(
        "--since-id", type=_hub_id, default=0, metavar="N", help="records above this number of the hub's (default: 0)"
    )
    parser.add_argument(
        "--limit", type=_page, default=500, metavar="N", help="at most so many records, 1 to 1000 (default: 500)"
    )
    declare_data(parser)


def declare_hub_place(parser: Parser) -> None:
    parser.add_argument(
        "--hub",
        type=_hub,
        metavar="URL",
        help="the hub (default: $MUSETUI_HUB, or [hub] url of .muse/config.toml)",
    )
    parser.add_argument("--owner", type=_hub_name, metavar="NAME", help="whose repository (default: your handle)")
    parser.add_argument("--slug", type=_hub_name, metavar="NAME", help="its name (default: the repository's folder)")
    parser.add_argument(
        "--kinds",
        type=_some_kinds,
        nargs="+",
        action="extend",
        default=[],
        metavar="KIND",
        help=f"of {', '.join(Kind)}; several with commas or spaces between (default: all)",
    )


def _declare_id(parser: Parser) -> None:
    parser.add_argument("id", metavar="ID", help="the reservation's id, or the first 4 or more characters of it")


def _declare_run(parser: Parser, who: str, default: str = "$MUSETUI_RUN_ID, else user@host") -> None:
    parser.add_argument("--run-id", metavar="ID", help=f"{who} (default: {default})")


def _declare_branch(parser: Parser) -> None:
    parser.add_argument("--branch", metavar="NAME", help="the branch it happens on (default: the current one)")


def _declare_operation(parser: Parser, operations: Sequence[str], *, required: bool) -> None:
    parser.add_argument(
        "--op",
        dest="operation",
        required=required,
        type=one_of("operation", {name: name for name in operations}),
        metavar="OPERATION",
        help=f"one of {', '.join(operations)}",
    )


def nearest(text: str, what: str, names: Sequence[str]) -> str:
    """Say that *text* is no *what*, and which one may have been meant."""
    low = text.lower()
    begun = [name for name in names if low and name.startswith(low)]
    within = [name for name in names if len(low) >= _TELLING and low in name]
    near = begun or within or get_close_matches(low, names, 1, 0.5)
    advice = f"did you mean {' or '.join(near)}?" if near else f"use one of {', '.join(names)}"
    return f"{safe_text(text, 40)!r} is no {what}: {advice}"


_TELLING = 3
"""Characters from which on a part of a name says which one is meant."""


class OneOf:
    """Reads one of a few words.

    Attributes:
        names: the words, each by the name that is preferred.
    """

    def __init__(self, what: str, values: Mapping[str, str]) -> None:
        self.names = list(dict.fromkeys(values.values()))
        self._what = what
        self._values = values

    def __call__(self, text: str) -> str:
        if text in self._values:
            return self._values[text]
        raise argparse.ArgumentTypeError(nearest(text, self._what, self.names))


def one_of(what: str, values: Mapping[str, str]) -> OneOf:
    """Return what reads one of *values*, which are called *what*."""
    return OneOf(what, values)


def _length(text: str) -> timedelta:
    try:
        return parse_duration(text)
    except MuseTuiError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def whole_number(text: str) -> int:
    # int() would also take `1_000` and digits of other scripts, and refuses very long ones with another sentence.
    if text.isascii() and text.isdigit() and len(text) <= 9:
        return int(text)
    raise argparse.ArgumentTypeError(f"{safe_text(text, 40)!r} is no whole number from 0 to 999999999")


def _hub(text: str) -> str:
    from musetui.hub.address import read_address

    try:
        return str(read_address(text))
    except MuseTuiError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def _hub_name(text: str) -> str:
    if is_hub_name(text):
        return text
    raise argparse.ArgumentTypeError(
        f"{safe_text(text, 40)!r} is no name at a hub: give 1 to {NAME_LIMIT} characters, without a slash"
    )


def _some_kinds(text: str) -> list[Kind]:
    read = one_of("kind", _KINDS)
    return [Kind(read(name.strip())) for name in text.split(",")]


_LARGEST_ID = 2**63 - 1
"""As `hub.replies.LARGEST_ID`, which is not imported for every command's sake."""


def _hub_id(text: str) -> int:
    if text.isascii() and text.isdigit() and len(text) <= 19 and int(text) <= _LARGEST_ID:
        return int(text)
    raise argparse.ArgumentTypeError(f"{safe_text(text, 40)!r} is no number that a hub gives: give 0 to {_LARGEST_ID}")


def _page(text: str) -> int:
    if text.isascii() and text.isdigit() and len(text) <= 4 and 1 <= int(text) <= 1_000:
        return int(text)
    raise argparse.ArgumentTypeError(f"{safe_text(text, 40)!r} is no number from 1 to 1000")


def positive_number(text: str) -> int:
    """Read a number of at least one."""
    if text.isascii() and text.isdigit() and len(text) <= 9 and int(text) >= 1:
        return int(text)
    raise argparse.ArgumentTypeError(f"{safe_text(text, 40)!r} is no whole number from 1 to 999999999")
