"""Notices: what an alert says, of one thing or of a thousand."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from musetui.alerts.rule import Rule
from musetui.durations import format_duration
from musetui.news.kinds import NewsKind
from musetui.news.news import News
from musetui.records.text import safe_text

SHOWN = 3
"""Pieces of news that a notice has whole; of more, the number."""

_TEXT_LIMIT = 400

_NOUNS: dict[NewsKind, tuple[str, str]] = {
    NewsKind.CONFLICT: ("new {level}conflict", "new {level}conflicts"),
    NewsKind.CONFLICT_CHANGED: ("{level}conflict that changed", "{level}conflicts that changed"),
    NewsKind.CONFLICT_ENDED: ("{level}conflict over", "{level}conflicts over"),
    NewsKind.STALE: ("thing stuck", "things stuck"),
    NewsKind.STALE_ENDED: ("thing no longer stuck", "things no longer stuck"),
    NewsKind.RESERVED: ("new reservation", "new reservations"),
    NewsKind.RELEASED: ("reservation released", "reservations released"),
    NewsKind.EXPIRED: ("reservation expired", "reservations expired"),
    NewsKind.EXTENDED: ("lease extended", "leases extended"),
    NewsKind.BEAT: ("heartbeat", "heartbeats"),
    NewsKind.INTENT: ("new intent", "new intents"),
    NewsKind.TASK: ("new task", "new tasks"),
    NewsKind.CLAIM: ("new claim", "new claims"),
    NewsKind.WAITS: ("new wait", "new waits"),
    NewsKind.CHANGED: ("record changed", "records changed"),
    NewsKind.REMOVED: ("record removed", "records removed"),
    NewsKind.SILENT: ("run fallen silent", "runs fallen silent"),
    NewsKind.RETURNED: ("run heard of again", "runs heard of again"),
    NewsKind.PROBLEM: ("new problem", "new problems"),
    NewsKind.PROBLEM_SOLVED: ("problem solved", "problems solved"),
    NewsKind.HUB_AWAY: ("hub away", "hubs away"),
    NewsKind.HUB_BACK: ("hub back", "hubs back"),
    NewsKind.PUSHED: ("push to the hub", "pushes to the hub"),
    NewsKind.PULLED: ("pull from the hub", "pulls from the hub"),
}


@dataclass(frozen=True, slots=True)
class Notice:
    """One alert.

    Attributes:
        rule: whose it is.
        at: when it is given (aware).
        since: when the first thing that it tells of was noticed (aware).
        count: how many things it tells of.
        over: how many of these are over already.
        held: how many of these were held back, by quiet hours or by the rule's limit: all or none.
        news: the first few, whole.
        repository: in which this happened (any text).
    """

    rule: Rule
    at: datetime
    since: datetime
    count: int
    over: int
    held: int
    news: tuple[News, ...]
    repository: str = ""

    @property
    def title(self) -> str:
        """A few words: what it is about, as its rule calls it; safe text."""
        return safe_text(self.rule.name, 80) or self.headline

    @property
    def headline(self) -> str:
        """How many of what: `1,000 new high-risk conflicts`; safe text."""
        kinds = {news.kind for news in self.news}
        if self.count > len(self.news):
            kinds |= self.rule.on
        one, several = _NOUNS[kinds.pop()] if len(kinds) == 1 else ("piece of news", "pieces of news")
        words = one if self.count == 1 else several
        level = f"{self.rule.risk[0]}-risk " if len(self.rule.risk) == 1 else ""
        lasting = f" for {format_duration(self.rule.lasting)}" if self.rule.lasting > timedelta(0) else ""
        words = words.format(level=level) + lasting
        return words[0].upper() + words[1:] if self.count == 1 else f"{self.count:,} {words}"

    @property
    def text(self) -> str:
        """All of it in a line of safe text: `3 new conflicts, 1 of them over; the first: 2 runs hold src/a.py`."""
        said = self.headline
        if self.over:
            said += ", over already" if self.over == self.count else f", {self.over:,} of them over already"
        if self.held:
            said += f" (held back since {self.since.astimezone():%H:%M})"
        if self.news and (first := self.news[0].sentence()):
            said += f": {first}" if self.count == 1 else f"; the first: {first}"
        return safe_text(said, _TEXT_LIMIT)

    @property
    def below_title(self) -> str:
        """The text, for a place where the title stands above it: without what that says already; safe text."""
        said = self.text.removeprefix(self.headline) if self.title == self.headline else self.text
        return said.lstrip(" ,;:") or self.text

    def fields(self) -> dict[str, object]:
        """Return it for programs: always the same names."""
        return {
            "schema_version": 1,
            "at": self.at.isoformat(),
            "event": "alert",
            "rule": self.rule.name,
            "repository": self.repository,
            "title": self.title,
            "text": self.text,
            "count": self.count,
            "over": self.over,
            "held": self.held,
            "since": self.since.isoformat(),
            "news": [each.fields() for each in self.news],
        }
