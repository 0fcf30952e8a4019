"""Two who land at once, as two dashboards in one repository do."""

import threading
from typing import Any

import pytest

from musetui.coordination.repository import Repository
from musetui.hub import landing
from musetui.hub.envelopes import Received, check_envelope
from musetui.hub.landing import LandingPlace


def beat(hub_id: int, at: str) -> Received:
    payload = {"reservation_id": "lease", "run_id": "run", "last_beat_at": at}
    return check_envelope(
        {"id": hub_id, "kind": "heartbeat", "record_id": "run", "run_id": "run", "payload": payload}, 0
    )


FIRST, OLD, NEW = (beat(number, f"2026-01-01T0{number}:00:00Z") for number in (1, 2, 3))


def lies_there(repository: Repository) -> bytes:
    return (repository.coordination / "remote" / "heartbeat" / "lease.json").read_bytes()


@pytest.mark.parametrize("there", [(), (FIRST,)])
def test_of_two_pulls_at_once_the_newer_beat_stays(
    repository: Repository, monkeypatch: pytest.MonkeyPatch, there: tuple[Received, ...]
) -> None:
    LandingPlace(repository.coordination).land(there)
    other = threading.Thread(target=lambda: LandingPlace(repository.coordination).land([NEW]))

    def meanwhile(put: Any) -> Any:
        def put_late(folder: int, name: str, data: bytes, **options: Any) -> None:
            if data == OLD.data and not other.ident:
                other.start()
                other.join(0.3)  # it lands now, or waits until this one has
            put(folder, name, data, **options)

        return put_late

    monkeypatch.setattr(landing, "replace_file", meanwhile(landing.replace_file))
    monkeypatch.setattr(landing, "create_file", meanwhile(landing.create_file))
    LandingPlace(repository.coordination).land([OLD])
    other.join()
    assert lies_there(repository) == NEW.data


def test_one_that_stands_still_is_not_waited_for(repository: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(landing, "_OTHERS_TAKE", 0.05)
    place = LandingPlace(repository.coordination)
    place.land([OLD])
    entered, may_go_on = threading.Event(), threading.Event()
    flush = landing._flush

    def stand_still(*args: Any) -> None:
        if threading.current_thread() is still:
            entered.set()
            assert may_go_on.wait(20)
        flush(*args)

    monkeypatch.setattr(landing, "_flush", stand_still)
    still = threading.Thread(target=lambda: LandingPlace(repository.coordination).land([FIRST]))
    still.start()
    assert entered.wait(20)
    assert place.land([NEW]).written == 1
    assert lies_there(repository) == NEW.data
    may_go_on.set()
    still.join()
