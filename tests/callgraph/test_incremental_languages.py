"""Trees of every language at once, whose files go and come back changed: the graph is always that of the tree."""

from hypothesis import given
from hypothesis import strategies as st

from musetui.callgraph.resolution import Resolution
from musetui.callgraph.shapes import Extraction
from tests.callgraph.test_c import CPP, C
from tests.callgraph.test_ecma import SHOP
from tests.callgraph.test_go_and_java import GO, JAVA
from tests.callgraph.test_rust import CRATE
from tests.callgraph.trees import extracted, sorted_edges
from tests.properties import patient

USERS = {
    "go/main.go": """
        package main
        import "example.com/shop/store"
        func f() { s, _ := store.New(); s.Keep(); s.Stamp() }
        """,
    "c/src/main.c": '#include "all.h"\nint f() { return rounded(half(1)) + *_odd(); }\n',
    "cpp/main.cc": '#include "store.h"\nvoid f() { auto s = shop::make(); s.plain(); s.inlined(); }\n',
    "js/main.ts": """
        import { Shop, all } from './lib';
        function f(x) { new Shop().keep(); all.rounded(); x.oddlyNamed(); }
        """,
    "rs/src/user.rs": "use crate::store::{Store, disk::*};\nfn f(s: &Store) { s.keep(s); s.stamp(); write(s); }\n",
}
TREES = (("go", GO), ("java", JAVA), ("c", C), ("cpp", CPP), ("js", SHOP), ("rs", CRATE))
WHOLE = extracted({f"{folder}/{path}": text for folder, tree in TREES for path, text in tree.items()} | USERS)


def without_its_last_names(extraction: Extraction) -> Extraction:
    """Return *extraction* with half of what it defines and imports, as after an edit."""
    half = len(extraction.definitions) // 2
    return extraction._replace(definitions=extraction.definitions[:half], imports=extraction.imports[1:])


STATES = {path: (None, each, without_its_last_names(each)) for path, each in WHOLE.items()}


def changes_in(folder: str) -> st.SearchStrategy[list[tuple[str, int]]]:
    """Return a strategy for changes of few files, so that one often goes and comes back."""
    paths = sorted(path for path in WHOLE if path.startswith(f"{folder}/"))
    step = st.tuples(st.sampled_from(paths), st.integers(0, 2))
    return st.lists(step, min_size=2, max_size=10)


changes = st.sampled_from([folder for folder, _ in TREES]).flatmap(changes_in)


@patient(60)
@given(changes)
def test_following_changes_is_building_anew(steps: list[tuple[str, int]]) -> None:
    followed = Resolution()
    tree: dict[str, Extraction | None] = dict(WHOLE)
    followed.replace_files(tree)
    for path, state in steps:
        tree[path] = STATES[path][state]
        followed.replace_file(path, tree[path])
        fresh = Resolution()
        fresh.replace_files({each: found for each, found in tree.items() if found is not None})
        assert sorted_edges(followed) == sorted_edges(fresh)


def test_each_language_has_its_edges() -> None:
    followed = Resolution()
    followed.replace_files(WHOLE)
    crossing = {edge.path.partition("/")[0] for edge in followed.edges() if not edge.callee.startswith(edge.path)}
    assert crossing == {folder for folder, _ in TREES}
