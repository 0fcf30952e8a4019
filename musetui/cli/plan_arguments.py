"""What `musetui plan` can be told."""

import argparse

from musetui.cli.arguments import declare_filter, declare_sight


def declare_plan(parser: argparse.ArgumentParser) -> None:
    """What is supposed, which two branches are asked about, and how it is printed."""
    parser.add_argument(
        "--merged", action="append", default=[], metavar="BRANCH", help="suppose that it is merged; may be repeated"
    )
    parser.add_argument(
        "--released",
        action="append",
        default=[],
        metavar="RUN_ID",
        help="suppose that this run is done; the same",
    )
    parser.add_argument(
        "--pair",
        nargs=2,
        metavar=("OURS", "THEIRS"),
        help="what two branches change in each symbol, as an installed `muse` tells it",
    )
    parser.add_argument("--markdown", action="store_true", help="print a page to paste into a review")
    declare_filter(parser, "branch:feature/* rework:>0")
    declare_sight(parser)
