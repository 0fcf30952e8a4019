"""The engine: never more than allowed, never in quiet hours, and nothing lost without a word."""

from collections.abc import Iterable
from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from musetui.alerts.engine import GATHER, LONGEST_GATHER, Alerts
from musetui.alerts.notice import Notice
from musetui.alerts.rule import Rule
from musetui.forecast.conflict import ConflictKey, ConflictType, Risk
from musetui.forecast.stale import Severity, StaleKey, StaleReason
from musetui.news.kinds import NewsKind
from musetui.news.news import News
from musetui.news.occurrence import Occurrence
from musetui.news.teller import Teller
from musetui.quiet_hours import QuietHours
from musetui.records.kinds import Kind
from tests.properties import patient

NOON = datetime(2026, 3, 18, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)
CONFLICT = frozenset({NewsKind.CONFLICT})


class Words(Teller):
    """Tells what an occurrence says itself, and what a test says of it."""

    def __init__(self) -> None:
        self.severities: dict[object, Severity] = {}
        self.began: dict[object, datetime] = {}

    def severity(self, occurrence: Occurrence) -> Severity | None:
        return self.severities.get(occurrence.key)

    def since(self, occurrence: Occurrence) -> datetime:
        return self.began.get(occurrence.key, occurrence.at)

    def tell(self, occurrence: Occurrence) -> News:
        where = occurrence.key.address if isinstance(occurrence.key, ConflictKey) else "src/a.py"
        return News(
            occurrence.kind,
            occurrence.at,
            f"trouble at {where}",
            ("agent-41",),
            ("main",),
            (where,),
            risk=occurrence.risk,
        )


class Desk:
    """One rule at work, and what it gave."""

    def __init__(self, rule: Rule, quiet_hours: QuietHours | None = None) -> None:
        self.words = Words()
        options = {} if quiet_hours is None else {"quiet_hours": quiet_hours}
        self.alerts = Alerts([rule], self.words, zone=UTC, repository="orchard", **options)
        self.now = NOON
        self.given: list[Notice] = []

    def hear(self, *occurrences: Occurrence) -> None:
        self.alerts.hear(occurrences, self.now)

    def wait(self, span: timedelta) -> list[Notice]:
        """Let time pass, stop whenever something may be due, and return what was given meanwhile."""
        given: list[Notice] = []
        ends_at = self.now + span
        while self.now < ends_at:
            self.now = min(self.alerts.next_due(self.now) or ends_at, ends_at)
            given += self.alerts.due(self.now)
        self.given += given
        return given


def conflict(address: str = "src/a.py", risk: Risk = Risk.HIGH, at: datetime = NOON, **more: object) -> Occurrence:
    key = ConflictKey(ConflictType.ADDRESS_OVERLAP, address)
    kind = more.pop("kind", NewsKind.CONFLICT)
    return Occurrence(kind, at, key, risk=risk, **more)  # type: ignore[arg-type]


def over(address: str = "src/a.py") -> Occurrence:
    return conflict(address, kind=NewsKind.CONFLICT_ENDED)


def texts(notices: Iterable[Notice]) -> list[str]:
    return [notice.text for notice in notices]


def test_a_storm_is_one_disturbance() -> None:
    desk = Desk(Rule(CONFLICT, risk=("high",)))
    desk.hear(*(conflict(f"src/{number}.py") for number in range(1_000)), conflict("src/low.py", Risk.MEDIUM))
    assert desk.alerts.due(desk.now) == []
    (notice,) = desk.wait(10 * SECOND)
    assert notice.title == "1,000 new high-risk conflicts"
    assert notice.text == "1,000 new high-risk conflicts; the first: trouble at src/0.py"
    assert notice.below_title == "the first: trouble at src/0.py"
    assert (notice.count, notice.over, notice.held, len(notice.news)) == (1_000, 0, 0, 3)
    assert desk.wait(10 * MINUTE) == []


def test_a_storm_that_does_not_end_is_told_of_after_a_few_seconds_and_then_seldom() -> None:
    desk = Desk(Rule(CONFLICT, at_most=2, within=MINUTE))
    for number in range(240):
        desk.hear(conflict(f"src/{number}.py", at=desk.now))
        desk.wait(SECOND / 2)
    desk.wait(3 * MINUTE)
    given = [((notice.at - NOON).total_seconds(), bool(notice.held)) for notice in desk.given]
    assert given[:4] == [(5, False), (10, False), (65, True), (70, False)]
    assert sum(notice.count for notice in desk.given) == 240


def test_a_single_thing_is_told_whole() -> None:
    desk = Desk(Rule(CONFLICT, name="billing"))
    desk.hear(conflict())
    (notice,) = desk.wait(2 * SECOND)
    assert (notice.title, notice.text) == ("billing", "New conflict: trouble at src/a.py")
    assert notice.fields()["event"] == "alert"
    assert notice.fields()["repository"] == "orchard"


