"""Completion: what is offered where the cursor is, and what taking it makes of the line."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from musetui.errors import FilterError
from musetui.filters.completion import Known, asked, names, needs_known, taken, values, words
from musetui.filters.parser import parse
from musetui.filters.tree import Term, Text
from tests.filters.rows import FIELDS, typing
from tests.properties import patient

RUNS = ("agent-1", "agent-41", 'odd "one", two', "my agent", "or", "B*")


def offered(typed: str) -> list[str]:
    """Return what is offered at the end of *typed*, as it is shown."""
    what = asked(typed, len(typed), FIELDS)
    if what is None:
        return []
    if what.field is None:
        found = names(what, FIELDS)
    else:
        found = words(what) or values(what, RUNS if what.field.name == "run" else ())
    return [each.shown for each in found]


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("", ["run:", "addr:", "state:"]),
        ("billing ", ["run:", "addr:", "state:"]),
        ("(", ["run:"]),
        ("-", []),
        ("-s", ["state:"]),
        ("st", ["state:"]),
        ("ress", ["addr:"]),
        ("tl", ["ttl:"]),
        ("zz", []),
        ("state:", ["active", "expiring", "expired", "silent"]),
        ("-state:ex", ["expiring", "expired"]),
        ("state:active,s", ["silent"]),
        ("has:", ["conflict"]),
        ("age:", [">10m"]),
        ("age:>1", [">10m", ">1h", ">1d"]),
        ("older:", ["10m", "1h", "1d"]),
        ("run:ag", ["agent-1", "agent-41", "my agent"]),
        ("run:AGENT-4", ["agent-41"]),
        ("run:agent-1", []),
        ("run:agent-1,od", ['odd "one", two']),
        ('run:"my', ["my agent"]),
        ("run:/ag/", []),
        ("nope:x", []),
        ('"quoted', []),
        ("/regex", []),
        ("(a)", []),
        ('"a"b', []),
    ],
)
def test_these_are_offered(typed: str, first: list[str]) -> None:
    found = offered(typed)
    assert found[: len(first)] == first
    assert bool(found) == bool(first)


@given(typing, st.integers(0, 40), st.integers(0, 20))
@patient(500)
def test_what_is_offered_can_be_taken_anywhere(typed: str, cursor: int, choice: int) -> None:
    what = asked(typed, min(cursor, len(typed)), FIELDS)
    if what is None:
        return
    found = names(what, FIELDS) if what.field is None else words(what) or values(what, RUNS)
    if found:
        text, place = taken(typed, what, found[choice % len(found)])
        assert 0 <= place <= len(text)
        assert text.startswith(typed[: what.start])
        assert text.endswith(typed[what.end :])


@pytest.mark.parametrize("value", RUNS)
def test_a_value_that_was_taken_is_looked_for_as_it_is(value: str) -> None:
    what = asked("run:", 4, FIELDS)
    assert what is not None
    (completion,) = values(what, [value])
    text, place = taken("run:", what, completion)
    assert place == len(text)
    assert parse(text, FIELDS) == Term("run", (Text(value),))


def test_only_what_the_swarm_knows_is_asked_of_it() -> None:
    assert needs_known(asked("run:a", 5, FIELDS)) is Known.NONE
    assert needs_known(None) is Known.NONE


@given(st.text(max_size=20))
@patient(300)
def test_hostile_values_are_offered_safely(value: str) -> None:
    what = asked("run:", 4, FIELDS)
    assert what is not None
    for completion in values(what, [value]):
        assert completion.shown.isprintable()
        text, _ = taken("run:", what, completion)
        try:
            parse(text, FIELDS)
        except FilterError as error:
            pytest.fail(f"{text!r}: {error}")
