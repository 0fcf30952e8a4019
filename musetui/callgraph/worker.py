"""The worker: a process that scans a work tree when it is told to, and says what changed in the call graph.

Any byte that comes in asks for a scan; those that come while one runs ask for one more. When nobody can ask any more,
as whoever started it has ended in whatever way, it ends at once. What goes out are frames: four bytes that say how long
one is, and an object in JSON with one of the keys below.
"""

import os
import sys
import threading
from dataclasses import astuple
from pathlib import Path
from typing import NoReturn

import orjson

from musetui.callgraph.cache import Cache
from musetui.callgraph.scan import Scan
from musetui.callgraph.wire import pack_change

READING = "reading"
CHANGE = "change"
SCANNED = "scanned"

EDGES_AT_ONCE = 250
"""Edges of one frame: a millisecond or two for who reads and applies them."""

FRAME_LIMIT = 8 * 1_048_576
"""Bytes of one frame, more than that many edges of the longest names have."""

_NICE = 10
"""How far the worker stands back from whoever a person waits for."""


class Worker:
    """Scans one tree, and writes frames to a descriptor."""

    def __init__(self, root: Path, cache: Cache | None, out: int) -> None:
        """Scan the tree below *root*, with *cache*, and write to *out*."""
        self._scan = Scan(root, cache)
        self._out = out

    def scan(self) -> None:
        """Scan once, and say what was found."""
        change, scanned = self._scan.run(lambda done, of: self._send(READING, [done, of]))
        for part in change.slices(EDGES_AT_ONCE):
            self._send(CHANGE, pack_change(part))
        self._send(SCANNED, astuple(scanned))

    def _send(self, key: str, content: object) -> None:
        frame = orjson.dumps({key: content})
        rest = memoryview(len(frame).to_bytes(4, "big") + frame)
        while rest:
            rest = rest[os.write(self._out, rest) :]


def listen(source: int, asked: threading.Event) -> NoReturn:
    """Set *asked* whenever a byte comes from *source*; end the process when nobody holds its other end."""
    while os.read(source, 4_096):
        asked.set()
    os._exit(0)


def main(arguments: list[str]) -> NoReturn:
    """Work until nobody asks any more: *arguments* are the root, and the folder of the cache or nothing."""
    os.nice(_NICE)
    # Whatever else might be printed must not come between the frames.
    out = os.dup(1)
    os.dup2(2, 1)
    asked = threading.Event()
    threading.Thread(target=listen, args=(0, asked), daemon=True).start()
    worker = Worker(Path(arguments[0]), Cache(Path(arguments[1])) if arguments[1] else None, out)
    while True:
        asked.wait()
        asked.clear()
        try:
            worker.scan()
        except BrokenPipeError:
            sys.exit(0)
