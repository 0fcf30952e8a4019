"""Lines of keys: every path that tomllib finds, and no other, on the line where a person finds it."""

import tomllib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from musetui.settings.lines import key_lines
from tests.properties import patient

Path = tuple[str | int, ...]

TEXT = '''\
# a comment with [brackets] and = signs
theme = "nord"  # and another
"silent\\u005fafter" = '5m'

[keys]
release = ["x",
  "delete"]
a.b . "c d" = { "e" = [1, { f = 2 }], g = 1979-05-27T07:32:00Z }
text = """
[not_a_table]
not_a_key = 1 ""\\""""
plain = \'\'\'
x = 1''\'\'\'

[[alerts]]
when = "new"
[[alerts]] # the second
when = "stale"
  [alerts.quiet]
  from = 22:00:00
[[alerts.hooks]]
url = "x"
'''


def test_each_kind_of_line() -> None:
    assert key_lines(TEXT) == {
        ("theme",): 2,
        ("silent_after",): 3,
        ("keys",): 5,
        ("keys", "release"): 6,
        ("keys", "release", 0): 6,
        ("keys", "release", 1): 7,
        ("keys", "a"): 8,
        ("keys", "a", "b"): 8,
        ("keys", "a", "b", "c d"): 8,
        ("keys", "a", "b", "c d", "e"): 8,
        ("keys", "a", "b", "c d", "e", 0): 8,
        ("keys", "a", "b", "c d", "e", 1): 8,
        ("keys", "a", "b", "c d", "e", 1, "f"): 8,
        ("keys", "a", "b", "c d", "g"): 8,
        ("keys", "text"): 9,
        ("keys", "plain"): 12,
        ("alerts",): 15,
        ("alerts", 0): 15,
        ("alerts", 0, "when"): 16,
        ("alerts", 1): 17,
        ("alerts", 1, "when"): 18,
        ("alerts", 1, "quiet"): 19,
        ("alerts", 1, "quiet", "from"): 20,
        ("alerts", 1, "hooks"): 21,
        ("alerts", 1, "hooks", 0): 21,
        ("alerts", 1, "hooks", 0, "url"): 22,
    }


@pytest.mark.parametrize("text", ["", "\n\n", "# nothing", "a = ''", 'a=""""""', "a = ''''''\r\nb = 1\r\n", "a = [ ]"])
def test_little_or_nothing(text: str) -> None:
    assert set(key_lines(text)) == paths_of(tomllib.loads(text))


def paths_of(value: Any, path: Path = ()) -> set[Path]:
    """Return the path of everything within *value*."""
    found: set[Path] = {path} if path else set()
    if isinstance(value, dict):
        found.update(*(paths_of(inner, (*path, key)) for key, inner in value.items()), ())
    elif isinstance(value, list):
        found.update(*(paths_of(inner, (*path, place)) for place, inner in enumerate(value)), ())
    return found


BLANK = st.sampled_from(["", " ", "\t", "  "])
COMMENT = st.sampled_from(["", " # x", "# \"[a]\" = ''' {", "#"])
LINES = st.sampled_from(["", "\n", " \n# [a]\n", "\r\n"])
SCALARS = st.sampled_from(
    [
        *("1", "-1.5e3", "true", "inf", "0x1F", "1979-05-27 07:32:00.5-07:00", "07:32:00"),
        *('""', "''", '"a\\"]\\\\"', "'#}\\'"),
        *('"""\n"a\\"""" ]\n= "b"""""', "'''\n''a\n[x]'''''", '"""\\\n   a # b"""', "''''a'''", '""""""', "'''''\\'''"),
    ]
)
KEYS = st.sampled_from(["a", "b", "key-1", '"b"', "'c d'", '"\\u0061"', '"x = \\"[1]\\""', "''", "1"])


@st.composite
def values(draw: st.DrawFn, depth: int = 0) -> str:
    """Return a value as TOML."""
    kind = draw(st.sampled_from(["scalar", "array", "inline"])) if depth < 3 else "scalar"
    if kind == "array":
        parts = draw(st.lists(values(depth + 1), max_size=3))
        gap = draw(LINES)
        return "[" + ",".join(f"{gap}{part}{draw(BLANK)}" for part in parts) + gap + "]"
    if kind == "inline":
        keys = draw(st.lists(KEYS, max_size=3))
        pairs = [f"{key}{draw(BLANK)}={draw(BLANK)}{draw(values(depth + 1))}" for key in keys]
        return "{" + ", ".join(pairs) + draw(BLANK) + "}"
    return draw(SCALARS)


@st.composite
def texts(draw: st.DrawFn) -> str:
    """Return text much like TOML; often enough it is."""
    lines: list[str] = []
    for _ in range(draw(st.integers(0, 8))):
        key = f"{draw(BLANK)}.{draw(BLANK)}".join(draw(st.lists(KEYS, min_size=1, max_size=3)))
        form = draw(st.sampled_from(["pair", "pair", "table", "entry", "blank"]))
        if form == "pair":
            line = f"{key}{draw(BLANK)}={draw(BLANK)}{draw(values())}"
        elif form == "table":
            line = f"[{draw(BLANK)}{key}{draw(BLANK)}]"
        elif form == "entry":
            line = f"[[{draw(BLANK)}{key}{draw(BLANK)}]]"
        else:
            line = ""
        lines.append(draw(BLANK) + line + draw(COMMENT))
    return draw(st.sampled_from(["\n", "\r\n"])).join(lines)


@given(texts())
@patient(600)
def test_it_finds_the_paths_that_tomllib_finds(text: str) -> None:
    try:
        whole = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return  # keys may be said twice; such a text has no lines to be asked for
    lines = key_lines(text)
    assert set(lines) == paths_of(whole)
    assert all(1 <= line <= text.count("\n") + 1 for line in lines.values())
