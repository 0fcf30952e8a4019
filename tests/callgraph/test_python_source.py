"""What is read from a Python file: its symbols, its imports, and what each symbol calls, under which name."""

import ast
from pathlib import Path
from textwrap import dedent

import pytest

from musetui.callgraph.python_source import extract_python
from musetui.callgraph.shapes import CALLS_LIMIT, DEFINITIONS_LIMIT, Extraction, Import, SourceError


def read(text: str) -> Extraction:
    return extract_python(dedent(text).encode())


def calls(text: str) -> set[tuple[str, str, bool]]:
    return {(call.caller, call.callee, call.typed) for call in read(text).calls}


def test_symbols_are_named_as_addresses_name_them() -> None:
    found = read("""
        class Invoice(base.Document, Generic[T]):
            class Line:
                def sum(self): ...
            async def total(self) -> "Money": ...
        def outer():
            def inner(): ...
        """)
    assert {(each.symbol, each.role.value, each.bases, each.returns) for each in found.definitions} == {
        ("Invoice", "class", ("base.Document", "Generic"), ""),
        ("Invoice.Line", "class", (), ""),
        ("Invoice.Line.sum", "function", (), ""),
        ("Invoice.total", "function", (), "Money"),
        ("outer", "function", (), ""),
        ("outer.inner", "function", (), ""),
    }


def test_imports_are_kept_as_written_with_their_place() -> None:
    found = read("""
        import a.b, c.d as e
        from ..x import y as z, w
        from f import *
        def late():
            from . import g
        """)
    assert set(found.imports) == {
        Import("", "a", "a", ""),
        Import("", "e", "c.d", ""),
        Import("", "z", "..x", "y"),
        Import("", "w", "..x", "w"),
        Import("", "*", "f", "*"),
        Import("late", "g", ".", "g"),
    }


def test_a_call_has_its_symbol_and_all_its_lines() -> None:
    (call,) = read("def f():\n    g()\n    if g(): pass\n").calls
    assert call == ("f", "g", False, (2, 3))


@pytest.mark.parametrize(
    ("body", "called"),
    [
        ("self.check()", ("self.check", False)),
        ("super().total()", ("super.total", False)),
        ("Invoice.load()", ("Invoice.load", False)),
        ("money.round(1)", ("money.round", False)),
        ("Invoice().total()", ("Invoice.total", True)),
        ("invoice = Invoice(1); invoice.total()", ("Invoice.total", True)),
        ("invoice: Invoice | None = find(); invoice.total()", ("Invoice.total", True)),
        ("store = None; store = Store(); store.put()", ("Store.put", True)),
        ("self.store.put()", ("Store.put", True)),
        ("self.given.put()", ("Given.put", True)),
        ("self.declared.put()", ("Declared.put", True)),
        ("given.put()", ("Given.put", True)),
        ("x = self.make(); x.total()", ("self.make.total", True)),
        ("x = given.copy(); x.total()", ("Given.copy.total", True)),
        ("self.unset.put()", ("?.put", False)),
        ("anything.put()", ("?.put", False)),
        ("x = 1 if y else z; x.put()", ("?.put", False)),
        ("rows[0].put()", ("?.put", False)),
    ],
)
def test_the_name_called_says_what_is_known_of_the_receiver(body: str, called: tuple[str, bool]) -> None:
    text = f"""
    class C:
        declared: Declared
        def __init__(self, given: Given):
            self.given = given
            self.store = Store()
            self.unset = unset
        def m(self, anything, given: "Given"):
            {body}
    """
    assert ("C.m", *called) in calls(text)


@pytest.mark.parametrize(
    "body",
    ["f()", "x = f; x()", "[].f()", "''.join(f)", "[f() for f in fs]", "f = 1; f()", "lambda f: f()", "x(f=1)"],
)
def test_a_variable_is_no_function_of_the_same_name(body: str) -> None:
    found = calls(f"def f(): ...\ndef caller(fs, x, {'f' if body == 'f()' else 'y'}):\n    {body}\n")
    assert not {callee for caller, callee, _ in found if caller == "caller" and callee in ("f", "?.f")}


def test_what_runs_at_the_file_level_is_called_by_the_file() -> None:
    found = calls("""
        def f(x=default()): ...
        @wrap
        @configured(1)
        def g(): ...
        class C(made()):
            field = build()
        """)
    assert found == {
        ("", "default", False),
        ("g", "wrap", False),
        ("", "configured", False),
        ("", "made", False),
        ("C", "build", False),
    }


@pytest.mark.parametrize("data", [b"def f(:", b"\x00\x01", b"x = '\xff'", b"(" * 5_000], ids=range(4))
def test_what_is_not_python_is_refused(data: bytes) -> None:
    with pytest.raises(SourceError):
        extract_python(data)


@pytest.mark.parametrize(
    "data",
    [
        b"x = " + b"+".join([b"f()"] * 3_000),
        b"x = f" + b".a" * 3_000 + b"()",
        b"if x: pass\n" + b"elif x: f()\n" * 900,
        b"x = f" + b"()" * 90,
        b"f(" + b"g()," * 30_000 + b")",
        b"def f(): ...\n" * 20_000,
        b"\n".join(b"def f%d(): ..." % number for number in range(8_000)),
    ],
    ids=["a long sum", "many dots", "many branches", "calls of calls", "many calls", "one name", "many names"],
)
def test_hostile_sources_are_cut_not_followed(data: bytes) -> None:
    try:
        found = extract_python(data)
    except SourceError:
        return
    assert len(found.definitions) <= DEFINITIONS_LIMIT
    assert sum(len(call.lines) for call in found.calls) <= CALLS_LIMIT


def test_every_definition_of_real_code_is_found() -> None:
    for path in Path(ast.__file__).parent.glob("a*.py"):
        data = path.read_bytes()
        expected = sum(
            isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
            for node in ast.walk(ast.parse(data))
        )
        symbols = {each.symbol for each in extract_python(data).definitions}
        assert len(symbols) <= expected
        assert expected == 0 or symbols
