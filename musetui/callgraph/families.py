"""Which rules each language follows."""

from musetui.callgraph.c_includes import CIncludes
from musetui.callgraph.ecma_modules import EcmaModules
from musetui.callgraph.family import Family
from musetui.callgraph.packages import GoPackages, JavaPackages
from musetui.callgraph.python_modules import PythonModules
from musetui.callgraph.rust_modules import RustModules
from musetui.callgraph.tree import family_of

_PLAIN = Family()

_FAMILIES: dict[str, Family] = {
    "python": PythonModules(),
    "javascript": EcmaModules(),
    "go": GoPackages(),
    "java": JavaPackages(),
    "rust": RustModules(),
    "c": CIncludes(),
}


def family(language: str) -> Family:
    """Return the rules of *language*."""
    return _FAMILIES.get(family_of(language), _PLAIN)
