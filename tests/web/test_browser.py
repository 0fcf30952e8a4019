"""The dashboard in a real browser: a key is typed there, and the picture changes."""

import os
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.conftest import until
from tests.web.chromium import EXECUTABLE, Chromium


@pytest.mark.skipif(EXECUTABLE is None and not os.environ.get("CI"), reason="no Chromium here (Debian: chromium)")
async def test_a_key_typed_in_a_browser_changes_what_it_shows(address: str, tmp_path: Path) -> None:
    async with Chromium(tmp_path / "profile") as chromium:
        await chromium.do("Page.navigate", url=f"http://{urlsplit(address).netloc}/")
        await until(lambda: chromium.messages, what="the refusal")
        assert "401" in chromium.messages.pop()
        await chromium.do("Page.navigate", url=address)
        await chromium.until(lambda: "Reservations · local 1" in chromium.text, "the dashboard")
        assert await chromium.ask("location.href") == f"http://{urlsplit(address).netloc}/"
        assert await chromium.ask("document.cookie") == ""
        before = await chromium.picture()
        await chromium.type("8")
        await chromium.until(lambda: "Problems 1" in chromium.text, "the problems")
        assert "Reservations" not in chromium.text
        assert "tasks/no-record.json" in chromium.text
        # What the browser was sent, it also painted.
        while await chromium.picture() == before:
            pass
        await chromium.type("q")
        await chromium.until(lambda: not chromium.is_open, "the end of the dashboard")
        assert await chromium.ask("getComputedStyle(document.querySelector('.over')).display") == "block"
        assert [said for said in chromium.messages if "WebGL" not in said] == []
