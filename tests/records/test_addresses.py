"""Addresses: how they come apart, and the laws of nesting, for sane and for hostile text."""

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from musetui.records.address import Address, Scope, ancestors, contains, nest_key, parse_address
from tests.properties import patient

PATIENT = patient(500)

# Few letters and every mark: pairs that nest, and pairs that nearly do, come up often.
tangled = st.text(alphabet="ab/.:", max_size=12)
segments = st.lists(st.sampled_from(["a", "b", "src"]), min_size=1, max_size=4)
sane = st.builds(
    lambda path, symbol: "/".join(path) + ("::" + ".".join(symbol) if symbol else ""),
    segments,
    st.lists(st.sampled_from(["C", "m", "n"]), max_size=3),
)
anything = tangled | sane | st.text(max_size=20)


@pytest.mark.parametrize(
    ("text", "path", "symbol"),
    [
        ("src/billing.py", "src/billing.py", ""),
        ("src/billing.py::Invoice", "src/billing.py", "Invoice"),
        ("src/billing.py::Invoice.total", "src/billing.py", "Invoice.total"),
        ("src/", "src", ""),
        ("src/a.py::", "src/a.py", ""),
        ("src/a.py/::C.", "src/a.py", "C"),
        ("::C", "", "C"),
        ("/", "/", ""),
        ("", "", ""),
    ],
)
def test_an_address_comes_apart(text: str, path: str, symbol: str) -> None:
    address = parse_address(text)
    assert address == Address(path, symbol)
    assert address.scope is (Scope.SYMBOL if symbol else Scope.PATH)


@pytest.mark.parametrize(
    ("text", "holders"),
    [
        ("src/a.py::C.m", ("src/a.py::C", "src/a.py", "src")),
        ("src/a.py::f", ("src/a.py", "src")),
        ("a/b/c.py", ("a/b", "a")),
        ("a.py", ()),
        ("a.py::f", ("a.py",)),
        ("/abs/a.py", ("/abs",)),
        ("a//b", ("a",)),
        ("a.py::C..m", ("a.py::C", "a.py")),
        ("::C.m", ("::C",)),
        ("", ()),
    ],
)
def test_what_holds_an_address_nearest_first(text: str, holders: tuple[str, ...]) -> None:
    assert ancestors(text) == holders


@pytest.mark.parametrize(
    ("outer", "inner"),
    [
        ("src/a.py", "src/a.py::C"),
        ("src/a.py::C", "src/a.py::C.m"),
        ("src", "src/a.py::C.m"),
        ("src/", "src/a.py"),
        ("src/a.py/", "src/a.py::C"),
        ("src/a.py/::C", "src/a.py::C.m"),
        ("src/a.py::C.", "src/a.py::C.m"),
    ],
)
def test_nesting(outer: str, inner: str) -> None:
    assert contains(outer, inner)


@pytest.mark.parametrize(
    ("outer", "inner"),
    [
        ("src/a.py", "src/a.pyx"),
        ("src/a.py::C", "src/a.py::Cat"),
        ("src/a.py::C", "src/b.py::C.m"),
        ("src", "src2/a.py"),
        ("src/", "src"),
        ("src/a.py::C.m", "src/a.py::C"),
        ("", "::C"),
    ],
)
def test_what_only_looks_nested(outer: str, inner: str) -> None:
    assert not contains(outer, inner)


@given(anything)
@example("a:/::b")
@example("a/:::b")
@PATIENT
def test_the_nesting_form_is_stable(text: str) -> None:
    assert nest_key(nest_key(text)) == nest_key(text)
    assert ancestors(nest_key(text)) == ancestors(text)
    assert str(parse_address(text)) == nest_key(text) or not parse_address(text).symbol


@given(anything)
@PATIENT
def test_what_holds_an_address_contains_it(text: str) -> None:
    for holder in ancestors(text):
        assert contains(holder, text)
        assert nest_key(holder) == holder
        assert set(ancestors(holder)) < set(ancestors(text))


@given(anything, anything)
@PATIENT
def test_only_what_holds_an_address_contains_it(outer: str, inner: str) -> None:
    assert contains(outer, inner) == (nest_key(outer) in ancestors(inner))


@given(anything)
@PATIENT
def test_nothing_contains_itself(text: str) -> None:
    assert not contains(text, text)
    assert not contains(nest_key(text), text)


@given(tangled | sane, tangled | sane)
@PATIENT
def test_two_never_contain_each_other(one: str, other: str) -> None:
    assert not (contains(one, other) and contains(other, one))


@given(tangled | sane, st.data())
@PATIENT
def test_nesting_is_transitive(innermost: str, data: st.DataObject) -> None:
    holders = ancestors(innermost)
    assume(holders)
    middle = data.draw(st.sampled_from(holders))
    for outermost in ancestors(middle):
        assert contains(outermost, innermost)


@pytest.mark.parametrize("length", [1_000, 4_000])
def test_a_hostile_depth_costs_no_more_than_a_deep_one(length: int) -> None:
    for text in (
        "src/a.py::" + "a." * length + "a",
        "a/" * length + "a",
        "a/" * length + "::" + "b." * length,
        "." * length,
        "a::" + "." * length,
        "/" * length,
    ):
        assert len(ancestors(text)) <= 64
        nest_key(text)


def test_a_hostile_symbol_is_still_held_by_its_file() -> None:
    text = "src/a.py::" + "a." * 1_000 + "a"
    assert contains("src/a.py", text)
    assert contains("src", text)


@pytest.mark.parametrize(
    ("spelled", "same"),
    [
        ("./src/a.py", "src/a.py"),
        ("src//a.py::C", "src/a.py::C"),
        ("src/./deep/.//a.py", "src/deep/a.py"),
        ("././a.py::C.m.", "a.py::C.m"),
        ("//abs//a.py", "/abs/a.py"),
        ("./", "."),
        ("../a.py", "../a.py"),
        ("a./b", "a./b"),
        ("src/a.py::C./x", "src/a.py::C./x"),
    ],
)
def test_a_step_that_leads_nowhere_does_not_matter(spelled: str, same: str) -> None:
    assert nest_key(spelled) == same


@given(segments, st.data())
@PATIENT
def test_idle_steps_anywhere_name_the_same_place(path: list[str], data: st.DataObject) -> None:
    idle = st.sampled_from(["", "./", "/", ".//./"])
    first = data.draw(st.sampled_from(["", "./", ".//"]))
    spelled = first + path[0] + "".join(f"/{data.draw(idle)}{step}" for step in path[1:])
    assert nest_key(spelled) == "/".join(path)
    assert ancestors(nest_key(spelled)) == ancestors("/".join(path))
