"""Lengths of time: what people type is understood, and what is shown can be typed."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from musetui.durations import format_age, format_duration, parse_duration
from musetui.errors import MuseTuiError
from tests.properties import patient

PATIENT = patient(500)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("90m", 5_400),
        ("1h30m", 5_400),
        ("1h 30m", 5_400),
        (" 1H30M ", 5_400),
        ("1.5h", 5_400),
        ("5400", 5_400),
        ("45s", 45),
        ("2d", 172_800),
        ("1d2h3m4s", 93_784),
        ("1d5s", 86_405),
        ("0.5", 0.5),
        ("0", 0),
        ("0s", 0),
        ("36500d", 36_500 * 86_400),
    ],
)
def test_what_people_type(text: str, seconds: float) -> None:
    assert parse_duration(text) == timedelta(seconds=seconds)


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "soon",
        "-5m",
        "1h30",
        "30m1h",
        "1h1h",
        "1 h",
        "h",
        "1e3",
        "1w",
        "nan",
        "inf",
        "1.h",
        ".5h",
        "٣m",
        "1h\n1m",
    ],
)
def test_what_is_no_length_of_time_says_how_to_write_one(text: str) -> None:
    with pytest.raises(MuseTuiError, match="is no length of time: write it like 45s, 90m, 1h30m or 2d"):
        parse_duration(text)


@pytest.mark.parametrize("text", ["36501d", "9" * 40, "999999999999d"])
def test_more_than_a_century_is_refused(text: str) -> None:
    with pytest.raises(MuseTuiError, match="longer than a century"):
        parse_duration(text)


@pytest.mark.parametrize(
    ("seconds", "parts", "shown"),
    [
        (0, 4, "0s"),
        (0.9, 4, "0s"),
        (-0.9, 4, "0s"),
        (59.9, 4, "59s"),
        (60, 4, "1m"),
        (3_605, 4, "1h5s"),
        (-3_605, 4, "-1h5s"),
        (93_784, 4, "1d2h3m4s"),
        (93_784, 2, "1d2h"),
        (93_784, 1, "1d"),
        (86_405, 2, "1d"),
    ],
)
def test_what_is_shown(seconds: float, parts: int, shown: str) -> None:
    assert format_duration(timedelta(seconds=seconds), parts) == shown


@given(st.timedeltas(timedelta(0), timedelta(days=36_500)))
@PATIENT
def test_what_is_shown_can_be_typed(length: timedelta) -> None:
    assert parse_duration(format_duration(length)) == timedelta(seconds=length // timedelta(seconds=1))


@given(st.timedeltas(timedelta(0), timedelta(days=36_500)), st.integers(1, 4))
@PATIENT
def test_fewer_parts_say_less_but_nothing_else(length: timedelta, parts: int) -> None:
    whole, cut = format_duration(length), format_duration(length, parts)
    assert whole.startswith(cut)
    assert sum(char.isalpha() for char in cut) <= parts
    assert timedelta(0) <= length - parse_duration(cut) < timedelta(days=1)


@given(st.text(max_size=60) | st.text(alphabet="0123456789.dhms -", max_size=50))
@PATIENT
def test_any_text_is_a_length_of_time_or_a_sentence(text: str) -> None:
    try:
        length = parse_duration(text)
    except MuseTuiError as error:
        outcome = str(error)
    else:
        outcome = format_duration(length)
        assert timedelta(0) <= length <= timedelta(days=36_500)
    assert outcome.isprintable()


@pytest.mark.parametrize(
    ("seconds", "told"), [(5_400, "1h30m"), (0, "0s"), (-0.5, "0s"), (-59, "59s ahead"), (-7_261, "2h1m ahead")]
)
def test_an_age_that_has_not_come_is_said_to_be_ahead(seconds: float, told: str) -> None:
    assert format_age(timedelta(seconds=seconds), 2) == told
