"""Placeholders: whatever is filled in stays in its word, and never becomes an option."""

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from musetui.placeholders import LONGEST, FillingError, fill, names_in
from tests.properties import patient

HOSTILE = "$(rm -rf /); `id` | cat > x && \"' \\ \n * ? ~ ${HOME} {path} {{"

_values = st.text(min_size=1).filter(lambda text: "\0" not in text)


@given(_values, st.lists(_values, min_size=1, max_size=4))
@patient(300)
def test_each_word_stays_one_word(value: str, several: list[str]) -> None:
    words = ("git", "log", "--", "{path}", "x{path}y{path}", "{addresses}", "{{path}}")
    assert fill(words, {"path": value, "addresses": tuple(several)}) == [
        *("git", "log", "--", value, f"x{value}y{value}"),
        *several,
        "{path}",
    ]


@given(_values | _values.map(lambda text: f"-{text}") | _values.map(lambda text: f"+{text}"))
@patient(100)
def test_nothing_becomes_an_option(value: str) -> None:
    words = ("git", "log", "{path}", "{path}.py", "--grep={path}")
    if value.startswith(("-", "+")):
        with pytest.raises(FillingError, match="would be taken for an option") as refused:
            fill(words, {"path": value})
        assert str(refused.value).isprintable()
        words = ("git", "log", "--", "{path}", "{path}.py", "--grep={path}")
    *_, alone, longer, option = fill(words, {"path": value})
    assert (alone, longer, option) == (value, f"{value}.py", f"--grep={value}")


def test_a_program_sees_exactly_that() -> None:
    words = (sys.executable, "-c", "import sys; print(ascii(sys.argv[1:]))", "--", "{path}", "a {path} b")
    done = subprocess.run(fill(words, {"path": HOSTILE}), capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ascii(["--", HOSTILE, f"a {HOSTILE} b"])


@pytest.mark.parametrize(
    ("words", "fields", "sentence"),
    [
        (("x", "{path}"), {}, "it has no {path}"),
        (("x", "{path}"), {"path": ""}, "it has no {path}"),
        (("x", "a{path}"), {"path": ""}, "it has no {path}"),
        (("x", "{addresses}"), {"addresses": ()}, "it has no {addresses}"),
        (("x", "a{addresses}"), {"addresses": ()}, "it has no {addresses}"),
        (("x", "{path}"), {"path": "a\0b"}, "a character that no argument can hold"),
        (("x", "{addresses}"), {"addresses": ("a", "\0")}, "a character that no argument can hold"),
        (("x", "{addresses}"), {"addresses": ("a", "-rf")}, "'-rf', which would be taken for an option"),
        (("x", "{path}{path}"), {"path": "-"}, "would be taken for an option"),
        (("x", "{path}"), {"path": "y" * LONGEST}, "would have more than 100,000 characters"),
    ],
)
def test_what_is_refused(words: tuple[str, ...], fields: dict[str, str], sentence: str) -> None:
    with pytest.raises(FillingError) as refused:
        fill(words, fields)
    assert sentence in str(refused.value)


def test_a_tuple_within_a_word_is_its_first() -> None:
    assert fill(("x", "at {addresses}"), {"addresses": ("a", "b")}) == ["x", "at a"]


def test_names() -> None:
    assert names_in("{path}:{line} {{not}} {No} {") == ["path", "line"]
