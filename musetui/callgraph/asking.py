"""Asking a tree on behalf of one file, with a list kept of what was asked."""

from collections.abc import Iterable
from enum import StrEnum
from typing import NamedTuple

from musetui.callgraph.shapes import Definition, Role
from musetui.callgraph.tree import Entry, Question, SourceFile, SourceTree, package_of


class Kind(StrEnum):
    """Where a place is."""

    FILE = "file"
    FOLDER = "folder"
    """A folder without a file of its own that stands for it."""
    PACKAGE = "package"
    """Files that see each other's names."""


class Place(NamedTuple):
    """What a name leads to.

    Attributes:
        kind: where it is.
        where: the path, or the name of the package.
        symbol: what it is there; "" for all of it.
        certainty: how sure the way there was.
    """

    kind: Kind
    where: str
    symbol: str = ""
    certainty: float = 1.0


class Asking:
    """A tree, asked for one file.

    Attributes:
        questions: what was asked so far.
    """

    def __init__(self, tree: SourceTree, path: str) -> None:
        """Ask *tree* for the file at *path*, which is no question of its own: when it changes, all is asked anew."""
        self._tree = tree
        self._path = path
        self.questions: set[Question] = set()

    def has_file(self, path: str) -> bool:
        """Return whether there is an extraction of *path*."""
        self.questions.add(("file", path, ""))
        return path in self._tree.files

    def file(self, path: str) -> SourceFile | None:
        """Return the file at *path*, for its language and package alone."""
        self.questions.add(("file", path, ""))
        return self._tree.files.get(path)

    def entry(self, path: str, name: str) -> Entry | None:
        """Return what *name* means at the level of the file *path*."""
        if path != self._path:
            self.questions.add(("name", path, name))
        file = self._tree.files.get(path)
        return file.entries.get(name) if file is not None else None

    def definition(self, path: str, symbol: str) -> Definition | None:
        """Return the definition of *symbol* in *path*."""
        entry = self.entry(path, symbol.partition(".")[0])
        return entry.definitions.get(symbol) if entry is not None else None

    def has_folder(self, folder: str, language: str) -> bool:
        """Return whether a file of *language* lies somewhere below *folder*."""
        self.questions.add(("folder", folder, language))
        return self._tree.has_folder(folder, language)

    def members(self, package: str, name: str) -> Iterable[str]:
        """Return the files of *package* in which *name* means something."""
        self.questions.add(("package", package, name))
        return self._tree.members(package, name)

    def only_member(self, package: str, name: str) -> Place | None:
        """Return where *name* is defined, if just one file of *package* does so."""
        found = [
            path
            for path in self.members(package, name)
            if (definition := self.definition(path, name)) is not None and definition.role is not Role.DECLARED
        ]
        return Place(Kind.FILE, found[0], name) if len(found) == 1 else None

    def package(self, path: str) -> str:
        """Return the package of the file *path*; "" for none."""
        file = self.file(path)
        return package_of(path, file.extraction) if file is not None else ""

    def called(self, family: str, name: str) -> Iterable[tuple[str, str]]:
        """Return the path and symbol of every function of a family of languages that ends in *name*."""
        self.questions.add(("called", family, name))
        return self._tree.called(family, name)
