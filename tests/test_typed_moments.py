"""Moments as people type them, and what they are told where it is nearly right."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from musetui.errors import MuseTuiError
from musetui.typed_moments import parse_moment
from tests.properties import patient

NOW = datetime(2026, 3, 18, 12, 30, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _in_zurich(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """One hour ahead of UTC on that day."""
    monkeypatch.setenv("TZ", "Europe/Zurich")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("-2h", "2026-03-18T10:30:00+00:00"),
        ("-1h30m", "2026-03-18T11:00:00+00:00"),
        (" -90 ", "2026-03-18T12:28:30+00:00"),
        ("now", "2026-03-18T12:30:00+00:00"),
        ("12:30", "2026-03-18T11:30:00+00:00"),
        ("9:05:07", "2026-03-18T08:05:07+00:00"),
        ("13:30", "2026-03-18T12:30:00+00:00"),
        ("13:31", "2026-03-17T12:31:00+00:00"),
        ("12:30Z", "2026-03-18T12:30:00+00:00"),
        ("12:31z", "2026-03-17T12:31:00+00:00"),
        ("2026-03-18", "2026-03-17T23:00:00+00:00"),
        ("2026-03-18Z", "2026-03-18T00:00:00+00:00"),
        ("2026-03-18T12:30", "2026-03-18T11:30:00+00:00"),
        ("2026-03-18t12:30", "2026-03-18T11:30:00+00:00"),
        ("2026-03-18 12:30:05.25", "2026-03-18T11:30:05.250000+00:00"),
        ("2026-03-18T12:30Z", "2026-03-18T12:30:00+00:00"),
        ("2026-03-18T12:30+02:00", "2026-03-18T10:30:00+00:00"),
        ("2026-03-18T08:30-0400", "2026-03-18T12:30:00+00:00"),
        ("2025-07-01T12:00", "2025-07-01T10:00:00+00:00"),
    ],
)
def test_what_is_meant(text: str, moment: str) -> None:
    assert parse_moment(text, NOW).isoformat() == moment


@pytest.mark.parametrize(
    ("text", "advice"),
    [
        ("2h", "did you mean -2h?"),
        ("2 hours ago", "did you mean -2h?"),
        ("- 2 h", "did you mean -2h?"),
        ("yesterday", "did you mean -1d?"),
        ("2026-3-8", "did you mean 2026-03-08?"),
        ("2026/03/18 1230", "did you mean 2026-03-18T12:30?"),
        ("18.3.2026 9:05", "did you mean 2026-03-18T09:05?"),
        ("12.30", "did you mean 12:30?"),
        ("1230", "did you mean 12:30?"),
        ("2026-03-18T1230", "did you mean 2026-03-18T12:30?"),
        ("2026-13-40", "write it like 2026-03-18T12:30, 12:30 or -2h"),
        ("25:00", "write it like"),
        ("-2x", "write it like"),
        ("-99999999d", "write it like"),
        ("", "write it like"),
        ("-", "write it like"),
        ("٣:30", "write it like"),
        ("9" * 80, "write it like"),
        ("\x1b[2J", "'␛[2J' is no moment: write it like"),
        ("2026-03-18T13:31", "is still to come, in 1m: name a moment that has passed"),
        ("9999-01-01", "is still to come"),
        ("1960-01-01", "is before all records"),
    ],
)
def test_what_is_not_a_moment_is_told_in_its_nearest_right_form(text: str, advice: str) -> None:
    with pytest.raises(MuseTuiError) as refused:
        parse_moment(text, NOW)
    assert advice in str(refused.value)
    assert str(refused.value).isprintable()


def refusal(text: str) -> str:
    try:
        parse_moment(text, NOW)
    except MuseTuiError as error:
        return str(error)
    return ""


@patient(200)
@given(st.text(max_size=30) | st.from_regex(r"-?[0-9T:.hmsd/ -]{1,20}", fullmatch=True))
def test_whatever_is_typed_is_a_moment_that_has_passed_or_is_refused(text: str) -> None:
    try:
        moment = parse_moment(text, NOW)
    except MuseTuiError as error:
        near = str(error).partition("did you mean ")[2].removesuffix("?")
        if near:
            # Of a moment in its right form nothing can be wrong but that it is still to come, or was long ago.
            assert "is no moment" not in refusal(near)
    else:
        assert moment <= NOW
        assert moment.utcoffset() == timedelta(0)


@patient(100)
@given(st.datetimes(datetime(1980, 1, 1), datetime(2026, 1, 1), timezones=st.just(UTC)))
def test_a_moment_as_json_prints_it_is_read_back(moment: datetime) -> None:
    assert parse_moment(moment.isoformat(), NOW) == moment
