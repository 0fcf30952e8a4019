"""What languages differ in when names are followed from file to file."""

from collections.abc import Iterable

from musetui.callgraph.asking import Asking, Place


class Family:
    """The rules of languages whose files call each other; here those of a language that has none of its own.

    Attributes:
        constructors: names of the methods that run when a class is called; `"."` stands for the class's own name.
        members_in_scope: whether methods see the members of their class without naming the object.
        hides_underscored: whether an import of all there is leaves out names that begin with `_`.
        common: names of methods that things of the language itself have, too, so that one such name in the tree says
            nothing about a call.
    """

    constructors: tuple[str, ...] = ()
    members_in_scope: bool = False
    hides_underscored: bool = True
    common: frozenset[str] = frozenset()

    def module(self, ask: Asking, path: str, module: str) -> Place | None:
        """Return what the file *path* means by *module* in an import."""
        return None

    def inside(self, ask: Asking, place: Place, name: str) -> Place | None:
        """Return the module *name* within the module *place*."""
        return None

    def around(self, ask: Asking, path: str, name: str) -> Place | None:
        """Return what *name* means in the file *path* when nothing in the file says so."""
        return None

    def defined(self, ask: Asking, place: Place) -> Place | None:
        """Return where what is only declared at *place* is defined."""
        return None

    def elsewhere(self, ask: Asking, path: str, name: str) -> Iterable[str]:
        """Return the other files that may define more of what *path* defines as *name*, such as methods of a class."""
        return ()
