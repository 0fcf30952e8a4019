"""Every system call of a process, of whatever library, and `kill -9` at one of them: by ptrace, on Linux.

The kernel stops the process at the door of each call, before it is done. So the libraries below Python are met too,
SQLite's writing above all, and calls that nobody thought of.
"""

import ctypes
import errno
import os
import signal
import sys
from collections.abc import Callable

_TRACEME, _SYSCALL, _SETOPTIONS = 0, 24, 0x4200
_OPTIONS = 0x1 | 0x8 | 0x100000
"""Stops at calls are told from other stops; threads are followed; whoever is traced ends with the tracer."""

_WALL = 0x40000000
_AT_A_CALL = signal.SIGTRAP | 0x80


def _ptrace(request: int, pid: int, data: int = 0) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    libc.ptrace.argtypes = (ctypes.c_long, ctypes.c_long, ctypes.c_void_p, ctypes.c_void_p)
    libc.ptrace.restype = ctypes.c_long
    if libc.ptrace(request, pid, None, data) < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))


def can_step() -> bool:
    """Return whether the system lets a process be followed call by call."""
    if not sys.platform.startswith("linux"):
        return False
    try:
        return kill_at(1, lambda: None)
    except (OSError, AttributeError):
        return False


def kill_at(point: int, act: Callable[[], object]) -> bool:
    """Do *act* in a process of its own that is killed at its system call number *point* (from 1).

    Returns:
        False if it ended by itself before.

    Raises:
        OSError: if the system does not let it be followed.
        AssertionError: if it ended by itself, and not well.
    """
    child = os.fork()
    if child == 0:
        _be_followed(act)
    try:
        _, status = os.waitpid(child, _WALL)
        if not os.WIFSTOPPED(status):
            raise OSError(errno.EPERM, "the process cannot be followed")
        _ptrace(_SETOPTIONS, child, _OPTIONS)
        return _follow(child, point)
    finally:
        _end(child)


def _be_followed(act: Callable[[], object]) -> None:
    try:
        _ptrace(_TRACEME, 0)
        os.kill(os.getpid(), signal.SIGSTOP)
        act()
    except BaseException:
        sys.excepthook(*sys.exc_info())
        os._exit(1)
    os._exit(0)


def _follow(child: int, point: int) -> bool:
    in_a_call: set[int] = set()
    calls = 0
    _ptrace(_SYSCALL, child)
    while True:
        thread, status = os.waitpid(-1, _WALL)
        if os.WIFEXITED(status) or os.WIFSIGNALED(status):
            if thread == child:
                assert status == 0, f"it ended by itself with {status}"
                return False
            continue
        sent, passed_on = os.WSTOPSIG(status), 0
        if sent == _AT_A_CALL:
            if thread in in_a_call:
                in_a_call.remove(thread)
            else:
                in_a_call.add(thread)
                calls += 1
                if calls == point:
                    os.kill(child, signal.SIGKILL)
                    return True
        elif sent not in (signal.SIGSTOP, signal.SIGTRAP):
            passed_on = sent
        try:
            _ptrace(_SYSCALL, thread, passed_on)
        except ProcessLookupError:
            in_a_call.discard(thread)


def _end(child: int) -> None:
    """Leave nobody behind."""
    try:
        os.kill(child, signal.SIGKILL)
        while True:
            if os.waitpid(-1, _WALL)[0] == child:
                continue
    except (ProcessLookupError, ChildProcessError):
        return
