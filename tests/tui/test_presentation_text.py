"""Durations, moments, signs and unknown fields, as a person reads them."""

import json
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from musetui.records.models import EARLIEST, LATEST
from musetui.tui.presentation.extra_fields import FIELDS_LIMIT, extra_fields, json_text
from musetui.tui.presentation.glyphs import STATES, bar, risk_cell, state_cell
from musetui.tui.presentation.headline import sparkline
from musetui.tui.presentation.time_text import age, ago, clock_text, countdown, duration, happened_text, moment_text

NOON = datetime(2026, 3, 18, 12, tzinfo=UTC)
MOMENTS = st.datetimes(EARLIEST.replace(tzinfo=None), LATEST.replace(tzinfo=None), timezones=st.just(UTC))


@pytest.fixture(autouse=True)
def in_berlin(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Put this machine's clock one hour ahead of UTC."""
    monkeypatch.setenv("TZ", "XXX-1")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.parametrize(
    ("seconds", "left", "length"),
    [
        (-5, "0s", "0s"),
        (0, "0s", "0s"),
        (59.9, "59s", "59s"),
        (60, "1m00", "1m"),
        (272, "4m32", "4m"),
        (600, "10m", "10m"),
        (3_599, "59m", "59m"),
        (3_900, "1h05", "1h05"),
        (86_399, "23h59", "23h59"),
        (86_400 + 4 * 3_600, "1d04h", "1d"),
        (9 * 86_400 + 23 * 3_600, "9d23h", "9d"),
        (86_400 * 100, "100d", "100d"),
        (86_400 * 365 * 12, "12y", "12y"),
    ],
)
def test_a_length_of_time_is_told_in_five_characters(seconds: float, left: str, length: str) -> None:
    assert countdown(timedelta(seconds=seconds)) == left
    assert duration(timedelta(seconds=seconds)) == length


@given(MOMENTS, MOMENTS)
def test_no_moment_is_too_far_to_tell(moment: datetime, now: datetime) -> None:
    assert len(countdown(moment - now)) <= 5
    assert len(duration(moment - now)) <= 5
    assert len(age(moment, now)) <= 6
    assert len(ago(moment, now)) <= 9
    assert len(clock_text(moment)) == 8
    assert moment_text(moment, now).endswith(f"({ago(moment, now)})")


@pytest.mark.parametrize(
    ("offset", "since", "old", "whole"),
    [
        (timedelta(minutes=-3), "3m ago", "3m", "12:57:00 (3m ago)"),
        (timedelta(0), "0s ago", "0s", "13:00:00 (0s ago)"),
        (timedelta(minutes=5), "in 5m", "+5m", "13:05:00 (in 5m)"),
        (timedelta(hours=-14), "14h00 ago", "14h00", "2026-03-17 23:00:00 (14h00 ago)"),
        (timedelta(days=400), "in 400d", "+400d", "2027-04-22 13:00:00 (in 400d)"),
    ],
)
def test_a_moment_is_told_by_this_machines_clock(offset: timedelta, since: str, old: str, whole: str) -> None:
    assert ago(NOON + offset, NOON) == since
    assert age(NOON + offset, NOON) == old
    assert moment_text(NOON + offset, NOON) == whole


def test_what_happened_by_a_clock_that_is_ahead_is_not_said_to_come() -> None:
    assert happened_text(NOON - timedelta(minutes=3), NOON) == "12:57:00 (3m ago)"
    assert happened_text(NOON + timedelta(hours=2), NOON) == "15:00:00 (2h00 ahead of this clock)"


def test_every_state_has_a_shape_and_a_word_of_its_own() -> None:
    shown = [state_cell(word)[0].text for word in ("active", "expiring", "released", "expired", "silent")]
    assert shown == ["● active", "◔ expiring", "○ released", "✕ expired", "◌ silent"]
    assert len({sign for sign, _ in STATES.values()}) == len(STATES)


@pytest.mark.parametrize(
    ("risk", "confidence", "shown"),
    [("high", 1.0, "▲ high   1.00"), ("medium", 0.8, "◆ medium 0.80"), ("low", 0.25, "▽ low    0.25")],
)
def test_a_risk_is_told_by_shape_word_and_number(risk: str, confidence: float, shown: str) -> None:
    assert "".join(span.text for span in risk_cell(risk, confidence)) == shown


@pytest.mark.parametrize(
    ("share", "shown"),
    [(0, "▱▱▱▱▱"), (-1, "▱▱▱▱▱"), (0.01, "▰▱▱▱▱"), (0.5, "▰▰▱▱▱"), (0.61, "▰▰▰▱▱"), (1, "▰▰▰▰▰"), (7, "▰▰▰▰▰")],
)
def test_a_share_is_a_bar_of_five(share: float, shown: str) -> None:
    assert bar(share) == shown


def deep(levels: int) -> Any:
    value: Any = 1
    for _ in range(levels):
        value = [value]
    return value


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ({"a": [1, None, True, "x"]}, '{"a": [1, null, true, "x"]}'),
        ("[/]\x1b[31m", json.dumps("[/]\x1b[31m")),
        ("é漢", '"é漢"'),
        (float("nan"), "NaN"),
        ({"b": b"raw"}, '{"b": "b\'raw\'"}'),
        pytest.param(10**5_000, "… (the rest cannot be written)", id="huge"),
    ],
)
def test_an_unknown_value_is_shown_as_json(value: object, shown: str) -> None:
    assert json_text(value) == shown


def test_a_nest_too_deep_for_python_is_told_and_a_huge_value_is_cut() -> None:
    text = json_text(deep(sys.getrecursionlimit() * 2))
    assert text.startswith("[[[[")
    assert len(text) <= 400
    assert json_text("x" * 1_000_000) == '"' + "x" * 398 + "…"
    assert len(json_text(list(range(1_000_000)))) == 400


def test_unknown_fields_are_named_and_counted() -> None:
    assert list(extra_fields(None)) == []
    assert list(extra_fields({"a\nb": 1})) == [("a␊b", "1")]
    many = list(extra_fields({str(number): number for number in range(FIELDS_LIMIT + 5)}))
    assert len(many) == FIELDS_LIMIT + 1
    assert many[-1] == ("", "… and 5 more fields")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda children: st.lists(children, max_size=4) | st.dictionaries(st.text(), children, max_size=4),
)


@given(st.dictionaries(st.text(), JSON, max_size=5))
def test_unknown_fields_are_always_printable(extra: dict[str, Any]) -> None:
    for name, text in extra_fields(extra):
        assert (name + text).isprintable()


def test_the_highest_count_is_a_full_bar() -> None:
    assert sparkline([0, 6, 12, 0], 3) == "▅█▁"
    assert sparkline([0, 0], 2) == "▁▁"
