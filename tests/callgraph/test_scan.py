"""Scans: what changed on the disk, and nothing else, changes the graph; what was seen before is not parsed again."""

import os
import sqlite3
from pathlib import Path

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from musetui.callgraph import cache as cache_module
from musetui.callgraph import scan as scan_module
from musetui.callgraph.cache import Cache
from musetui.callgraph.edges import GraphChange
from musetui.callgraph.graph import CallGraph
from musetui.callgraph.scan import Scan
from musetui.callgraph.wire import (
    WireError,
    pack_change,
    pack_extraction,
    unpack_change,
    unpack_extraction,
)
from tests.callgraph.trees import extracted, sorted_edges
from tests.properties import patient

CALLER = "from b import f\ndef g(): f()\n"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Return the root of a tree of two files that were written some time ago."""
    folder = tmp_path / "tree"
    folder.mkdir()
    write(folder / "a.py", CALLER)
    write(folder / "b.py", "def f(): ...\n")
    return folder


def write(path: Path, text: str, at: int = 1_700_000_000) -> None:
    path.write_text(text)
    os.utime(path, (at, at))


def ends(change: GraphChange) -> set[tuple[str, str]]:
    return {(edge.caller, edge.callee) for edge in change.put}


def test_only_what_changed_is_read(root: Path) -> None:
    scan = Scan(root)
    change, scanned = scan.run()
    assert ends(change) == {("a.py::g", "b.py::f")}
    assert (scanned.files, scanned.edges, scanned.read) == (2, 1, 2)
    change, scanned = scan.run()
    assert (change, scanned.read, scanned.edges) == (GraphChange(), 0, 1)
    write(root / "b.py", "def f2(): ...\n", 1_700_000_001)
    change, scanned = scan.run()
    assert (change.dropped, scanned.read) == ((("a.py::g", "b.py::f"),), 1)
    (root / "a.py").unlink()
    assert scan.run()[1].files == 1


def test_a_file_just_written_is_read_again_though_it_looks_the_same(root: Path) -> None:
    scan = Scan(root)
    (root / "b.py").write_text("def f(): ...\n")
    state = (root / "b.py").stat()
    scan.run()
    (root / "b.py").write_text("def e(): ...\n")
    os.utime(root / "b.py", ns=(state.st_atime_ns, state.st_mtime_ns))
    assert scan.run()[0].dropped == (("a.py::g", "b.py::f"),)


def test_what_says_nothing_is_counted_and_mended_when_it_is_mended(root: Path) -> None:
    write(root / "broken.py", "def f(:")
    write(root / "binary.py", "x = '\0'")
    scan = Scan(root)
    assert scan.run()[1].skipped == 2
    write(root / "broken.py", "def f(): ...", 1_700_000_002)
    assert scan.run()[1].skipped == 1


def test_a_folder_that_becomes_a_link_is_not_read(root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (root / "p").mkdir()
    write(root / "p" / "c.py", CALLER)
    found = scan_module.walk(root, scan_module.language_of)
    (root / "p").rename(tmp_path / "outside")
    (root / "p").symlink_to(tmp_path / "outside")
    monkeypatch.setattr(scan_module, "walk", lambda *_: found)
    change, scanned = Scan(root).run()
    assert ends(change) == {("a.py::g", "b.py::f")}
    assert scanned.skipped == 1


def test_what_was_seen_before_is_not_parsed_again(root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first, scanned = Scan(root, Cache(tmp_path / "cache")).run()
    assert scanned.remembered == 0
    monkeypatch.setattr(scan_module, "extract", lambda *_: pytest.fail("parsed again"))
    again, scanned = Scan(root, Cache(tmp_path / "cache")).run()
    assert (again, scanned.remembered) == (first, 2)


@pytest.mark.parametrize("damage", ["text", "cut", "rows", "version", "folder"])
def test_a_damaged_cache_is_an_empty_one(root: Path, tmp_path: Path, damage: str) -> None:
    folder = tmp_path / "cache"
    cache = Cache(folder)
    expected, _ = Scan(root, cache).run()
    cache.close()
    file = folder / "callgraph.db"
    if damage == "text":
        file.write_bytes(b"not a database" * 999)
    elif damage == "cut":
        file.write_bytes(file.read_bytes()[:5_000])
    elif damage == "folder":
        file.unlink()
        file.mkdir()
    else:
        with sqlite3.connect(file) as database:
            change = "UPDATE found SET content = ?" if damage == "rows" else "PRAGMA user_version = 0"
            database.execute(change, (b"[1, 2]",) if damage == "rows" else ())
        database.close()
    cache = Cache(folder)
    change, scanned = Scan(root, cache).run()
    assert (change, scanned.remembered) == (expected, 0)
    Scan(root, cache).run()
    cache.close()
    assert Scan(root, Cache(folder)).run()[1].remembered == (2 if damage != "folder" else 0)


def test_the_cache_is_its_users_alone_and_no_link(root: Path, tmp_path: Path) -> None:
    folder = tmp_path / "cache"
    folder.mkdir(mode=0o777)
    Scan(root, Cache(folder)).run()
    assert folder.stat().st_mode & 0o777 == 0o700
    assert (folder / "callgraph.db").stat().st_mode & 0o777 == 0o600
    (tmp_path / "link").symlink_to(folder)
    assert Scan(root, Cache(tmp_path / "link")).run()[1].remembered == 0


def test_the_longest_unused_go(root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def scanned_on(day: int, limit: int = 1_000_000) -> int:
        monkeypatch.setattr(cache_module.time, "time", lambda: day * 86_400)
        cache = Cache(tmp_path / "cache", limit)
        remembered = Scan(root, cache).run()[1].remembered
        cache.close()
        return remembered

    scanned_on(1)
    (root / "b.py").unlink()
    assert scanned_on(2, limit=len(pack_extraction(extracted({"a": CALLER})["a"])) + 64) == 1
    write(root / "b.py", "def f(): ...\n")
    assert scanned_on(3) == 1


def test_what_is_packed_is_unpacked_as_it_was(root: Path) -> None:
    source = Path(scan_module.__file__).read_text()
    found = extracted({"x": source})["x"]
    assert unpack_extraction(pack_extraction(found)) == found
    change, _ = Scan(root).run()
    whole = GraphChange(change.put, (("a", "b"),))
    assert unpack_change(orjson.loads(orjson.dumps(pack_change(whole)))) == whole


values = st.sampled_from([None, True, 0, 1, -1, 2**40, 0.5, 1.5, "", "a.py::f", [], [1], ["a"], {}, {"a": 1}])
lists = st.lists(values, max_size=4)
near_misses = st.tuples(
    st.lists(st.tuples(values, values, values, st.just([1]) | values).map(list) | lists, max_size=3) | values,
    st.lists(st.tuples(values, values).map(list) | values, max_size=2) | values,
).map(list)


@patient(500)
@given(near_misses | lists | values)
def test_what_is_not_refused_is_what_was_packed(content: object) -> None:
    try:
        change = unpack_change(content)
    except WireError:
        return
    assert orjson.loads(orjson.dumps(pack_change(change))) == content
    CallGraph().apply(change)


def test_incremental_scans_of_a_real_tree_are_scans_from_nothing(tmp_path: Path) -> None:
    source = Path(scan_module.__file__).parent
    files = sorted(source.glob("*.py"))
    target = tmp_path / "musetui" / "callgraph"
    target.mkdir(parents=True)
    scan, graph = Scan(tmp_path), CallGraph()
    for half in (files[::2], files[1::2]):
        for file in half:
            write(target / file.name, file.read_text())
        graph.apply(scan.run()[0])
    fresh = CallGraph()
    fresh.apply(Scan(tmp_path).run()[0])
    assert sorted_edges(graph) == sorted_edges(fresh)
    assert len(graph) > 200
