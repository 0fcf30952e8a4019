"""The edges of a whole tree, kept up to date file by file.

What a file's edges are follows from its own extraction and the answers to what was asked of the tree. So a change in
one file touches its own edges, and those of files that asked something to which the answer is another one now.
"""

from collections.abc import Iterator, Mapping

from musetui.callgraph.asking import Asking
from musetui.callgraph.calling import edges_of
from musetui.callgraph.edges import Edge, GraphChange
from musetui.callgraph.families import family
from musetui.callgraph.shapes import Extraction
from musetui.callgraph.tree import Question, SourceTree


class Resolution:
    """All extractions of a tree, and the edges between what they define."""

    def __init__(self) -> None:
        self._tree = SourceTree()
        self._edges: dict[str, dict[tuple[str, str], Edge]] = {}
        self._asked: dict[str, set[Question]] = {}
        self._askers: dict[Question, set[str]] = {}

    def __len__(self) -> int:
        """Return the number of files."""
        return len(self._tree.files)

    def edges(self) -> Iterator[Edge]:
        """Yield all edges."""
        for edges in self._edges.values():
            yield from edges.values()

    def replace_file(self, path: str, extraction: Extraction | None) -> GraphChange:
        """Put *extraction* in the place of what *path* had, or take the file away; return what that changes."""
        return self.replace_files({path: extraction})

    def replace_files(self, changes: Mapping[str, Extraction | None]) -> GraphChange:
        """Do the same for many files at once: each file is looked at once, however many that it depends on changed."""
        touched = set(changes)
        for path, extraction in changes.items():
            for question in self._tree.replace(path, extraction):
                touched |= self._askers.get(question, _NOBODY)
        put: list[Edge] = []
        dropped: list[tuple[str, str]] = []
        for path in sorted(touched):
            old = self._edges.pop(path, {})
            new = self._resolved(path)
            put.extend(edge for ends, edge in new.items() if old.get(ends) != edge)
            dropped.extend(ends for ends in old if ends not in new)
        return GraphChange(tuple(put), tuple(dropped))

    def _resolved(self, path: str) -> dict[tuple[str, str], Edge]:
        """Work out the edges of one file anew, and note what was asked for it."""
        file = self._tree.files.get(path)
        ask = Asking(self._tree, path)
        edges: dict[tuple[str, str], Edge] = {}
        if file is not None:
            edges = edges_of(ask, family(file.extraction.language), path, file)
            if edges:
                self._edges[path] = edges
        before = self._asked.pop(path, set())
        if ask.questions:
            self._asked[path] = ask.questions
        for question in before - ask.questions:
            askers = self._askers[question]
            askers.discard(path)
            if not askers:
                del self._askers[question]
        for question in ask.questions - before:
            self._askers.setdefault(question, set()).add(path)
        return edges


_NOBODY: frozenset[str] = frozenset()
