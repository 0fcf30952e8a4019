"""The table `[[alerts]]` of the settings file: one rule each."""

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from musetui.alerts.rule import AT_MOST, Rule
from musetui.alerts.ways import Way
from musetui.errors import HubRefusedError
from musetui.news.kinds import GROUPS, LASTING, NAMES, NewsKind, kinds_of
from musetui.placeholders import names_in
from musetui.settings.tables import Complain, Setting, Table
from musetui.settings.values import FLAG, LENGTH, LINE, QUIET_HOURS, Value, choice, one_or_more, whole, words

LEVELS = ("high", "medium", "low")
CONFLICT_TYPES = (
    *("address_overlap", "containment_overlap", "operation_conflict"),
    *("blast_radius_overlap", "double_claim"),
)
REASONS = (
    *("silent", "abandoned", "orphan_intent", "overlong"),
    *("from_the_future", "waits_on_the_dead", "waits_in_a_circle", "claimed_by_a_ghost"),
)
"""The names of the forecast's own kinds, which it would take long to import."""

FIELDS = ("title", "text", "count", "event", "rule", "repo")
"""What the words of an alert's command may have in braces. All of it is our own words, or the person's."""

_CONFLICTS = {NewsKind.CONFLICT, NewsKind.CONFLICT_CHANGED, NewsKind.CONFLICT_ENDED}
_STUCK = {NewsKind.STALE}
_NOWHERE = {*GROUPS["hub"], NewsKind.PROBLEM, NewsKind.PROBLEM_SOLVED}
"""What no run has a part in."""

_URL_LIMIT = 2_048


def _read_webhook(value: object) -> str:
    advice = "write an address such as https://hooks.example.org/…, or $NAME for the variable that holds one"
    if not isinstance(value, str) or not 0 < len(value) <= _URL_LIMIT:
        raise ValueError(advice)
    if value.startswith("$"):
        if value[1:].replace("_", "a").isalnum() and value.isascii():
            return value
        raise ValueError(advice)
    check_webhook(value)
    return value


def check_webhook(url: str) -> None:
    """Do nothing, if *url* may be posted to.

    Raises:
        ValueError: if it may not; with advice that has nothing of it.
    """
    from musetui.hub.address import read_address

    if not url.isascii() or not url.isprintable() or " " in url:
        raise ValueError("write an address without spaces, such as https://hooks.example.org/…")
    try:
        parts = urlsplit(url)
        read_address(f"{parts.scheme}://{parts.netloc}")
    except (HubRefusedError, ValueError):
        raise ValueError("write an address with https (or http to this very machine), without a password") from None


WEBHOOK = Value(_read_webhook, {"type": "string", "minLength": 1, "maxLength": _URL_LIMIT}, secret=True)


def _rules(entries: Sequence[Mapping[str, Any]], complain: Complain) -> tuple[Rule, ...]:
    def complain_at(place: int) -> Callable[[str, str], None]:
        return lambda key, sentence: complain((place, key), sentence)

    return tuple(_rule(entry, complain_at(place)) for place, entry in enumerate(entries))


def _rule(entry: Mapping[str, Any], complain: Callable[[str, str], None]) -> Rule:
    on = kinds_of(entry.get("on", ()))
    for key, kinds in (
        *(("risk", _CONFLICTS), ("type", _CONFLICTS)),
        *(("severity", _STUCK), ("reason", _STUCK), ("for", LASTING)),
    ):
        if key in entry and not on <= kinds:
            others = ", ".join(sorted(on - kinds))
            complain(key, f"is for {', '.join(sorted(kinds))} alone, and on says {others} too")
    for key in ("run", "branch", "address"):
        if key in entry and on <= _NOWHERE and not (key == "address" and NewsKind.PROBLEM in on):
            complain(key, f"fits nothing of what on says: {', '.join(sorted(on))}")
    for word in entry.get("command", ()):
        for name in names_in(word):
            if name not in FIELDS:
                complain("command", f"has {{{name}}}, and there are {', '.join(f'{{{each}}}' for each in FIELDS)}")
    if names_in(entry.get("command", ("",))[0]):
        complain("command", "begins with what is filled in: begin with the program itself")
    is_own = "command" in entry or "webhook" in entry
    return Rule(
        on,
        name=entry.get("name", ""),
        risk=entry.get("risk", ()),
        kind=entry.get("type", ()),
        severity=entry.get("severity", ()),
        reason=entry.get("reason", ()),
        run=entry.get("run", ""),
        branch=entry.get("branch", ""),
        address=entry.get("address", ""),
        lasting=entry.get("for", timedelta(0)),
        ways=tuple(map(Way, entry.get("what", () if is_own else (Way.TOAST,)))),
        in_front=entry.get("in_front", False),
        command=entry.get("command", ()),
        webhook=entry.get("webhook", ""),
        at_most=entry.get("at_most", AT_MOST),
        within=entry.get("within", timedelta(minutes=1)),
        quiet_hours=entry.get("quiet_hours"),
    )


TABLE: Table[tuple[Rule, ...]] = Table(
    name="alerts",
    means="What is worth a disturbance, and how it comes: a rule each. docs/alerts.md tells more.",
    usual=(),
    make=_rules,
    repeated=True,
    settings=(
        Setting(
            "on",
            one_or_more(choice(*NAMES)),
            "what happens: one of the events of `musetui watch`, or several",
            "",
            required=True,
        ),
        Setting("name", LINE, "what its alerts are called", example='"billing"'),
        Setting("risk", one_or_more(choice(*LEVELS)), "of conflicts: how bad"),
        Setting("type", one_or_more(choice(*CONFLICT_TYPES)), "of conflicts: of which type"),
        Setting(
            "severity",
            one_or_more(choice(*LEVELS)),
            "of what is stale: how bad; medium and worse, if reason is not said either",
        ),
        Setting("reason", one_or_more(choice(*REASONS)), "of what is stale: why"),
        Setting("run", LINE, "a pattern such as `agent-4*` for a run that has a part in it"),
        Setting("branch", LINE, "a pattern for a branch"),
        Setting("address", LINE, "a pattern for an address, such as `src/billing*`"),
        Setting("for", LENGTH, "how long it must have been so: of conflict, stale, silent, problem and hub_away"),
        Setting(
            "what",
            one_or_more(choice(*Way)),
            "toast, bell, desktop, or several; osc9 and osc777 are the two ways to the desktop",
            '"toast"',
        ),
        Setting("in_front", FLAG, "show desktop notices also while the terminal is in front", "false"),
        Setting(
            "command",
            words('write the program and its arguments, each in quotes: ["notify-send", "{text}"]'),
            "a program that is run, by no shell",
        ),
        Setting("webhook", WEBHOOK, "an address it is posted to as JSON, or `$NAME` of a variable that holds one"),
        Setting("at_most", whole(1, 100), "how many alerts there are at most", str(AT_MOST)),
        Setting("within", LENGTH, "in any such length of time", '"1m"'),
        Setting("quiet_hours", QUIET_HOURS, "when it waits; `never` for not at all; usually the setting of that name"),
    ),
    example="""on = "conflict"
risk = "high"
what = ["toast", "desktop"]

[[alerts]]
on = "stale"
reason = "silent"
for = "30m"
command = ["notify-send", "{title}", "{text}"]

[[alerts]]
on = "hub_away"
for = "5m"
what = "bell"
""",
)
