"""What `musetui watch` can be told."""

import argparse

from musetui.cli.arguments import Parser, declare_filter, declare_repo, nearest

ALERT = "alert"
"""What the line of an alert is called; chosen alone, nothing else is told."""


def declare_watch(parser: Parser) -> None:
    """What is told, how, and what is followed beside the disk."""
    parser.add_argument(
        "--only",
        type=_kinds,
        nargs="+",
        action="extend",
        default=[],
        metavar="KIND",
        help="tell of these alone; several with commas or spaces between (default: all but beat)",
    )
    parser.add_argument(
        "--initial",
        action="store_true",
        help="begin with the conflicts, what is stuck, and the problems that there are already",
    )
    parser.add_argument(
        "--alerts",
        dest="with_alerts",
        action="store_true",
        help="bring the alerts of the settings too: bell, desktop notices, commands, webhooks, and a line each",
    )
    parser.add_argument("--pull", action="store_true", help="pull from the hub too, and tell how it stands")
    parser.add_argument(
        "--calls",
        dest="with_calls",
        action="store_true",
        help="read the sources too, for who calls what another one changes",
    )
    parser.add_argument(
        "--poll", action="store_true", default=None, help="compare folders instead of asking the kernel (network disks)"
    )
    declare_filter(parser, "run:agent-4* -event:extended")
    declare_repo(parser)
    parser.add_argument("--json", "-j", dest="as_json", action="store_true", help="print one JSON object a line")


def _kinds(text: str) -> list[str]:
    from musetui.news.kinds import NAMES

    names = [name.strip().replace("-", "_") for name in text.split(",")]
    for name in names:
        if name not in (*NAMES, ALERT):
            raise argparse.ArgumentTypeError(nearest(name, "kind of news", (*NAMES, ALERT)))
    return names
