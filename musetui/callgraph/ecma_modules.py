"""Modules of JavaScript and TypeScript: which file of the tree an import means. Only relative paths lead to one."""

from posixpath import dirname, join, normpath, splitext

from musetui.callgraph.asking import Asking, Kind, Place
from musetui.callgraph.family import Family

_SUFFIXES = (".ts", ".tsx", ".js", ".jsx", ".mts", ".cts", ".mjs", ".cjs")
_WRITTEN_AS = {".js": (".ts", ".tsx"), ".jsx": (".tsx",), ".mjs": (".mts",), ".cjs": (".cts",)}
"""What a name in an import may be compiled from."""

_COMMON = """
add addEventListener all apply assign at bind call catch clear clone close concat create delete emit end entries error
every fetch fill filter finally find findIndex flat flatMap forEach format from get getItem has includes indexOf init
insert join keys lastIndexOf listen load log map match message next of off on once open parse pipe pop post push put
query read reduce remove render replace request require reset resolve reverse run save send set setItem shift slice some
sort splice split start startsWith endsWith stop stringify subscribe substring test then toLowerCase toString
toUpperCase trim unshift update use value values warn write info debug
"""


class EcmaModules(Family):
    """How these languages find modules, as far as the tree alone can say."""

    constructors = ("constructor",)
    common = frozenset(_COMMON.split())

    def module(self, ask: Asking, path: str, module: str) -> Place | None:
        """Return the file that *path* means by a relative *module*."""
        if not module.startswith(("./", "../")) and module not in (".", ".."):
            return None
        target = normpath(join(dirname(path), module))
        if target.startswith(".."):
            return None
        target = "" if target == "." else target
        stem, suffix = splitext(target)
        candidates = [target] if suffix in _SUFFIXES else []
        candidates += [stem + written for written in _WRITTEN_AS.get(suffix, ())]
        candidates += [target + each for each in _SUFFIXES if target]
        candidates += [join(target, "index" + each) for each in _SUFFIXES]
        return next((Place(Kind.FILE, each) for each in candidates if ask.has_file(each)), None)
