"""The worker in a process of its own: it follows the tree, ends with whoever started it, and takes nobody along."""

import asyncio
import gc
import os
import signal
import subprocess
import sys
import warnings
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from musetui.callgraph import process as process_module
from musetui.callgraph.edges import GraphChange
from musetui.callgraph.graph import CallGraph
from musetui.callgraph.process import CallGraphWorker, Failed, News, Reading
from musetui.callgraph.scan import Scan, Scanned
from tests.callgraph.trees import sorted_edges
from tests.conftest import until, wait_until

ROOT = Path(__file__).parents[2]


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """Return the root of a tree with more edges than one frame has."""
    root = tmp_path / "tree"
    root.mkdir()
    functions = "".join(f"def f{number}(): f{number + 1}(); shared()\n" for number in range(500))
    (root / "a.py").write_text(f"from b import shared\n{functions}")
    (root / "b.py").write_text("def shared(): ...\n")
    return root


async def follow(news: AsyncIterator[News], graph: CallGraph) -> Scanned:
    """Apply what comes until a scan is done."""
    async for each in news:
        match each:
            case GraphChange():
                assert len(each.put) + len(each.dropped) <= 400
                graph.apply(each)
            case Scanned():
                return each
            case Failed(sentence):
                pytest.fail(sentence)
    pytest.fail("the news ended")


def is_alive(pid: int) -> bool:
    """Return whether the process *pid* is there and no zombie."""
    try:
        return "\nState:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return False


async def test_it_follows_the_tree(tree: Path, tmp_path: Path) -> None:
    graph = CallGraph()
    async with CallGraphWorker(tree, tmp_path / "cache") as worker:
        news = worker.news()
        assert (await follow(news, graph)).files == 2
        assert worker.pid is not None
        assert os.getpriority(os.PRIO_PROCESS, worker.pid) > os.getpriority(os.PRIO_PROCESS, 0)
        (tree / "b.py").write_text("def shared(): other()\ndef other(): ...\n")
        worker.scan()
        await follow(news, graph)
        fresh = CallGraph()
        fresh.apply(Scan(tree).run()[0])
        assert sorted_edges(graph) == sorted_edges(fresh)
        assert len(graph) == 1_000
        pid = worker.pid
    assert pid is not None
    assert not is_alive(pid)
    assert [each async for each in news] == []


async def test_it_tells_how_far_it_is(tree: Path, tmp_path: Path) -> None:
    async with CallGraphWorker(tree, tmp_path / "cache") as worker:
        first = await anext(worker.news())
        assert first == Reading(0, 2)


async def test_many_asks_are_few_scans(tree: Path, tmp_path: Path) -> None:
    graph = CallGraph()
    async with CallGraphWorker(tree, tmp_path / "cache") as worker:
        for _ in range(10_000):
            worker.scan()
        news = worker.news()
        scans = 0
        (tree / "c.py").write_text("")
        worker.scan()
        while (await follow(news, graph)).files < 3:
            scans += 1
        assert scans < 50


async def test_its_violent_end_is_told_and_harms_nobody(tree: Path, tmp_path: Path) -> None:
    async with CallGraphWorker(tree, tmp_path / "cache") as worker:
        news = worker.news()
        await follow(news, CallGraph())
        assert worker.pid is not None
        os.kill(worker.pid, signal.SIGKILL)
        last = [each async for each in news][-1]
        assert isinstance(last, Failed)
        assert "SIGKILL" in last.sentence
        worker.scan()


@pytest.mark.parametrize(
    "program", ["print('x' * 99)", "import os; os.write(1, b'\\0\\0\\0\\2[]')", "raise SystemExit(3)"]
)
async def test_nonsense_from_it_is_told_too(tree: Path, monkeypatch: pytest.MonkeyPatch, program: str) -> None:
    monkeypatch.setattr(process_module, "_PROGRAM", program)
    async with CallGraphWorker(tree) as worker:
        (only,) = [each async for each in worker.news()]
        assert isinstance(only, Failed)


async def test_where_it_cannot_be_started_that_is_told(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    async with CallGraphWorker(tree) as worker:
        (only,) = [each async for each in worker.news()]
        assert isinstance(only, Failed)


async def test_it_is_closed_though_nobody_listened(tree: Path, tmp_path: Path) -> None:
    for number in range(8):
        (tree / f"more{number}.py").write_text((tree / "a.py").read_text())
    async with CallGraphWorker(tree, tmp_path / "cache") as worker:
        pid = worker.pid
        await anext(worker.news())
        buffered = vars(worker._reader)
        await until(lambda: buffered["_paused"], what="a full pipe")
    assert pid is not None
    assert not is_alive(pid)


@pytest.mark.parametrize("steps", range(8))
@pytest.mark.parametrize("twice", [False, True])
def test_who_is_cancelled_while_it_starts_leaves_nothing_behind(
    tree: Path, tmp_path: Path, steps: int, twice: bool
) -> None:
    started: list[int] = []

    async def follow_it() -> None:
        async with CallGraphWorker(tree, tmp_path / "cache") as worker:
            assert worker.pid is not None
            started.append(worker.pid)
            async for _ in worker.news():
                pass

    async def main() -> None:
        task = asyncio.create_task(follow_it())
        for _ in range(steps):
            await asyncio.sleep(0)
        if twice:  # by the app, and by the end of the loop
            task.cancel()

    complaints: list[object] = []
    gc.freeze()  # what other tests have left behind is not looked at here, nor complained of
    with warnings.catch_warnings(record=True) as caught, pytest.MonkeyPatch.context() as patch:
        warnings.simplefilter("always")
        patch.setattr(sys, "unraisablehook", complaints.append)
        asyncio.run(main())
        gc.collect()
    gc.unfreeze()
    assert [str(each.message) for each in caught] == []
    assert complaints == []
    assert not any(map(is_alive, started))


def test_it_ends_when_its_parent_is_killed(tree: Path, tmp_path: Path) -> None:
    program = f"""
import asyncio
from pathlib import Path
from musetui.callgraph.process import CallGraphWorker
async def main():
    async with CallGraphWorker(Path({str(tree)!r}), Path({str(tmp_path / "cache")!r})) as worker:
        print(worker.pid, flush=True)
        async for _ in worker.news():
            pass
asyncio.run(main())
"""
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, cwd=ROOT) as parent:
        assert parent.stdout is not None
        worker = int(parent.stdout.readline())
        assert is_alive(worker)
        parent.kill()
    wait_until(lambda: not is_alive(worker), what="the worker's end")


async def test_a_tree_cannot_slip_it_a_module(tree: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("orjson.py", "musetui.py", "ast.py", "sitecustomize.py"):
        (tree / name).write_text(f"open({str(tmp_path / 'owned')!r}, 'w')\n")
    monkeypatch.chdir(tree)
    async with CallGraphWorker(tree, tmp_path / "cache") as worker:
        assert (await follow(worker.news(), CallGraph())).files == 6
    assert not (tmp_path / "owned").exists()


async def test_the_event_loop_has_its_turns(tree: Path, tmp_path: Path) -> None:
    turns = 0

    async def count() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    async with CallGraphWorker(tree, tmp_path / "cache") as worker:
        task = asyncio.create_task(count())
        parts = 0
        async for each in worker.news():
            before, turns = turns, 0
            assert before or not parts
            parts += 1
            if isinstance(each, Scanned):
                break
        task.cancel()
    assert parts > 3
