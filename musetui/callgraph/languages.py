"""Languages: whose file a name is, and who reads it. Grammars are loaded when the first file of theirs comes."""

import sys
from collections.abc import Callable
from posixpath import basename, splitext

from musetui.callgraph.python_source import extract_python
from musetui.callgraph.shapes import EXTRACTOR_VERSION, FILE_LIMIT, Extraction, SourceError

_SUFFIXES = {".py": "python"}

Reader = Callable[[bytes], Extraction]
"""Returns what a file says, or raises SourceError."""


def language_of(path: str) -> str:
    """Return the language of the file at *path* by its name; "" for none that is read here."""
    return _SUFFIXES.get(splitext(basename(path))[1].lower(), "")


def extract(language: str, data: bytes) -> Extraction:
    """Return what a file of *language* says.

    Raises:
        SourceError: if it is too large, binary, or not in its language.
    """
    if len(data) > FILE_LIMIT or b"\0" in data:
        raise SourceError("too large, or binary")
    try:
        return extract_python(data)
    except (RecursionError, MemoryError):
        raise SourceError("nested too deep") from None


def reader_version(language: str) -> str:
    """Return what, beside a file's bytes, decides what is found in it."""
    return f"{EXTRACTOR_VERSION} {language} {sys.version_info[:2]}"