def test_what_was_there_before_anybody_looked_is_no_news() -> None:
    desk = Desk(Rule(CONFLICT))
    desk.hear(conflict(is_initial=True))
    assert desk.wait(10 * SECOND) == []
    lasting = Desk(Rule(CONFLICT, lasting=10 * MINUTE))
    lasting.words.began = {conflict("old").key: NOON - 11 * MINUTE, conflict("young").key: NOON - 4 * MINUTE}
    lasting.hear(conflict("old", is_initial=True), conflict("young", is_initial=True))
    (notice,) = lasting.wait(20 * MINUTE)
    assert notice.text == "New conflict for 10m: trouble at young"
    assert notice.at - NOON == 6 * MINUTE + GATHER


def test_what_must_last_is_told_of_only_if_it_does() -> None:
    desk = Desk(Rule(frozenset({NewsKind.HUB_AWAY}), lasting=5 * MINUTE))
    away, back = Occurrence(NewsKind.HUB_AWAY, NOON, ""), Occurrence(NewsKind.HUB_BACK, NOON, "")
    desk.hear(away)
    assert desk.wait(4 * MINUTE) == []
    desk.hear(back)
    assert desk.wait(10 * MINUTE) == []
    desk.hear(Occurrence(NewsKind.HUB_AWAY, desk.now, ""))
    assert [notice.title for notice in desk.wait(6 * MINUTE)] == ["Hub away for 5m"]


def test_how_bad_it_is_counts_when_it_has_lasted() -> None:
    desk = Desk(Rule(frozenset({NewsKind.STALE}), severity=("high",), lasting=MINUTE))
    key = StaleKey(StaleReason.SILENT, Kind.RESERVATION, "r1")
    other = key._replace(record_id="r2")
    desk.words.severities = {key: Severity.MEDIUM, other: Severity.MEDIUM}
    desk.hear(Occurrence(NewsKind.STALE, NOON, key), Occurrence(NewsKind.STALE, NOON, other))
    desk.words.severities[key] = Severity.HIGH
    assert [notice.count for notice in desk.wait(5 * MINUTE)] == [1]


def test_what_is_low_is_told_where_it_is_asked_for_alone() -> None:
    low = StaleKey(StaleReason.ORPHAN_INTENT, Kind.INTENT, "i1")
    medium = StaleKey(StaleReason.SILENT, Kind.RESERVATION, "r1")
    for asked, told in (
        ({}, 1),
        ({"severity": ("low",)}, 1),
        ({"severity": ("high", "medium", "low")}, 2),
        ({"reason": ("orphan_intent", "silent")}, 2),
    ):
        desk = Desk(Rule(frozenset({NewsKind.STALE, NewsKind.PROBLEM}), **asked))
        desk.words.severities = {low: Severity.LOW, medium: Severity.MEDIUM}
        desk.hear(*(Occurrence(NewsKind.STALE, NOON, key) for key in (low, medium)))
        assert [notice.count for notice in desk.wait(5 * MINUTE)] == [told]


def test_what_gets_worse_is_news_and_what_gets_better_is_let_go() -> None:
    desk = Desk(Rule(CONFLICT, risk=("high",), lasting=MINUTE))
    desk.hear(conflict(risk=Risk.MEDIUM))
    desk.hear(conflict(was=Risk.MEDIUM))
    desk.wait(30 * SECOND)
    desk.hear(conflict(risk=Risk.MEDIUM, was=Risk.HIGH, kind=NewsKind.CONFLICT_CHANGED))
    assert desk.wait(5 * MINUTE) == []
    desk.hear(conflict(at=desk.now, was=Risk.MEDIUM))
    desk.hear(conflict(at=desk.now, was=Risk.HIGH, kind=NewsKind.CONFLICT_CHANGED))
    assert len(desk.wait(5 * MINUTE)) == 1


def test_the_night_is_told_of_in_the_morning() -> None:
    desk = Desk(Rule(CONFLICT), QuietHours(time(11), time(14)))
    desk.hear(conflict("a"), conflict("b"))
    desk.wait(30 * MINUTE)
    desk.hear(conflict("c"), over("a"))
    desk.hear(over("c"), conflict("c"))
    assert desk.wait(89 * MINUTE) == []
    assert desk.alerts.next_due(desk.now) == NOON + 120 * MINUTE
    (notice,) = desk.wait(MINUTE)
    assert (notice.count, notice.over, notice.held) == (4, 2, 4)
    since = NOON.astimezone()
    assert notice.text == (
        f"4 new conflicts, 2 of them over already (held back since {since:%H:%M}); the first: trouble at a"
    )
    assert notice.below_title == notice.text.removeprefix("4 new conflicts, ")


def test_a_rule_of_its_own_quiet_hours() -> None:
    desk = Desk(Rule(CONFLICT, quiet_hours=QuietHours(time(), time())), QuietHours(time(11), time(14)))
    desk.hear(conflict())
    assert len(desk.wait(2 * SECOND)) == 1


