"""Languages: whose file a name is, and who reads it. Grammars are loaded when the first file of theirs comes."""

import sys
from collections.abc import Callable
from functools import cache
from importlib import import_module
from importlib.metadata import version
from importlib.util import find_spec
from posixpath import basename, splitext

from musetui.callgraph.go_mod import extract_go_mod
from musetui.callgraph.python_source import extract_python
from musetui.callgraph.shapes import EXTRACTOR_VERSION, FILE_LIMIT, Extraction, SourceError

_SUFFIXES = {
    ".py": "python",
    ".js": "javascript",
    ".jsx": "javascript",
    ".mjs": "javascript",
    ".cjs": "javascript",
    ".ts": "typescript",
    ".mts": "typescript",
    ".cts": "typescript",
    ".tsx": "tsx",
    ".go": "go",
    ".java": "java",
    ".rs": "rust",
    ".c": "c",
    ".h": "cpp",
    ".cc": "cpp",
    ".cpp": "cpp",
    ".cxx": "cpp",
    ".hh": "cpp",
    ".hpp": "cpp",
    ".hxx": "cpp",
}

_NAMED = {"go.mod": "go.mod"}
"""Languages of files with a name of their own."""

_PLAIN = {"python": extract_python, "go.mod": extract_go_mod}

_GRAMMARS = {
    "javascript": ("tree_sitter_javascript", "language", "ecma_source", "EcmaWalk"),
    "typescript": ("tree_sitter_typescript", "language_typescript", "ecma_source", "EcmaWalk"),
    "tsx": ("tree_sitter_typescript", "language_tsx", "ecma_source", "EcmaWalk"),
    "go": ("tree_sitter_go", "language", "go_source", "GoWalk"),
    "java": ("tree_sitter_java", "language", "java_source", "JavaWalk"),
    "rust": ("tree_sitter_rust", "language", "rust_source", "RustWalk"),
    "c": ("tree_sitter_c", "language", "c_source", "CWalk"),
    "cpp": ("tree_sitter_cpp", "language", "c_source", "CWalk"),
}
"""Of each language that tree-sitter reads: its grammar's package and the function there, and who walks its tree."""

Reader = Callable[[bytes], Extraction]
"""Returns what a file says, or raises SourceError."""


def language_of(path: str) -> str:
    """Return the language of the file at *path* by its name; "" for none that can be read here."""
    name = basename(path)
    language = _NAMED.get(name) or _SUFFIXES.get(splitext(name)[1].lower(), "")
    return language if can_read(language) else ""


@cache
def can_read(language: str) -> bool:
    """Return whether *language* can be read with what is installed."""
    if language not in _GRAMMARS:
        return bool(language)
    return find_spec("tree_sitter") is not None and find_spec(_GRAMMARS[language][0]) is not None


def languages() -> dict[str, bool]:
    """Return the names of all languages, and whether each can be read with what is installed."""
    return {language: can_read(language) for language in (*_PLAIN, *_GRAMMARS)}


def extract(language: str, data: bytes) -> Extraction:
    """Return what a file of *language* says.

    Raises:
        SourceError: if it is too large, binary, or not in its language.
    """
    if len(data) > FILE_LIMIT or b"\0" in data:
        raise SourceError("too large, or binary")
    try:
        return _reader(language)(data)
    except (RecursionError, MemoryError):
        raise SourceError("nested too deep") from None


@cache
def _reader(language: str) -> Reader:
    if language not in _GRAMMARS:
        return _PLAIN[language]
    from tree_sitter import Language

    from musetui.callgraph.grammar import GrammarWalk, parse

    package, function, module, name = _GRAMMARS[language]
    grammar = Language(getattr(import_module(package), function)())
    walk: type[GrammarWalk] = getattr(import_module(f"musetui.callgraph.{module}"), name)
    return lambda data: walk(language).read(parse(grammar, data))


@cache
def reader_version(language: str) -> str:
    """Return what, beside a file's bytes, decides what is found in it."""
    grammar = version(_GRAMMARS[language][0].replace("_", "-")) if language in _GRAMMARS else sys.version_info[:2]
    return f"{EXTRACTOR_VERSION} {language} {grammar}"
