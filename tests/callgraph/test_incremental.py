"""However a tree came to be as it is: its graph is the one that is built of it from nothing."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from musetui.callgraph.edges import GraphChange
from musetui.callgraph.graph import CallGraph
from musetui.callgraph.python_source import extract_python
from musetui.callgraph.resolution import Resolution
from musetui.callgraph.shapes import Extraction
from tests.callgraph.trees import extracted, graph_of, sorted_edges
from tests.properties import patient

PATHS = ("a.py", "b.py", "p/__init__.py", "p/a.py", "p/c.py", "p/q/d.py", "src/p/a.py")
LINES = (
    "from p import *",
    "from p import f, C",
    "from p.a import f as g",
    "from p.c import C",
    "from .a import C as f",
    "from . import a, c",
    "from .. import b",
    "import p.q.d, a",
    "import p.c as c",
    "from a import *",
    "from b import f",
    "def f():\n    g(); return C()",
    "def g(x: C):\n    x.m(); f()",
    "def h() -> C:\n    a.f(); p.q.d.f()",
    "class C:\n    def m(self): self.n(); c.f()",
    "class C(B):\n    def __init__(self): super().m(); self.c = C()\n    def n(self): self.c.m()",
    "class B:\n    def m(self): f()\n    def n(self, y): y.only()",
    "class D(C, c.C):\n    def only(self): self.m()",
    "x = h().m()",
    "f()",
    "C.m()",
)

texts = st.lists(st.sampled_from(LINES), unique=True, max_size=10).map("\n".join)
contents = st.none() | st.just("def f(): g()\ndef g(): ...\nclass C:\n    def m(self): g()\n") | texts
trees = st.fixed_dictionaries(dict.fromkeys(PATHS, contents))
steps = st.lists(st.tuples(st.sampled_from(PATHS), contents), min_size=1, max_size=8)


@patient(150)
@given(trees, steps, st.integers(min_value=1, max_value=4), st.randoms(use_true_random=False))
def test_following_changes_is_building_anew(
    first: dict[str, str | None], changes: list[tuple[str, str | None]], together: int, chance: random.Random
) -> None:
    resolution, graph = Resolution(), CallGraph()
    tree = {path: text for path, text in first.items() if text is not None}
    graph.apply(resolution.replace_files(extracted(tree)))
    for start in range(0, len(changes), together):
        batch: dict[str, Extraction | None] = {}
        for path, text in changes[start : start + together]:
            batch[path] = extract_python(text.encode()) if text is not None else None
            if text is None:
                tree.pop(path, None)
            else:
                tree[path] = text
        for part in resolution.replace_files(batch).slices(chance.randint(1, 5)):
            graph.apply(part)
        fresh = Resolution()
        fresh.replace_files(extracted(tree))
        assert sorted_edges(resolution) == sorted_edges(fresh) == sorted_edges(graph)
        assert list(graph.within("")) == list(graph_of(tree).within(""))
    for path in tree:
        graph.apply(resolution.replace_file(path, None))
    assert (len(graph), list(graph.edges()), vars(resolution._tree)["_folders"], resolution._askers) == (0, [], {}, {})


@pytest.mark.parametrize("module", ["p", "p.q", "p.a"])
@pytest.mark.parametrize("path", ["p.py", "p/__init__.py", "p/q.py", "p/q/__init__.py", "p/a.py", "p/a/__init__.py"])
def test_a_file_that_comes_or_goes_can_change_what_an_import_means(module: str, path: str) -> None:
    texts = {"main.py": f"from {module} import f, q, a\nf()\nq.f()\na.f()\n", "p/q/d.py": "def f(): ...\n"}
    texts |= dict.fromkeys(("p/a.py", "src/p/__init__.py", "src/p/q.py"), "def f(): ...\n")
    other = "def f(): ...\n"
    resolution = Resolution()
    resolution.replace_files(extracted(texts))
    for text in (other, None, other):
        after = {**texts, path: text} if text is not None else {each: texts[each] for each in texts if each != path}
        resolution.replace_files({path: extract_python(text.encode()) if text is not None else None})
        fresh = Resolution()
        fresh.replace_files(extracted(after))
        assert sorted_edges(resolution) == sorted_edges(fresh)


def test_only_those_who_asked_are_looked_at_again(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = {f"m{n}.py": "from hub import f\nf()\n" for n in range(50)}
    resolution = Resolution()
    resolution.replace_files(extracted({**texts, "hub.py": "def f(): ...", "far.py": "def g(): ..."}))
    looked: list[str] = []
    resolve = Resolution._resolved
    monkeypatch.setattr(Resolution, "_resolved", lambda self, path: (looked.append(path), resolve(self, path))[1])

    def edit(path: str, text: str) -> GraphChange:
        looked.clear()
        return resolution.replace_file(path, extract_python(text.encode()))

    assert edit("hub.py", "def f():\n    return g()\ndef g(): ...\n").put
    assert looked == ["hub.py"]
    assert len(edit("hub.py", "def g(): ...\n").dropped) == 51
    assert len(looked) == 51
    assert edit("far.py", "def g(): ...\ndef h(): ...\n") == GraphChange()
    assert looked == ["far.py"]


def test_a_folder_that_comes_or_goes_can_change_what_an_import_means() -> None:
    resolution = Resolution()
    resolution.replace_files(extracted({"main.py": "from far.away import d\nd.f()\n"}))
    come = resolution.replace_file("far/away/d.py", extract_python(b"def f(): ...\n"))
    assert [(edge.caller, edge.callee) for edge in come.put] == [("main.py", "far/away/d.py::f")]
    assert resolution.replace_file("far/away/d.py", None).dropped == (("main.py", "far/away/d.py::f"),)
