"""Quiet hours: over midnight, by the wall's clock, also on the days on which that is set."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from musetui.errors import MuseTuiError
from musetui.quiet_hours import LONGEST_DAY, NEVER, QuietHours, parse_quiet_hours
from tests.properties import patient

BERLIN = ZoneInfo("Europe/Berlin")
NIGHT = QuietHours(time(22), time(7))

_times = st.builds(time, st.integers(0, 23), st.integers(0, 59))
_moments = st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC))


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN).astimezone(UTC)


@pytest.mark.parametrize(
    ("clock", "quiet"),
    [("22:00", True), ("23:59", True), ("00:00", True), ("06:59", True), ("07:00", False), ("21:59", False)],
)
def test_over_midnight(clock: str, quiet: bool) -> None:
    assert NIGHT.hold(local(f"2026-03-18T{clock}"), BERLIN) is quiet


def test_by_day() -> None:
    lunch = QuietHours(time(12), time(13, 30))
    assert lunch.hold(local("2026-03-18T13:29"), BERLIN)
    assert not lunch.hold(local("2026-03-18T13:30"), BERLIN)
    assert lunch.over(local("2026-03-18T12:00:30"), BERLIN) == local("2026-03-18T13:30")


def test_the_night_on_which_clocks_are_set() -> None:
    assert NIGHT.over(local("2026-03-28T22:30"), BERLIN) == local("2026-03-29T07:00")  # 7 hours and a half
    assert NIGHT.over(local("2026-10-24T22:30"), BERLIN) == local("2026-10-25T07:00")  # 9 hours and a half
    skipped = QuietHours(time(1), time(2, 30))
    assert skipped.over(local("2026-03-29T01:30"), BERLIN) == local("2026-03-29T03:00")


@given(_times, _times, _moments)
@patient(200)
def test_it_is_over_as_soon_as_it_is_not_quiet(start: time, end: time, moment: datetime) -> None:
    hours = QuietHours(start, end)
    over = hours.over(moment, BERLIN)
    assert not hours.hold(over, BERLIN)
    assert moment <= over <= moment + LONGEST_DAY
    if hours.hold(moment, BERLIN):
        assert hours.hold(over - timedelta(seconds=1), BERLIN)
        assert hours.hold(max(moment, over - timedelta(minutes=1)), BERLIN)
    else:
        assert over == moment


@given(_times, _times)
@patient(50)
def test_what_is_written_is_read(start: time, end: time) -> None:
    hours = QuietHours(start, end)
    assert parse_quiet_hours(str(hours)) == (NEVER if start == end else hours)


@pytest.mark.parametrize(
    "text", ["", "22:00", "22-7", "24:00-07:00", "22:60-07:00", "22:00-07:00-08:00", "nevr", "x" * 999]
)
def test_what_are_no_hours(text: str) -> None:
    with pytest.raises(MuseTuiError, match="write them like 22:00-07:00"):
        parse_quiet_hours(text)
