"""Where in the work tree an address is: its file, and the line at which its symbol seems to be defined."""

import re
from pathlib import Path
from typing import NamedTuple

from musetui.coordination.files import UnreadableError, read_regular
from musetui.errors import RecordError
from musetui.records.address import parse_address
from musetui.records.text import safe_text

_FILE_LIMIT = 4_194_304
_PARTS_LIMIT = 12
_WORDS = "def|class|fn|func|function|struct|enum|union|interface|trait|impl|type|module|mod|namespace|const|let|var"


class SourcePlace(NamedTuple):
    """A place in a file.

    Attributes:
        file: the file, an absolute path below the root of the work tree.
        line: counted from 1; 1 where the symbol is not found.
    """

    file: Path
    line: int


def find_source(root: Path, address: str) -> SourcePlace:
    """Return where *address* is below *root*; reads the file, so call it in a thread.

    An address is whatever an agent wrote: what leads out of the work tree, by `..` or by a link, is refused.

    Raises:
        RecordError: if it is no file of the work tree; the text is one sentence.
    """
    parts = parse_address(address)
    shown = safe_text(parts.path or address, 120)
    try:
        top = root.resolve()
        file = (top / parts.path).resolve()
        if not parts.path or "\0" in parts.path or top not in file.parents:
            raise RecordError(f"{shown} is no file of this work tree")
        data = read_regular(file, _FILE_LIMIT)
    except FileNotFoundError:
        raise RecordError(
            f"{shown} is not in this work tree: it may be on another branch, or still to be made"
        ) from None
    except UnreadableError as error:
        raise RecordError(f"{shown} cannot be opened ({error})") from None
    except (OSError, ValueError, RuntimeError):
        raise RecordError(f"{shown} is no file of this work tree") from None
    return SourcePlace(file, _line_of(parts.symbol, data.decode("utf-8", "replace").splitlines()))


def _line_of(symbol: str, lines: list[str]) -> int:
    """Return the line where the last part of *symbol* that can be found seems to be defined, part by part."""
    at = 0
    for part in symbol.split(".")[:_PARTS_LIMIT] if symbol else ():
        name = re.escape(part[:200])
        for pattern in (rf"\b(?:{_WORDS})\b.*?(?<![\w$]){name}(?![\w$])", rf"(?<![\w$]){name}\s*\("):
            found = next((n for n in range(at, len(lines)) if re.search(pattern, lines[n][:1_000])), None)
            if found is not None:
                at = found
                break
    return at + 1
