"""Half an hour in six seconds: nothing that the dashboard holds open grows, and the picture is true to the end."""

from pathlib import Path

import pytest

from tests.soak.nights import live_through


async def test_a_short_night_leaves_nothing_open_and_a_true_picture(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    nights = await live_through(tmp_path, 4.5, 400.0, lambda _: None)
    assert nights.is_true
    assert nights.defects == []
    # How many there are is a matter of how busy the machine is.
    assert nights.written
    assert nights.pressed
    settled = nights.samples[len(nights.samples) // 2 :]
    assert max(each.threads for each in settled) <= 16, settled
    # The hub, in this process too, opens a connection more for each request that comes before another one is answered.
    assert max(each.handles for each in settled) <= settled[0].handles + 30, settled
