"""What `musetui`, `musetui demo` and `musetui replay` can be told."""

from argparse import ArgumentTypeError
from pathlib import Path

from musetui.cli.arguments import Parser, declare_at, declare_filter, one_of, positive_number, whole_number
from musetui.records.text import safe_text
from musetui.tui.views import VIEWS


def declare_dashboard(parser: Parser) -> None:
    """How the dashboard behaves."""
    _declare_first(parser)
    # None where nothing is said, so that the environment and the files are heard.
    parser.add_argument("--read-only", action="store_true", default=None, help="never write")
    _declare_looks(parser)
    parser.add_argument(
        "--poll", action="store_true", default=None, help="compare folders instead of asking the kernel (network disks)"
    )
    parser.add_argument(
        "--no-calls",
        dest="calls",
        action="store_false",
        default=None,
        help="do not read sources for who calls what another one changes",
    )


def declare_demo(parser: Parser) -> None:
    """How large and fast the demo's swarm is."""
    parser.add_argument(
        "--agents", type=positive_number, default=24, metavar="N", help="how many agents work (default: 24)"
    )
    parser.add_argument("--seed", type=whole_number, default=7, metavar="N", help="the same number, the same story")
    parser.add_argument("--speed", type=_speed, default=1.0, metavar="X", help="how much faster than life (default: 1)")
    declare_dashboard(parser)


def declare_replay(parser: Parser) -> None:
    """Which recording is shown, and how."""
    parser.add_argument("recording_file", type=Path, metavar="RECORDING", help="what `musetui record` wrote, anywhere")
    declare_at(parser, "or -2h for two hours before its end (default: its end)")
    _declare_first(parser)
    _declare_looks(parser)


def _declare_first(parser: Parser) -> None:
    """What the dashboard begins with."""
    parser.add_argument(
        "--view",
        type=one_of("view", {name: name for name in VIEWS}),
        metavar="NAME",
        help=f"the view to begin with: {', '.join(VIEWS)} (default: dashboard)",
    )
    declare_filter(parser, "run:agent-4* -state:expired")


def _declare_looks(parser: Parser) -> None:
    parser.add_argument("--theme", metavar="NAME", help="its colours, such as musetui-contrast-dark; see docs/looks.md")
    for name, words, about in (
        ("glyphs", ("auto", "unicode", "ascii"), "which signs it paints"),
        ("density", ("comfortable", "compact"), "how much there is on the screen"),
    ):
        kind = one_of(name, {word: word for word in words})
        parser.add_argument(f"--{name}", type=kind, metavar="HOW", help=f"{about}: {', '.join(words)}")
    parser.add_argument(
        "--reduced-motion",
        action="store_true",
        default=None,
        help="nothing moves or blinks, and news is painted once a second",
    )


def _speed(text: str) -> float:
    try:
        speed = float(text)
    except ValueError:
        speed = 0.0
    if 0.01 <= speed <= 1_000:
        return speed
    raise ArgumentTypeError(f"{safe_text(text, 40)!r} is no speed from 0.01 to 1000")
