"""What a `go.mod` says."""

import re

from musetui.callgraph.shapes import Extraction, SourceError


def extract_go_mod(data: bytes) -> Extraction:
    """Return what a `go.mod` says: the path that imports of the packages below it begin with.

    Raises:
        SourceError: if it says none.
    """
    found = re.search(rb'^module\s+"?([^\s"]{1,256})"?\s*$', data, re.MULTILINE)
    if found is None:
        raise SourceError("names no module")
    return Extraction("go.mod", found[1].decode(errors="replace"))
