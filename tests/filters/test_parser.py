"""Reading a filter: what it means, what is wrong with it and where, and writing it again."""

import pytest
from hypothesis import given

from musetui.errors import FilterError
from musetui.filters.parser import DEEPEST, parse
from musetui.filters.saved import LONGEST
from musetui.filters.tree import (
    Both,
    Bound,
    Either,
    Everything,
    Glob,
    Opposite,
    Regex,
    Term,
    Text,
    Tree,
    Whole,
    Word,
    written,
)
from tests.filters.rows import FIELDS, filters, typing
from tests.properties import patient

A, B, C = (Term("", (Text(letter),)) for letter in "abc")


@pytest.mark.parametrize(
    ("typed", "tree"),
    [
        ("", Everything()),
        ("  ", Everything()),
        ("a", A),
        ("a b", Both((A, B))),
        ("a and b", Both((A, B))),
        ("a b or c", Either((Both((A, B)), C))),
        ("a (b or c)", Both((A, Either((B, C))))),
        ("a AND B OR c", Either((Both((A, Term("", (Text("B"),)))), C))),
        ("-a", Opposite(A)),
        ("!a", Opposite(A)),
        ("not a", Opposite(A)),
        ("--a", Opposite(Opposite(A))),
        ("-(a or b)", Opposite(Either((A, B)))),
        ("(a b", Both((A, B))),
        ("-", Term("", (Text("-"),))),
        ('"or"', Term("", (Text("or"),))),
        (r'"say \"a\" \\ b"', Term("", (Text(r'say "a" \ b'),))),
        ('"not closed', Term("", (Text("not closed"),))),
        ("total(x)", Term("", (Text("total(x)"),))),
        ("(total())", Term("", (Text("total()"),))),
        ("src/a.py::C.m", Term("", (Text("src/a.py::C.m"),))),
        ("src/a.py:12", Term("", (Text("src/a.py:12"),))),
        ("sha256:ab", Term("", (Text("sha256:ab"),))),
        ("f(a,b)", Term("", (Text("f(a,b)"),))),
        ("agent-4*", Term("", (Glob("agent-4*"),))),
        ("/a b/", Term("", (Regex("a b"),))),
        (r"/a\/b", Term("", (Regex(r"a\/b"),))),
        ("run:a", Term("run", (Text("a"),))),
        ("RUN:a", Term("run", (Text("a"),))),
        ('run:"a b",c', Term("run", (Text("a b"), Text("c")))),
        ("run:=a", Term("run", (Whole("a"),))),
        ("run:>a", Term("run", (Text(">a"),))),
        ("address:src/*", Term("addr", (Glob("src/*"),))),
        ("state:Exp", Term("state", (Word("exp"),))),
        ("age:>2h", Term("age", (Bound(">", "2h"),))),
        ('age:"> 1H 30m"', Term("age", (Bound(">", "1h30m"),))),
        ("older:30m", Term("older", (Bound(">", "30m"),))),
        ("holders:3", Term("holders", (Bound("=", "3"),))),
        ('"age<5m"', Term("", (Text("age<5m"),))),
        ("x=1", Term("", (Text("x=1"),))),
    ],
)
def test_it_is_read_as(typed: str, tree: Tree) -> None:
    assert parse(typed, FIELDS) == tree


@pytest.mark.parametrize(
    ("typed", "start", "end", "said"),
    [
        ("a stat:x", 2, 6, "unknown field `stat`: did you mean `state`?"),
        ("zzz:x", 0, 3, "quote it if it is text; the fields are run, addr,"),
        ("state:actve b", 6, 11, "`state` is never `actve`: did you mean `active`?"),
        ("state:q", 6, 7, "it is one of active, expiring, expired, silent"),
        ("has:/c/", 4, 7, "`has` is never `c`"),
        ("a age<5m", 2, 8, "a colon comes behind a field: write age:<5m, or quote it if it is text"),
        ("holders>=2", 0, 10, "write holders:>=2,"),
        ("state=active", 0, 12, "write state:active,"),
        ("run=ann", 0, 7, "write run:=ann,"),
        ("foo>3", 0, 5, "unknown field `foo`: quote it if it is text"),
        ("left:>1m holder:x", 9, 15, "unknown field `holder`: did you mean `holders`?"),
        ("run:", 4, 4, "say right here what `run` must hold"),
        ("run: a", 4, 4, "say right here"),
        ("run:a, b", 6, 6, "say right here"),
        ("state:", 6, 6, "say right here one of active, expiring, expired, silent"),
        ("age:", 4, 4, "say right here a length of time, as in age:>30m"),
        ("age:>", 5, 5, "a length of time, as in age:>30m"),
        ("holders:>", 9, 9, "a number, as in holders:>2"),
        ("age:>soon", 4, 9, "'soon' is no length of time"),
        ("age:2h", 4, 6, "say which way: age:>2h or age:<2h"),
        ("left:=2h", 5, 8, "nothing is exactly that for long"),
        ("older:<2h", 6, 9, "leave out `<`"),
        ("holders:>two", 8, 12, "'two' is no number"),
        ("a or", 4, 4, "something must follow `or`"),
        ("(", 1, 1, "something must follow `(`"),
        ("not", 3, 3, "something must follow `not`"),
        ("or a", 0, 2, 'nothing stands before `or`: write "or" for the text'),
        ("a ) b", 2, 3, "this `)` closes nothing"),
        ("()", 1, 2, "nothing stands before `)`"),
        ('"a"b', 3, 4, "the quotation ends here"),
        ("/src/billing", 5, 6, "the regular expression ends here"),
        ('""', 0, 2, "there is nothing in this quotation"),
        ("a /", 3, 3, "say what to look for"),
        ("run:/a(b/", 6, 7, "this `(` is not closed"),
        (r"/\bfoo/", 1, 2, r"`\b` is not known here"),
        ("/(a+)*+/", 6, 7, "cannot be repeated once more"),
        ("-" * (DEEPEST + 1) + "a", DEEPEST, DEEPEST + 1, "are in one another"),
        ("a" * (LONGEST + 1), LONGEST, LONGEST + 1, "at most 1,000 characters"),
    ],
)
def test_what_is_wrong_is_said_and_where(typed: str, start: int, end: int, said: str) -> None:
    with pytest.raises(FilterError) as caught:
        parse(typed, FIELDS)
    assert said in str(caught.value)
    assert (caught.value.start, caught.value.end) == (start, end)


def error_in(typed: str) -> FilterError | None:
    """Return what is wrong with a filter, or None."""
    try:
        parse(typed, FIELDS)
    except FilterError as error:
        return error
    return None


@given(typing)
@patient(1_000)
def test_whatever_is_typed_means_something_or_is_an_error_of_its_own_kind(typed: str) -> None:
    error = error_in(typed)
    if error is None:
        tree = parse(typed, FIELDS)
        assert parse(written(tree), FIELDS) == tree
    else:
        assert 0 <= error.start <= error.end <= len(typed)
        assert str(error).isprintable()


@given(filters)
@patient(300)
def test_what_is_written_means_the_same(typed: str) -> None:
    tree = parse(typed, FIELDS)
    assert parse(written(tree), FIELDS) == tree
    assert written(parse(written(tree), FIELDS)) == written(tree)