@pytest.mark.parametrize(
    ("rule", "fitting"),
    [
        (Rule(CONFLICT, address="src/*"), True),
        (Rule(CONFLICT, address="lib/*"), False),
        (Rule(CONFLICT, run="agent-4?"), True),
        (Rule(CONFLICT, run="agent-5*"), False),
        (Rule(CONFLICT, branch="main", run="agent-*"), True),
        (Rule(CONFLICT, branch="dev", run="agent-*"), False),
        (Rule(CONFLICT, kind=("double_claim",)), False),
        (Rule(CONFLICT, kind=("address_overlap", "double_claim")), True),
        (Rule(CONFLICT, risk=("low", "medium")), False),
        (Rule(frozenset({NewsKind.STALE, NewsKind.RESERVED})), False),
    ],
)
def test_what_a_rule_is_about(rule: Rule, fitting: bool) -> None:
    desk = Desk(rule)
    desk.hear(conflict())
    assert bool(desk.wait(2 * SECOND)) is fitting


def test_several_kinds_are_counted_together() -> None:
    desk = Desk(Rule(frozenset({NewsKind.RESERVED, NewsKind.RELEASED})))
    desk.hear(Occurrence(NewsKind.RESERVED, NOON), Occurrence(NewsKind.RELEASED, NOON))
    assert desk.wait(2 * SECOND)[0].title == "2 pieces of news"
    desk.hear(Occurrence(NewsKind.RESERVED, desk.now))
    assert desk.wait(2 * SECOND)[0].title == "New reservation"


def test_what_ends_before_it_is_ripe_is_forgotten() -> None:
    desk = Desk(Rule(CONFLICT, lasting=60 * MINUTE))
    for number in range(5_000):
        desk.hear(conflict(f"{number}"), over(f"{number}"))
    (kept,) = desk.alerts._desks
    assert len(kept._ripe) < 1_100
    assert not kept._ripening


_addresses = st.sampled_from(("a", "b", "c"))
_happenings = st.lists(
    st.tuples(st.sampled_from(("begin", "end", "change")), _addresses, st.sampled_from((Risk.HIGH, Risk.LOW))),
    max_size=6,
)
_steps = st.lists(st.tuples(st.sampled_from((0.2, 1, 3, 20, 70, 2_000)), _happenings), min_size=1, max_size=30)
_rules = st.builds(
    Rule,
    st.just(CONFLICT),
    risk=st.sampled_from(((), ("high",))),
    at_most=st.integers(1, 3),
    within=st.sampled_from((10 * SECOND, MINUTE, 30 * MINUTE)),
)
_quiet = st.none() | st.just(QuietHours(time(12, 1), time(12, 3))) | st.just(QuietHours(time(12, 30), time(12)))


@given(_rules, _quiet, _steps)
@patient(300)
def test_never_more_than_allowed_and_nothing_lost(
    rule: Rule, quiet: QuietHours | None, steps: list[tuple[float, list[tuple[str, str, Risk]]]]
) -> None:
    desk = Desk(rule, quiet)
    taken = ended = 0
    waiting: set[str] = set()
    for seconds, happenings in steps:
        for what, address, risk in happenings:
            fitting = not rule.risk or risk is Risk.HIGH
            if what == "begin":
                desk.hear(conflict(address, risk, desk.now))
                if fitting and address not in waiting:
                    taken += 1
                    waiting.add(address)
            elif what == "change":
                desk.hear(conflict(address, risk, desk.now, kind=NewsKind.CONFLICT_CHANGED))
                if not fitting and address in waiting:
                    waiting.discard(address)
                    ended += 1
            else:
                desk.hear(over(address))
                ended += address in waiting
                waiting.discard(address)
        for notice in desk.wait(seconds * SECOND):
            assert notice.at <= desk.now
            waiting.clear()
    desk.wait(timedelta(hours=26))
    assert sum(notice.count for notice in desk.given) == taken
    assert sum(notice.over for notice in desk.given) == ended
    moments = [notice.at for notice in desk.given]
    for place, at in enumerate(moments):
        assert sum(1 for other in moments[place:] if other < at + rule.within) <= rule.at_most
        assert quiet is None or not quiet.hold(at, UTC)
        assert desk.given[place].since + GATHER <= at
    if quiet is None and rule.within == 10 * SECOND and rule.at_most == 3:
        assert all(notice.at - notice.since <= LONGEST_GATHER + 11 * SECOND for notice in desk.given)


@given(_rules, _quiet, _steps)
@patient(100)
def test_it_knows_when_something_is_due(
    rule: Rule, quiet: QuietHours | None, steps: list[tuple[float, list[tuple[str, str, Risk]]]]
) -> None:
    desk = Desk(rule, quiet)
    for seconds, happenings in steps:
        for _, address, risk in happenings:
            desk.hear(conflict(address, risk, desk.now))
        at = desk.alerts.next_due(desk.now)
        if at is not None:
            assert desk.alerts.due(max(at - timedelta(microseconds=1), desk.now)) == [] or at <= desk.now
            assert len(desk.alerts.due(max(at, desk.now))) == 1
        desk.now = max(desk.now, at or desk.now) + seconds * SECOND
