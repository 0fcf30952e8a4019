"""Alerts of `musetui watch`: which rules there are, and a terminal with lines in it as the place where a person is."""

import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

from musetui.cli.failures import UsageError
from musetui.records.text import safe_text

if TYPE_CHECKING:
    from musetui.alerts.notice import Notice
    from musetui.alerts.rule import Rule
    from musetui.cli.workspace import Workspace


def rules_of(workspace: "Workspace", *, pulls: bool) -> "tuple[Rule, ...]":
    """Return the rules of the settings; tells of those that nothing can come of.

    Raises:
        UsageError: if there are none.
    """
    from musetui.alerts.settings import TABLE
    from musetui.news.kinds import GROUPS
    from musetui.settings import user_settings_file

    rules = workspace.settings.of(TABLE)
    if not rules:
        where = safe_text(user_settings_file())
        raise UsageError(f"there are no rules for alerts: write [[alerts]] into {where} (docs/alerts.md tells how)")
    if not pulls and any(rule.on <= set(GROUPS["hub"]) for rule in rules):
        tell("what is about the hub is told only with --pull")
    return rules


class TerminalFace:
    """The terminal that stderr is, if it is one; an alert itself is a line among the others.

    Args:
        show: prints a notice.
    """

    in_front: bool | None = None

    def __init__(self, show: "Callable[[Notice], None]") -> None:
        self.toast = show

    def ring(self, sequence: str) -> None:
        """Write a control sequence to the terminal, beside what is printed."""
        if sys.stderr is not None and sys.stderr.isatty():
            print(sequence, end="", file=sys.stderr, flush=True)

    def complain(self, sentence: str) -> None:
        """Tell what went wrong."""
        tell(sentence)


def tell(sentence: str) -> None:
    """Tell a person, beside what is printed, what is not as it should be."""
    print(f"musetui: {safe_text(sentence, 400)}", file=sys.stderr, flush=True)
