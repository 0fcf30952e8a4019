"""Every call by which this process asks the system for something to do with files, and one of them that goes wrong.

The functions of `os` are replaced by ones that count, and at the call that was chosen the process is killed, or the
system is said to refuse. Nothing but Python is needed for it; `steps` does the same below Python, where it can.
"""

import fcntl
import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

CHANGING = ("open", "write", "fsync", "link", "replace", "rename", "unlink", "mkdir", "rmdir", "ftruncate", "close")
"""What may leave something else behind than was there: between two of these, a kill finds nothing new."""

TAKING_ROOM = ("write", "fsync", "mkdir", "link", "replace")

READING = ("read", "stat", "fstat", "listdir", "scandir")

Deed = Callable[[str], None]
"""What happens at the chosen call, given its name; it may raise."""


@dataclass
class Calls:
    """What was called.

    Attributes:
        chosen: at which call something happens, counted from 1; 0 for none.
        deed: what happens there.
        lasting: whether it goes on happening from there, at every call that needs room on the disk.
        made: the names of the calls so far; of one that writes, there is a second point in its middle.
    """

    chosen: int = 0
    deed: Deed = lambda name: None
    lasting: bool = False
    made: list[str] = field(default_factory=list)

    def reach(self, name: str) -> bool:
        """Count a point; return whether it is the chosen one."""
        self.made.append(name)
        since = len(self.made) - self.chosen
        return self.chosen > 0 and (since == 0 or (since > 0 and self.lasting and name in TAKING_ROOM))


@contextmanager
def counted(calls: Calls, names: tuple[str, ...] = CHANGING) -> Iterator[None]:
    """Have *calls* see all that is called meanwhile."""
    real: dict[str, Any] = {name: getattr(os, name) for name in names}
    real_flock = fcntl.flock
    try:
        for name, function in real.items():
            setattr(os, name, _writing(calls, function) if name == "write" else _counting(calls, name, function))
        fcntl.flock = _counting(calls, "flock", real_flock)
        yield
    finally:
        fcntl.flock = real_flock
        for name, function in real.items():
            setattr(os, name, function)


def _counting(calls: Calls, name: str, function: Any) -> Any:
    def call(*args: Any, **options: Any) -> Any:
        if calls.reach(name):
            if name == "close":  # which lets go of the descriptor whatever it says
                function(*args, **options)
            calls.deed(name)
        return function(*args, **options)

    return call


def _writing(calls: Calls, function: Callable[[int, Any], int]) -> Any:
    def write(descriptor: int, data: Any) -> int:
        if calls.reach("write"):
            calls.deed("write")
        if calls.reach("half a write"):
            function(descriptor, data[: len(data) // 2])
            calls.deed("half a write")
            return len(data) // 2
        return function(descriptor, data)

    return write


def die(name: str) -> None:
    """End this process as `kill -9` does: nothing is tidied up, nothing is flushed."""
    os.kill(os.getpid(), signal.SIGKILL)


def refuse(code: int) -> Deed:
    """Return what says of a call that the system refuses it, with the error number *code*."""

    def refusing(name: str) -> None:
        raise OSError(code, os.strerror(code))

    return refusing
