"""Python's modules: which file of the tree an import means."""

import io
import sys
from posixpath import dirname

from musetui.callgraph.asking import Asking, Kind, Place
from musetui.callgraph.family import Family

_STANDARD = sys.stdlib_module_names - {"test"}
"""Modules that are the interpreter's own. A file of the tree with such a name is hardly ever what is meant."""

_ROOTS = ("src", "lib", "python")
"""Folders from which a project's modules are imported, beside those above the importing file."""

_TYPES = (str, bytes, list, dict, set, frozenset, tuple, int, float, range, io.IOBase, io.TextIOWrapper, Exception)


class PythonModules(Family):
    """How Python finds modules, as far as the tree alone can say."""

    constructors = ("__init__", "__new__", "__post_init__")
    common = frozenset(name for kind in _TYPES for name in dir(kind)) | {"run", "start", "stop", "put", "send", "match"}

    def module(self, ask: Asking, path: str, module: str) -> Place | None:
        """Return what the file *path* means by *module*, dots at its beginning counted."""
        name = module.lstrip(".")
        steps = name.split(".") if name else []
        level = len(module) - len(name)
        if not level:
            return self._absolute(ask, path, steps) if steps[0] not in _STANDARD else None
        folder = dirname(path)
        for _ in range(level - 1):
            if not folder:
                return None
            folder = dirname(folder)
        return self._walk(ask, _package(ask, folder), steps)

    def inside(self, ask: Asking, place: Place, name: str) -> Place | None:
        """Return the module *name* in a package."""
        if place.kind is Kind.FOLDER:
            return _child(ask, place.where, name) or _folder(ask, place.where, name)
        if place.where.rpartition("/")[2] != "__init__.py":
            return None
        folder = dirname(place.where)
        return _child(ask, folder, name) or _folder(ask, folder, name)

    def _absolute(self, ask: Asking, path: str, steps: list[str]) -> Place | None:
        roots = list(_roots(ask, path))
        for find in (_child, _folder):
            for root in roots:
                first = find(ask, root, steps[0])
                if first is not None:
                    return self._walk(ask, first, steps[1:])
        return None

    def _walk(self, ask: Asking, place: Place | None, steps: list[str]) -> Place | None:
        for step in steps:
            if place is None:
                return None
            place = self.inside(ask, place, step)
        return place


def _roots(ask: Asking, path: str) -> list[str]:
    """Return the folders from which absolute imports of *path* may start, nearest first: no package is one."""
    roots = []
    folder = dirname(path)
    while folder:
        if not ask.has_file(f"{folder}/__init__.py"):
            roots.append(folder)
        folder = dirname(folder)
    return [*roots, "", *(root for root in _ROOTS if root not in roots)]


def _joined(folder: str, name: str) -> str:
    return f"{folder}/{name}" if folder else name


def _child(ask: Asking, folder: str, name: str) -> Place | None:
    """Return the package or module *name* in *folder*."""
    for path in (f"{_joined(folder, name)}/__init__.py", f"{_joined(folder, name)}.py"):
        if ask.has_file(path):
            return Place(Kind.FILE, path)
    return None


def _folder(ask: Asking, folder: str, name: str) -> Place | None:
    """Return the folder *name* in *folder* as a package without a file of its own."""
    path = _joined(folder, name)
    return Place(Kind.FOLDER, path) if ask.has_folder(path, "python") else None


def _package(ask: Asking, folder: str) -> Place:
    path = _joined(folder, "__init__.py")
    return Place(Kind.FILE, path) if ask.has_file(path) else Place(Kind.FOLDER, folder)
