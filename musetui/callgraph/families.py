"""Which rules each language follows."""

from musetui.callgraph.family import Family
from musetui.callgraph.python_modules import PythonModules

_PLAIN = Family()

_FAMILIES: dict[str, Family] = {"python": PythonModules()}


def family(language: str) -> Family:
    """Return the rules of *language*."""
    return _FAMILIES.get(language, _PLAIN)
