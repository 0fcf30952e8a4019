"""Languages of packages, Go and Java: the files of one see each other's names."""

from collections.abc import Iterable
from posixpath import dirname

from musetui.callgraph.asking import Asking, Kind, Place
from musetui.callgraph.family import Family

_COMMON = """
Add Close Do Error Get Lock Read Run Send Set Start Stop String Unlock Wait Write add addAll apply charAt clear close
compareTo contains containsKey equals forEach format get getClass getKey getName getOrDefault getValue hasNext hashCode
indexOf isEmpty iterator join keySet length map next of orElse parse print printf println put read remove replace run
set size sort split start stop stream substring toString trim valueOf values write
"""


class GoPackages(Family):
    """Packages that are folders, found by the paths that `go.mod` files give to what lies below them."""

    common = frozenset(_COMMON.split())

    def module(self, ask: Asking, path: str, module: str) -> Place | None:
        """Return the package that is imported as *module*, where it is one of the tree."""
        folder = path
        while folder:
            folder = dirname(folder)
            known = ask.file(f"{folder}/go.mod" if folder else "go.mod")
            if known is None:
                continue
            root = known.extraction.package
            if module == root:
                return Place(Kind.PACKAGE, f"go:{folder}:")
            if module.startswith(root + "/"):
                below = module.removeprefix(root + "/")
                return Place(Kind.PACKAGE, f"go:{folder}/{below}:" if folder else f"go:{below}:")
        return None

    def around(self, ask: Asking, path: str, name: str) -> Place | None:
        """Return what *name* means in the file's own package."""
        return ask.only_member(ask.package(path), name)

    def elsewhere(self, ask: Asking, path: str, name: str) -> Iterable[str]:
        """Return the other files of the package that define methods of the type *name*."""
        return [each for each in ask.members(ask.package(path), name.partition(".")[0]) if each != path]


class JavaPackages(Family):
    """Packages that files say they belong to."""

    constructors = (".",)
    members_in_scope = True
    common = frozenset(_COMMON.split())

    def module(self, ask: Asking, path: str, module: str) -> Place | None:
        """Return the class, or else the package, that is imported as *module*."""
        package, _, name = module.rpartition(".")
        return ask.only_member(f"java:{package}", name) or Place(Kind.PACKAGE, f"java:{module}")

    def around(self, ask: Asking, path: str, name: str) -> Place | None:
        """Return what *name* means in the file's own package."""
        return ask.only_member(ask.package(path), name)
