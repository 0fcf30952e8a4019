"""What `musetui stale` and `musetui check` can be told."""

from argparse import ArgumentTypeError
from typing import TYPE_CHECKING

from musetui.cli.arguments import RISKS, Parser, declare_calls, declare_filter, declare_sight, one_of, whole_number

if TYPE_CHECKING:
    from musetui.forecast.stale import StaleReason


def declare_thresholds(parser: Parser) -> None:
    """When what is still there counts as a finding."""
    for option, meaning in (
        ("--silent-after", "a run without a sign of life for this long is silent (default: 15m)"),
        ("--longest-lease", "a longer lease is overlong (default: 24h)"),
        ("--future-tolerance", "a record dated further ahead is from the future (default: 1m)"),
        ("--abandoned-within", "for how long what ran out is looked at (default: 24h)"),
    ):
        parser.add_argument(option, metavar="TIME", help=meaning)


def declare_stale(parser: Parser) -> None:
    """Which of what is stuck is printed, and what counts as stuck."""
    parser.add_argument(
        "--reason",
        dest="reasons",
        type=_reasons,
        nargs="+",
        action="extend",
        default=[],
        metavar="REASON",
        help="only these: silent, abandoned, orphan_intent, … (default: all)",
    )
    declare_filter(parser, "severity:high age:>2h")
    declare_calls(parser)
    declare_thresholds(parser)
    declare_sight(parser)


def declare_check(parser: Parser) -> None:
    """How much of what is allowed."""
    levels = {level: level for level in RISKS}
    level_names = ", ".join(levels)
    parser.add_argument(
        "--max-stale", type=whole_number, default=0, metavar="N", help="so many things may be stuck (default: 0)"
    )
    parser.add_argument(
        "--severity",
        type=one_of("severity", levels),
        default="low",
        metavar="LEVEL",
        help=f"of what is stuck, count what is at least this bad: {level_names} (default: low, so all)",
    )
    parser.add_argument(
        "--max-conflicts", type=whole_number, default=0, metavar="N", help="so many conflicts may be (default: 0)"
    )
    parser.add_argument(
        "--risk",
        type=one_of("risk", levels),
        default="high",
        metavar="LEVEL",
        help=f"count conflicts of at least this risk: {level_names} (default: high)",
    )
    parser.add_argument(
        "--max-problems", type=whole_number, metavar="N", help="so many files may be no record (default: any number)"
    )
    declare_filter(parser, "branch:feature/* addr:src/*")
    declare_calls(parser)
    declare_thresholds(parser)
    declare_sight(parser)


def _reasons(text: str) -> "list[StaleReason]":
    from musetui.forecast.stale import StaleReason

    read = one_of("reason", {reason.value: reason.value for reason in StaleReason})
    names = ["_".join(name.lower().replace("-", " ").split()) for name in text.split(",")]
    if "deadlock" in names:  # as the advice for it has it, for a release
        raise ArgumentTypeError(f"'deadlock' is no reason: did you mean {StaleReason.WAITS_IN_A_CIRCLE.value}?")
    return [StaleReason(read(name)) for name in names]
