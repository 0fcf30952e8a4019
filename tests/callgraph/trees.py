"""Small trees of source files, and the graph they make."""

from collections.abc import Mapping
from textwrap import dedent

from musetui.callgraph.edges import Edge
from musetui.callgraph.graph import CallGraph
from musetui.callgraph.languages import extract, language_of
from musetui.callgraph.resolution import Resolution
from musetui.callgraph.shapes import Extraction


def extracted(texts: Mapping[str, str]) -> dict[str, Extraction]:
    """Return the extraction of each file; of names without a suffix, as of Python."""
    return {path: extract(language_of(path) or "python", dedent(text).encode()) for path, text in texts.items()}


def edges_between(texts: Mapping[str, str]) -> dict[tuple[str, str], float]:
    """Return the certainty of every edge of a tree, by its ends."""
    change = Resolution().replace_files(extracted(texts))
    return {(edge.caller, edge.callee): edge.certainty for edge in change.put}


def graph_of(texts: Mapping[str, str]) -> CallGraph:
    """Return the graph of a tree."""
    graph = CallGraph()
    graph.apply(Resolution().replace_files(extracted(texts)))
    return graph


def sorted_edges(graph: CallGraph | Resolution) -> list[Edge]:
    """Return all edges, in order."""
    return sorted(graph.edges())
