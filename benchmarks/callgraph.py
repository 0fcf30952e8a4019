"""Call graph: a tree of Python files from nothing, started again, and one changed file, against reading and parsing."""

import ast
import asyncio
import random
import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks.common import Row, middle, ms, percentile
from musetui.callgraph.edges import GraphChange
from musetui.callgraph.graph import CallGraph
from musetui.callgraph.process import CallGraphWorker, Failed
from musetui.callgraph.scan import Scanned

FOLDER_SIZE = 50


def write_tree(root: Path, files: int) -> list[Path]:
    """Write *files* Python files that import and call each other below *root*, the same every time."""
    chance = random.Random(files)
    written = []
    for number in range(files):
        folder = root / f"part{number // FOLDER_SIZE}"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "__init__.py").touch()
        others = sorted({chance.randrange(number) for _ in range(4)}) if number else []
        path = folder / f"module{number}.py"
        path.write_text(_module(number, others, chance))
        written.append(path)
    return written


def _module(number: int, others: list[int], chance: random.Random) -> str:
    lines = ['"""A module of a generated tree."""', "", "import json", ""]
    lines += [
        f"from part{each // FOLDER_SIZE}.module{each} import Thing{each}, total_{each}_{chance.randrange(6)}"
        for each in others
    ]
    calls = [f"Thing{each}(amount).change(name)" for each in others] or ["len(name)"]
    lines += [
        "",
        "",
        f"class Thing{number}:",
        "    def __init__(self, amount: int) -> None:",
        "        self.amount = amount",
    ]
    for method in ("change", "check", "report"):
        lines += ["", f"    def {method}(self, name: str) -> str:", f'        """Return what {method} is about."""']
        lines += [f"        self.amount += len(name) * {step}" for step in range(4)]
        lines += [f"        {chance.choice(calls)}", "        return self.report(json.dumps(name))"]
    for function in range(6):
        lines += ["", "", f"def total_{number}_{function}(items: list[int], name: str, amount: int = 0) -> int:"]
        lines += ["    for item in items:", "        if item > amount:", "            amount += item * 2"]
        lines += [
            f"    {chance.choice(calls)}",
            f"    total_{number}_{chance.randrange(6)}(items, name)",
            "    return amount",
        ]
    return "\n".join(lines) + "\n"


def parse_all(files: list[Path]) -> float:
    """Return the seconds it takes to read and parse *files*."""
    began = time.perf_counter()
    for path in files:
        ast.parse(path.read_bytes())
    return time.perf_counter() - began


async def start(root: Path, cache: Path, edited: Path | None = None) -> tuple[float, list[float], list[float], int]:
    """Return the seconds from a start to the whole graph, of each of some edits, and of each slice; and the edges."""
    graph = CallGraph()
    slices: list[float] = []

    async def follow() -> None:
        async for each in news:
            if isinstance(each, GraphChange):
                began = time.perf_counter()
                graph.apply(each)
                slices.append(time.perf_counter() - began)
            elif isinstance(each, Failed):
                raise RuntimeError(each.sentence)
            elif isinstance(each, Scanned):
                return

    began = time.perf_counter()
    edits: list[float] = []
    async with CallGraphWorker(root, cache) as worker:
        news = worker.news()
        await follow()
        whole = time.perf_counter() - began
        for number in range(10 if edited is not None else 0):
            assert edited is not None
            edited.write_text(
                f"{edited.read_text()}\n\ndef edit{number}() -> None:\n    json.loads(edit{number - 1}())\n"
            )
            began = time.perf_counter()
            worker.scan()
            await follow()
            edits.append(time.perf_counter() - began)
    return whole, edits, slices, len(graph)


def run(quick: bool) -> Iterator[Row]:
    """Follow the calls of one tree."""
    size = 500 if quick else 5_000
    folder = Path(tempfile.mkdtemp(prefix="musetui-bench-"))
    try:
        root = folder / "tree"
        files = write_tree(root, size)
        parse_all(files)  # warms the disk's cache, and is not counted
        floor = parse_all(files)
        first, _, slices, edges = asyncio.run(start(root, folder / "cache"))
        yield Row(
            f"call graph of {size:,} Python files, {edges:,} edges, from nothing",
            ms(first),
            f"{ms(floor)} (read, ast.parse)",
            first / floor,
            "≤ 4 ×",
        )
        again, edits, more, _ = asyncio.run(start(root, folder / "cache", files[size // 2]))
        yield Row(
            "… started again, files unchanged", ms(again), f"{ms(floor)} (read, ast.parse)", again / floor, "≤ 1 ×"
        )
        look = middle([_look(root) for _ in range(3)])
        yield Row(
            "… one changed file to changed edges",
            ms(middle(edits)),
            f"{ms(look)} (os.stat of all)",
            middle(edits) / look,
        )
        longest = percentile([*slices, *more], 0.95)
        yield Row("… the event loop's part in it, a slice, p95", ms(longest), goal="≤ 5 ms")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _look(root: Path) -> float:
    """Return the seconds it takes to look at each file below *root*."""
    began = time.perf_counter()
    for path in root.rglob("*.py"):
        path.stat()
    return time.perf_counter() - began
