"""Includes of C and C++: which file of the tree is meant, and where what a header declares is defined."""

from posixpath import dirname, join, normpath

from musetui.callgraph.asking import Asking, Kind, Place
from musetui.callgraph.edges import DECLARED
from musetui.callgraph.family import Family

_FOLDERS = ("", "include", "src", "lib")
"""Where, below the importing file's folder and those above it, an include may begin."""

_COMMON = """
add append at back begin c_str cend clear close count data emplace emplace_back empty end erase find flush front get
insert length load lock map open pop pop_back push push_back put read release remove reset resize run send set size
start stop store str substr swap top unlock update value wait write
"""


class CIncludes(Family):
    """How C and C++ find what they name."""

    constructors = (".",)
    members_in_scope = True
    common = frozenset(_COMMON.split())
    hides_underscored = False

    def module(self, ask: Asking, path: str, module: str) -> Place | None:
        """Return the file that *path* includes as *module*; the file itself for a namespace in it."""
        if module == ".":
            return Place(Kind.FILE, path)
        folder = dirname(path)
        while True:
            for below in _FOLDERS:
                found = normpath(join(folder, below, module))
                if not found.startswith(("../", "/")) and ask.has_file(found):
                    return Place(Kind.FILE, found)
            if not folder:
                return None
            folder = dirname(folder)

    def defined(self, ask: Asking, place: Place) -> Place | None:
        """Return the one definition in the tree of what is declared at *place*."""
        name = place.symbol.rpartition(".")[2]
        found = [(path, symbol) for path, symbol in ask.called("c", name) if symbol == place.symbol]
        if len(found) != 1:
            return None
        return place._replace(where=found[0][0], certainty=place.certainty * DECLARED)
