"""What all tests share: a repository as Muse makes it, and waiting for a condition instead of for time."""

import asyncio
import gc
import json
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest


def pytest_configure() -> None:
    """Look for cycles more rarely: pytest and Textual keep a million objects, and a look goes through many of them."""
    gc.set_threshold(100_000, 50, 50)


def pytest_unconfigure() -> None:
    """Look through all once at the end: pytest does so five times, which takes a worker ten seconds."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session", autouse=True)
def _rules_parsed_once() -> Iterator[None]:
    """Parse each stylesheet once a worker: hundreds of dashboards start with the same rules, which only read them."""
    module: Any = sys.modules.get("textual.css.stylesheet")
    if module is None:  # and nothing that was collected draws
        yield
        return
    sheets, parse, parse_rules = module.Stylesheet, module.parse, module.Stylesheet._parse_rules
    known: dict[frozenset[Any], dict[object, Any]] = {}

    def remembered(sheet: Any, css: str, **how: Any) -> Any:
        if module.parse is not parse:  # a test looks at what is parsed
            return parse_rules(sheet, css, **how)
        values, rules = getattr(sheet, "_remembered", (None, {}))
        if values is not sheet._variables:
            rules = known.setdefault(frozenset(sheet._variables.items()), {})
            sheet._remembered = sheet._variables, rules
        asked = (css, *how.items())
        if asked not in rules:
            rules[asked] = parse_rules(sheet, css, **how)
        return rules[asked]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sheets, "_parse_rules", remembered)
        yield


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
