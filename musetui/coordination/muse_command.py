"""Asking an installed `muse`: what two branches change in each symbol, which only Muse's own object store knows.

The program is run in the repository, without a shell and without input, for so long and no longer; what it prints is
capped, and validated like anything else that others wrote.
"""

import os
import selectors
import shutil
import signal
import subprocess
import time
from contextlib import suppress
from pathlib import Path
from threading import Event
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from musetui.coordination.repository import Repository
from musetui.errors import MuseCommandError
from musetui.records.text import safe_text

PATIENCE = 60.0
"""Seconds that Muse may take, unless told otherwise: it parses every file of two commits."""

OUTPUT_LIMIT = 16_777_216
_COMPLAINT_LIMIT = 65_536
"""Bytes of its output and of its complaints that are read; ten thousand symbols come to about 3 MiB."""

_LOOK_EVERY = 0.1
"""Seconds between two looks at whether anybody still waits for the answer."""

_ITEMS_LIMIT = 100_000
_BRANCH_LENGTH = 512

_Text = Annotated[str, StringConstraints(max_length=4_096)]
_Count = Annotated[int, Field(ge=0, le=2**31)]


class SemanticItem(BaseModel):
    """One symbol that two branches change, as Muse tells it. All text is hostile."""

    model_config = ConfigDict(frozen=True)

    address: _Text
    conflict_type: _Text
    ours_change: _Text = ""
    theirs_change: _Text = ""
    recommendation: _Text = ""


class SemanticPlan(BaseModel):
    """What `muse coord plan-merge --json` says of two branches.

    Attributes:
        ours: the one, as Muse calls it: its commit.
        theirs: the other one.
        total_symbols: how many symbols were compared.
        conflicts: how many of them both change.
        clean: how many merge by themselves.
        items: those that do not, as a rule.
    """

    model_config = ConfigDict(frozen=True)

    ours: _Text
    theirs: _Text
    total_symbols: _Count
    conflicts: _Count
    clean: _Count
    items: Annotated[tuple[SemanticItem, ...], Field(max_length=_ITEMS_LIMIT)]


def plan_merge(
    repository: Repository, ours: str, theirs: str, *, patience: float = PATIENCE, given_up: Event | None = None
) -> SemanticPlan:
    """Return what Muse predicts of merging two branches. It blocks for up to *patience* seconds.

    Args:
        repository: where both are.
        ours: the one branch.
        theirs: the other one.
        patience: seconds that Muse may take.
        given_up: set, on whichever thread, once nobody waits for the answer any more: the program is ended then.

    Raises:
        MuseCommandError: if no `muse` is installed, or it gives no answer that means anything.
    """
    for name in (ours, theirs):
        if not name or len(name) > _BRANCH_LENGTH or name.startswith("-") or not name.isprintable():
            raise MuseCommandError(f"{safe_text(name, 60)!r} is no name that `muse` can be asked about: name a branch")
    answer = _run(repository, ("coord", "plan-merge", ours, theirs, "--json"), patience, given_up or Event())
    try:
        return SemanticPlan.model_validate_json(answer)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"]))
        what = safe_text(f"{where}: {first['msg']}" if where else first["msg"], 160)
        raise MuseCommandError(
            f"`muse coord plan-merge` printed what is no plan ({what}): try it by hand, its version may be another one"
        ) from None


def _run(repository: Repository, words: tuple[str, ...], patience: float, given_up: Event) -> bytes:
    """Run `muse` in the repository, and return what it prints."""
    program = shutil.which("muse")
    # A relative entry of PATH would run what lies in the repository.
    if program is None or not Path(program).is_absolute():
        raise MuseCommandError(
            "no `muse` is installed here: the semantic plan of two branches is Muse's own, and all else works without"
        )
    try:
        process = subprocess.Popen(
            [program, *words],
            cwd=repository.root,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise MuseCommandError(f"`muse` cannot be started ({safe_text(reason, 120)}): try it by hand") from None
    asked = f"`muse {' '.join(words[:2])}`"
    ends_at = time.monotonic() + patience
    try:
        answer, complaint = _read(process, ends_at, given_up)
        code = _wait(process, ends_at, given_up)
    except _GivenUpError:
        raise MuseCommandError(f"{asked} was given up before it answered: ask again") from None
    except TimeoutError:
        raise MuseCommandError(f"{asked} gave no answer within {patience:g} s: try it by hand") from None
    except _TooMuchError:
        raise MuseCommandError(f"{asked} printed more than {OUTPUT_LIMIT >> 20} MiB: ask it by hand") from None
    finally:
        _let_go(process)
    if code != 0:
        said = safe_text(b" ".join(complaint.split()).decode(errors="replace"), 200) or "it did not say why"
        raise MuseCommandError(f"{asked} failed with exit code {code} ({said}): name two branches that it knows")
    return answer


class _GivenUpError(Exception):
    """Nobody waits for it any more."""


class _TooMuchError(Exception):
    """It prints more than any answer has."""


def _left(ends_at: float, given_up: Event) -> float:
    """Return for how many seconds to wait before looking again whether there is reason to go on.

    Raises:
        TimeoutError: if it is *ends_at*.
        _GivenUpError: if nobody waits any more.
    """
    if given_up.is_set():
        raise _GivenUpError
    left = ends_at - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return min(left, _LOOK_EVERY)


def _wait(process: "subprocess.Popen[bytes]", ends_at: float, given_up: Event) -> int:
    """Return the program's exit code, once it has ended. Raises as `_left`."""
    while True:
        try:
            return process.wait(_left(ends_at, given_up))
        except subprocess.TimeoutExpired:
            continue


def _read(process: "subprocess.Popen[bytes]", ends_at: float, given_up: Event) -> tuple[bytes, bytes]:
    """Return what the program prints, and what it complains of, until it closes both.

    Raises:
        TimeoutError: if it has not done so by *ends_at*.
        _GivenUpError: if nobody waits any more.
        _TooMuchError: if it prints too much.
    """
    output, complaint = bytearray(), bytearray()
    with selectors.DefaultSelector() as selector:
        for stream, kept in ((process.stdout, output), (process.stderr, complaint)):
            if stream is not None:
                selector.register(stream, selectors.EVENT_READ, kept)
        while selector.get_map():
            for key, _ in selector.select(_left(ends_at, given_up)):
                data = os.read(key.fd, 65_536)
                if not data:
                    selector.unregister(key.fileobj)
                elif key.data is output:
                    output += data
                    if len(output) > OUTPUT_LIMIT:
                        raise _TooMuchError
                else:
                    complaint += data[: _COMPLAINT_LIMIT - len(complaint)]
    return bytes(output), bytes(complaint)


def _let_go(process: "subprocess.Popen[bytes]") -> None:
    """End the program with all that it started, unless it has ended by itself, and close what it was read from."""
    if process.returncode is None:  # and so not waited for: its id is still its own
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    for stream in (process.stdout, process.stderr):
        if stream is not None:
            stream.close()
