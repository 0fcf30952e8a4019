"""What all tests share: a repository as Muse makes it, and waiting for a condition instead of for time."""

import asyncio
import gc
import json
import time
from collections.abc import Callable
from pathlib import Path

import pytest


def pytest_configure() -> None:
    """Look for cycles more rarely: pytest and Textual keep a million objects, and a look goes through many of them."""
    gc.set_threshold(100_000, 50, 50)


def pytest_unconfigure() -> None:
    """Look through all once at the end: pytest does so five times, which takes a worker ten seconds."""
    gc.collect()
    gc.freeze()


@pytest.fixture
def muse_root(tmp_path: Path) -> Path:
    """Return the root of an empty repository, laid out as Muse lays it out."""
    root = tmp_path / "orchard"
    refs = root / ".muse" / "refs" / "heads" / "feature"
    refs.mkdir(parents=True)
    (root / ".muse" / "HEAD").write_text("ref: refs/heads/main\n")
    (root / ".muse" / "refs" / "heads" / "main").write_text("0" * 64)
    (refs / "billing").write_text("0" * 64)
    (root / ".muse" / "repo.json").write_text(
        json.dumps({"repo_id": "7d6c", "schema_version": "0.1.5", "created_at": "2026-03-18T12:00:00+00:00"})
    )
    return root


def wait_until(condition: Callable[[], object], *, seconds: float = 20.0, what: str = "the condition") -> None:
    """Wait until *condition* holds; fail after *seconds*."""
    ends_at = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > ends_at:
            pytest.fail(f"waited {seconds:g} s in vain for {what}")
        time.sleep(0.005)


async def until(condition: Callable[[], object], *, seconds: float = 20.0, what: str = "the condition") -> None:
    """Wait on the event loop until *condition* holds; fail after *seconds*."""
    ends_at = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > ends_at:
            pytest.fail(f"waited {seconds:g} s in vain for {what}")
        await asyncio.sleep(0.005)
