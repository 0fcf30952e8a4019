"""A rule: what is worth an alert, how long it must have lasted, how often at most, and by what ways it comes.

Plain data, in the words of the settings file, and made before anything heavy is imported.
"""

from dataclasses import dataclass
from datetime import timedelta

from musetui.alerts.ways import Way
from musetui.news.kinds import NewsKind
from musetui.quiet_hours import QuietHours

AT_MOST, WITHIN = 3, timedelta(minutes=1)
"""How many alerts of one rule disturb within how long, unless it says otherwise."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. What is empty does not matter; of what is not, one must fit.

    Attributes:
        on: the kinds of news it is about.
        name: what its alerts are called; "" for none.
        risk: of conflicts: how bad.
        kind: of conflicts: of which type.
        severity: of what is stuck: how bad; if that is not said, nor why, medium and worse.
        reason: of what is stuck: why.
        run: a pattern for runs that have a part in it.
        branch: a pattern for its branches.
        address: a pattern for its addresses.
        lasting: how long it must have been so; nothing for at once.
        ways: how a person hears of it.
        in_front: whether a desktop notice is shown though the terminal is in front.
        command: the words of a command that is run; () for none.
        webhook: where it is posted: an address, or `$` and the name of a variable that holds it; "" for none.
        at_most: how many alerts there are at most,
        within: in any such length of time.
        quiet_hours: in which they wait; None for the usual ones.
    """

    on: frozenset[NewsKind]
    name: str = ""
    risk: tuple[str, ...] = ()
    kind: tuple[str, ...] = ()
    severity: tuple[str, ...] = ()
    reason: tuple[str, ...] = ()
    run: str = ""
    branch: str = ""
    address: str = ""
    lasting: timedelta = timedelta(0)
    ways: tuple[Way, ...] = (Way.TOAST,)
    in_front: bool = False
    command: tuple[str, ...] = ()
    webhook: str = ""
    at_most: int = AT_MOST
    within: timedelta = WITHIN
    quiet_hours: QuietHours | None = None
