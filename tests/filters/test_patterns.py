"""Globs and regular expressions: they find what Python's own would, and cannot hang."""

import random
import re
from fnmatch import fnmatchcase
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from musetui.filters.automaton import STATES_LIMIT
from musetui.filters.expression import PatternError
from musetui.filters.folding import joined
from musetui.filters.patterns import LOOKED_THROUGH, Being, Containing, Matching, glob, regular
from tests.properties import patient

_one = st.sampled_from([*"abAé/", ".", "[ab]", "[^a]", "[a-c/]", "[]a]", r"\d", r"\w", r"\S", r"\.", "(?:ab)", "1"])
_expressions = st.recursive(
    _one,
    lambda inner: (
        st.tuples(inner, inner).map("".join)
        | st.tuples(inner, inner).map(lambda two: f"({two[0]}|{two[1]})")
        | st.tuples(inner, st.sampled_from(["*", "+", "?", "{2}", "{1,3}", "{0,2}?", "*?", "{1,}"])).map(
            lambda two: f"({two[0]}){two[1]}"
        )
    ),
    max_leaves=6,
)
_anchored = st.tuples(st.sampled_from(["", "^"]), _expressions, st.sampled_from(["", "$"])).map("".join)
_texts = st.text("abAcé/.1 _", max_size=12)


@given(_anchored, _texts)
@patient(1_000)
def test_an_expression_finds_what_pythons_own_does(pattern: str, text: str) -> None:
    assert regular(pattern).is_in(joined([text])) == bool(re.search(pattern, text, re.IGNORECASE))


@given(_anchored, _texts)
@patient(500)
def test_what_is_marked_begins_where_pythons_own_match_does_and_is_as_long_as_can_be(pattern: str, text: str) -> None:
    first = next((match for match in re.finditer(pattern, text, re.IGNORECASE) if match.end() > match.start()), None)
    marked = list(regular(pattern).places(text))
    assert all(0 <= start < stop <= len(text) for start, stop in marked)
    assert all(one[1] <= other[0] for one, other in pairwise(marked))
    for start, stop in marked:
        assert re.compile(f"(?:{pattern.strip('^$')})", re.IGNORECASE).fullmatch(text, start, stop)
    if first is not None:
        assert marked[0][0] <= first.start()
        assert marked[0][1] >= first.end() or marked[0][0] < first.start()


@given(st.lists(_texts, min_size=1, max_size=4), _texts)
@patient(300)
def test_characters_are_found_in_one_text_never_across_two(texts: list[str], wanted: str) -> None:
    within = [text for text in texts if wanted.casefold() in text.casefold()]
    assert Containing(wanted.casefold()).is_in(joined(texts)) == bool(within or (not wanted))
    assert Being(wanted.casefold()).is_in(joined(texts)) == any(text.casefold() == wanted.casefold() for text in texts)


@given(st.text("ab*?", min_size=1, max_size=8), st.text("ab", max_size=10))
@patient(500)
def test_a_glob_covers_a_whole_text_as_pythons_own_does(pattern: str, text: str) -> None:
    assert glob(pattern).is_in(joined([text])) == fnmatchcase(text, pattern)


@pytest.mark.parametrize(
    ("pattern", "text", "marked"),
    [
        ("billing/*", "src/billing/tax.py::total", ["billing/tax.py::total"]),
        ("billing/*.py", "src/billing/tax.py::total", ["billing/tax.py"]),
        ("*.py", "src/a.py::f", ["src/a.py"]),
        ("compute_*", "src/a.py::compute_total", ["compute_total"]),
        ("agent-4?", "agent-41", ["agent-41"]),
    ],
)
def test_a_glob_covers_steps_of_an_address(pattern: str, text: str, marked: list[str]) -> None:
    assert glob(pattern).is_in(joined([text]))
    assert [text[start:stop] for start, stop in glob(pattern).places(text)] == marked


@pytest.mark.parametrize(
    ("pattern", "text"),
    [("billing/*", "src/mybilling/a.py"), ("agent-4?", "agent-4"), ("src/?.py", "src/ab.py"), ("ling", "billing")],
)
def test_a_glob_covers_no_part_of_a_step(pattern: str, text: str) -> None:
    assert not glob(pattern).is_in(joined([text]))


@pytest.mark.parametrize(
    "bad",
    [
        *(
            "(",
            ")",
            "[a",
            "[",
            "a**",
            "*a",
            "(?=a)",
            "(?P<n>a)",
            r"\1",
            r"\b",
            "\\",
            "a$b",
            "a^",
            "(^a)",
            "[z-a]",
            "a{5,2}",
        ),
        *("a{200}", "(a{50}){50}", "((a{99}){99}){99}", "(" * 30 + "a" + ")" * 30, "a" * 500, r"[\q]"),
    ],
)
def test_what_is_not_known_is_said(bad: str) -> None:
    with pytest.raises(PatternError) as caught:
        regular(bad)
    assert 0 <= caught.value.place <= len(bad)


@given(st.text(r"ab(|)[]{}^$.*+?\,-1" + "\n", max_size=20))
@patient(1_000)
def test_no_expression_fails_in_another_way(pattern: str) -> None:
    try:
        found = regular(pattern)
    except PatternError:
        return
    found.is_in(joined(["ab", "", "a-b"]))
    list(found.places("ab(a)"))


def steps(found: Matching, text: str) -> int:
    """Return how many characters were looked at whose meaning was not known before: the costly ones."""
    found.is_in(text)
    return len(found._search._states)


@pytest.mark.parametrize("pattern", ["(a+)+$", "(a|a)*$", "(a*)*b", "(.*)*(.*)*(.*)*z", "a?" * 40 + "a" * 40 + "$"])
def test_what_makes_others_hang_takes_few_states(pattern: str) -> None:
    assert steps(regular(pattern), joined(["a" * 4_000 + "!"])) < 100


def test_states_are_not_kept_without_end() -> None:
    rare = random.Random(7)
    text = joined(["".join(rare.choices("ab", k=30_000))])
    found = regular("(a|b)*a" + "(a|b)" * 25 + "c")
    assert not found.is_in(text.replace("c", "a") + "c")
    assert len(found._search._states) <= STATES_LIMIT
    assert sum(map(len, found._search._states.values())) <= 4 * STATES_LIMIT


def test_of_a_very_long_row_the_beginning_is_looked_at() -> None:
    assert regular("ab?c").is_in(joined(["x" * 3_000 + "abc"]))
    assert not regular("ab?c").is_in("\n" + "x" * LOOKED_THROUGH + "abc\n")
