"""Rust's modules: which file of a crate a path means. Other crates are not followed, though they be in the tree."""

from posixpath import basename, dirname

from musetui.callgraph.asking import Asking, Kind, Place
from musetui.callgraph.family import Family

_ROOTS = ("lib.rs", "main.rs")
_PARENT = "^"

_COMMON = """
and_then as_bytes as_mut as_ref as_str bytes chars clear clone cloned cmp collect contains contains_key default drop
entry enumerate eq err expect extend filter find finish flush fmt fold from get get_mut hash insert into into_iter
is_empty is_none is_ok is_some iter iter_mut join keys len lock map map_err min max new next ok or_else parse poll pop
push push_str read recv remove replace run send set sort spawn split start stop take to_owned to_string trim unwrap
unwrap_or values wait with_capacity write
"""


class RustModules(Family):
    """How Rust finds modules within a crate."""

    common = frozenset(_COMMON.split())

    def module(self, ask: Asking, path: str, module: str) -> Place | None:
        """Return the module, and be it a type, that *path* means by *module*."""
        head, *rest = module.split(".")
        place = self.around(ask, path, head)
        if place is None:
            return None
        for step in rest:
            inner = self.inside(ask, place, step)
            if inner is None:
                return place._replace(symbol=step) if step == rest[-1] and ask.definition(place.where, step) else None
            place = inner
        return place

    def inside(self, ask: Asking, place: Place, name: str) -> Place | None:
        """Return the module *name* of the module *place*."""
        if place.symbol or place.kind is not Kind.FILE:
            return None
        if name == _PARENT:
            return _parent(ask, place.where)
        folder = _folder(place.where)
        candidates = (f"{folder}/{name}.rs", f"{folder}/{name}/mod.rs")
        return next((Place(Kind.FILE, each.lstrip("/")) for each in candidates if ask.has_file(each.lstrip("/"))), None)

    def around(self, ask: Asking, path: str, name: str) -> Place | None:
        """Return the crate, the module around, or a module within the file's own."""
        if name == "crate":
            return _crate(ask, path)
        return self.inside(ask, Place(Kind.FILE, path), name)


def _folder(path: str) -> str:
    """Return the folder of the modules within the module of a file."""
    return dirname(path) if basename(path) in (*_ROOTS, "mod.rs") else path.removesuffix(".rs")


def _parent(ask: Asking, path: str) -> Place | None:
    if basename(path) in _ROOTS:
        return None
    folder = dirname(path)
    candidates = [f"{folder}/{name}" for name in (*_ROOTS, "mod.rs")] + [f"{folder}.rs"]
    if basename(path) == "mod.rs":
        above = dirname(folder)
        candidates = [f"{above}/{name}" for name in (*_ROOTS, "mod.rs")] + [f"{above}.rs"]
    return next((Place(Kind.FILE, each.lstrip("/")) for each in candidates if ask.has_file(each.lstrip("/"))), None)


def _crate(ask: Asking, path: str) -> Place | None:
    folder = dirname(path)
    while True:
        for name in _ROOTS:
            root = f"{folder}/{name}".lstrip("/")
            if ask.has_file(root):
                return Place(Kind.FILE, root)
        if not folder:
            return None
        folder = dirname(folder)
