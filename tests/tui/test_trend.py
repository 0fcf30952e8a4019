"""The trend of a number: what was seen, minute by minute, and nothing else."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from musetui.tui.bars import BARS
from musetui.tui.trend import MINUTES, Trend

START = datetime(2026, 3, 18, 12, 30, tzinfo=UTC)


def seen(*noted: tuple[float, int]) -> str:
    trend = Trend()
    for minutes, value in noted:
        trend.note(value, START + timedelta(minutes=minutes))
    return trend.bars()


def test_each_minute_has_its_last_value() -> None:
    assert seen((0, 9), (0.5, 0), (1, 7), (2, 3), (2.9, 7)) == "▁██"


def test_what_stays_the_same_is_no_trend() -> None:
    assert seen() == seen((0, 4)) == seen((0, 4), (1, 4), (2, 4)) == ""


def test_a_minute_that_nobody_saw_is_blank() -> None:
    assert seen((0, 0), (3, 7)) == "▁  █"
    assert seen((0, 0), (500, 7)) == ""
    assert seen((0, 0), (500, 7), (501, 0))[-2:] == "█▁"


def test_a_clock_put_back_begins_anew() -> None:
    assert seen((0, 0), (1, 9), (-60, 3), (-59, 4)) == "▁█"


@given(st.lists(st.tuples(st.floats(-2e4, 2e4), st.integers(0, 10**6))))
def test_it_is_short_and_spans_all_bars(noted: list[tuple[float, int]]) -> None:
    bars = seen(*noted)
    assert len(bars) <= MINUTES
    assert not bars or {BARS[0], BARS[-1]} <= set(bars) <= {*BARS, " "}
