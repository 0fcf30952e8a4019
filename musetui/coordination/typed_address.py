"""What a person types for an address, turned into the form in which agents name the same place."""

import os
from pathlib import Path

from musetui.errors import RecordError
from musetui.records.address import SYMBOL_MARK
from musetui.records.text import safe_text


def typed_address(text: str, root: Path, present: Path) -> str:
    """Return what *text* means as an address of the work tree at *root*: a path from there, and a symbol or none.

    An absolute path is turned into a path from the root. One that begins with `./` or `../` is meant as seen from
    *present*, and so is one that is there seen from *present*, and not seen from the root, as a shell completes it.
    Anything else is an address as it stands: what is to be made need not be there. It asks the disk what is there, and
    no more.

    Raises:
        RecordError: if that leads out of the work tree, or is all of it; the text is one sentence.
    """
    path, mark, symbol = text.strip().partition(SYMBOL_MARK)
    if "\0" in path or not path:
        return text
    top, here = root.resolve(), present.resolve()
    from_here = path in (".", "..") or path.startswith(("./", "../"))
    if here != top and not here.is_relative_to(top):
        from_here = from_here and path.startswith("..")
    if not from_here and here != top and here.is_relative_to(top):
        from_here = _is_there(here / path) and not _is_there(top / path)
    # Dots are taken out of the text: a link in the path is named as it is, not followed.
    found = Path(os.path.normpath((here if from_here else top) / path))
    if not found.is_relative_to(top):
        found = found.parent.resolve() / found.name
    if not found.is_relative_to(top):
        raise RecordError(f"{safe_text(path, 120)} leads out of the work tree at {safe_text(top, 200)}")
    if found == top:
        raise RecordError(
            f"{safe_text(path, 120)} is the whole work tree, with which nothing is compared: name folders"
        )
    return f"{found.relative_to(top)}{mark}{symbol}"


def seen_from_root(text: str, root: Path) -> str:
    """Return what *text* means as seen from *root*, as far as the text tells: nothing is asked of the disk.

    It is what `typed_address` returns for somebody who stands at the root, but for paths through links; what leads out
    of the work tree stays as it is.
    """
    path, mark, symbol = text.strip().partition(SYMBOL_MARK)
    found = os.path.normpath(root / path)
    if not path or not Path(found).is_relative_to(root):
        return text
    return f"{Path(found).relative_to(root)}{mark}{symbol}"


def _is_there(path: Path) -> bool:
    return os.path.lexists(path)
