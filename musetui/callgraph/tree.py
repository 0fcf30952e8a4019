"""All files of a work tree as extracted, and the questions that finding the meaning of a name asks of them.

Every answer is given to a question that can be remembered. When a file changes, the tree says to which questions the
answer is another one now: only who asked one of these has to be looked at again.
"""

from collections.abc import Iterable
from posixpath import dirname
from typing import NamedTuple, TypeVar

from musetui.callgraph.shapes import STAR, Definition, Extraction, Import, Role

_Key = TypeVar("_Key")
_Value = TypeVar("_Value")

Question = tuple[str, str, str]
"""What is asked, of what, and about which name."""


class Entry(NamedTuple):
    """What one name at the level of a file, and all names within it, mean there.

    Attributes:
        definitions: of the name and within it, by symbol.
        imports: of the name.
    """

    definitions: dict[str, Definition]
    imports: tuple[Import, ...]


class SourceFile(NamedTuple):
    """One file of the tree.

    Attributes:
        extraction: what was found in it.
        entries: its names.
        inner_imports: imports within functions, by the function's symbol and the name.
        called: its functions that a call may name by their last part alone, each with that part.
    """

    extraction: Extraction
    entries: dict[str, Entry]
    inner_imports: dict[tuple[str, str], list[Import]]
    called: frozenset[tuple[str, str]]

    def definition(self, symbol: str) -> Definition | None:
        """Return the definition of *symbol*."""
        entry = self.entries.get(symbol.partition(".")[0])
        return entry.definitions.get(symbol) if entry is not None else None


def source_file(extraction: Extraction) -> SourceFile:
    """Return *extraction*, sorted for being asked."""
    definitions: dict[str, dict[str, Definition]] = {}
    for definition in extraction.definitions:
        definitions.setdefault(definition.symbol.partition(".")[0], {})[definition.symbol] = definition
    imports: dict[str, list[Import]] = {}
    inner: dict[tuple[str, str], list[Import]] = {}
    for each in extraction.imports:
        if each.scope:
            inner.setdefault((each.scope, each.name), []).append(each)
        else:
            imports.setdefault(each.name, []).append(each)
    entries = {
        name: Entry(definitions.get(name, {}), tuple(imports.get(name, ()))) for name in {**definitions, **imports}
    }
    symbols = {each.symbol: each.role for each in extraction.definitions}
    called = frozenset(
        (symbol.rpartition(".")[2], symbol)
        for symbol, role in symbols.items()
        if role is Role.FUNCTION and symbols.get(symbol.rpartition(".")[0]) is not Role.FUNCTION
    )
    return SourceFile(extraction, entries, inner, called)


def package_of(path: str, extraction: Extraction) -> str:
    """Return the package whose files see each other's names: of a folder, or of a name the file gives; "" for none."""
    if extraction.language == "go":
        # Tests may be a package of their own in the same folder.
        return f"go:{dirname(path)}:{'test' if extraction.package.endswith('_test') else ''}"
    return f"java:{extraction.package}" if extraction.language == "java" else ""


class SourceTree:
    """The files of a tree, by their paths relative to its root, with `/` between steps."""

    def __init__(self) -> None:
        self.files: dict[str, SourceFile] = {}
        self._folders: dict[tuple[str, str], int] = {}
        self._packages: dict[tuple[str, str], set[str]] = {}
        self._called: dict[tuple[str, str], set[tuple[str, str]]] = {}

    def replace(self, path: str, extraction: Extraction | None) -> set[Question]:
        """Put *extraction* in the place of what *path* had, or take it away, and return what has another answer now."""
        old = self.files.pop(path, None)
        new = source_file(extraction) if extraction is not None else None
        changed: set[Question] = set()
        if new is not None:
            self.files[path] = new
        if old is None or new is None or old.extraction[:2] != new.extraction[:2]:
            changed.add(("file", path, ""))
        for file, amount in ((old, -1), (new, 1)):
            if file is not None:
                self._count_folders(path, file.extraction.language, amount, changed)
        before, after = old.entries if old else {}, new.entries if new else {}
        changed.update(("name", path, name) for name in {**before, **after} if before.get(name) != after.get(name))
        self._note_packages(path, old, new, changed)
        self._note_called(path, old, new, changed)
        return changed

    def _count_folders(self, path: str, language: str, amount: int, changed: set[Question]) -> None:
        folder = dirname(path)
        while folder:
            key = (language, folder)
            count = self._folders.get(key, 0) + amount
            self._folders[key] = count
            if count == max(amount, 0):
                changed.symmetric_difference_update({("folder", folder, language)})
            if not count:
                del self._folders[key]
            folder = dirname(folder)

    def _note_packages(self, path: str, old: SourceFile | None, new: SourceFile | None, changed: set[Question]) -> None:
        gone, here = (
            {(package_of(path, file.extraction), name) for name in file.entries if name != STAR} if file else set()
            for file in (old, new)
        )
        for package, name in gone ^ here:
            if package:
                _move(self._packages, (package, name), path, (package, name) in here)
                changed.add(("package", package, name))

    def _note_called(self, path: str, old: SourceFile | None, new: SourceFile | None, changed: set[Question]) -> None:
        gone, here = (
            {(family_of(file.extraction.language), *each) for each in file.called} if file else set()
            for file in (old, new)
        )
        for family, name, symbol in gone ^ here:
            _move(self._called, (family, name), (path, symbol), (family, name, symbol) in here)
            changed.add(("called", family, name))

    def has_folder(self, folder: str, language: str) -> bool:
        """Return whether a file of *language* lies somewhere below *folder*."""
        return (language, folder) in self._folders

    def members(self, package: str, name: str) -> Iterable[str]:
        """Return the files of *package* in which *name* means something."""
        return self._packages.get((package, name), ())

    def called(self, family: str, name: str) -> Iterable[tuple[str, str]]:
        """Return the path and symbol of every function in a family of languages that ends in *name*."""
        return self._called.get((family, name), ())


def family_of(language: str) -> str:
    """Return the family of *language*, within which files call each other."""
    return _FAMILIES.get(language, language)


_FAMILIES = {"typescript": "javascript", "tsx": "javascript", "cpp": "c"}


def _move(index: dict[_Key, set[_Value]], key: _Key, value: _Value, here: bool) -> None:
    if here:
        index.setdefault(key, set()).add(value)
        return
    index[key].discard(value)
    if not index[key]:
        del index[key]
