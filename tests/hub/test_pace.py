"""How slow an answer may be."""

import pytest

from musetui.hub.pace import LEAST, Pace, TooSlowError


def test_a_window_with_next_to_nothing_in_it_ends_the_patience(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 100.0
    monkeypatch.setattr("musetui.hub.pace.time.monotonic", lambda: now)
    pace = Pace(15.0)
    for _ in range(10):  # slowly but surely: each window has enough
        now += 7.5
        pace.note(LEAST // 2)
    for _ in range(15):
        pace.note(1)
        now += 0.99
    now += 1.0
    with pytest.raises(TooSlowError):
        pace.note(LEAST - 16)


def test_what_comes_at_once_is_never_too_slow(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("musetui.hub.pace.time.monotonic", lambda: 100.0)
    pace = Pace(15.0)
    for _ in range(100):
        pace.note(1)
