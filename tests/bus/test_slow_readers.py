"""Who asks for much and takes little of it: cut off in time, and never so many that the hub's memory is theirs."""

import json
import socket
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import replace

import pytest

from musetui.bus.settings import MEBI
from tests.bus.conftest import FREELY, House, Open
from tests.bus.people import record
from tests.bus.test_connections import answer, request
from tests.conftest import wait_until

RECORDS = 16


def filled(hub: House) -> House:
    """Have a public repository with 16 MiB in it."""
    for number in range(RECORDS):
        hub.push(record(f"r{number}", note="x" * (MEBI - 100)))
    return hub


@contextmanager
def slow_reader(hub: House) -> Iterator[socket.socket]:
    """Connect, with as little room for what comes as there can be."""
    name, port = hub.host.split(":")
    with closing(socket.socket()) as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
        connection.settimeout(20)
        connection.connect((name, int(port)))
        yield connection


def is_cut_off(connection: socket.socket) -> bool:
    """Return True if nobody takes what is sent; nothing is read."""
    try:
        connection.sendall(b"x")
    except OSError:
        return True
    return False


@pytest.mark.parametrize(
    "limits", [{"stall_seconds": 0.5}, {"answer_seconds": 0.5}], ids=lambda limits: next(iter(limits))
)
@pytest.mark.parametrize("lines", [(), ("connection: close",)], ids=["kept", "closed"])
def test_who_takes_nothing_is_cut_off(
    open_hub: Open, sqlite: str, limits: dict[str, float], lines: tuple[str, ...]
) -> None:
    hub = filled(open_hub(sqlite, replace(FREELY, **limits), public=True))
    with slow_reader(hub) as connection:
        connection.sendall(request(hub, "", *lines))
        wait_until(lambda: is_cut_off(connection), what="the connection's end")


def test_who_takes_it_bit_by_bit_gets_it_all(open_hub: Open, sqlite: str) -> None:
    hub = filled(open_hub(sqlite, replace(FREELY, stall_seconds=2.0), public=True))
    with slow_reader(hub) as connection:
        connection.sendall(request(hub))
        status, body = answer(connection)
    assert status == 200
    assert 8 <= json.loads(body)["cursor"] < RECORDS


def test_where_much_is_still_to_be_taken_pages_are_smaller_and_then_none(open_hub: Open, sqlite: str) -> None:
    limits = replace(FREELY, body_bytes=16 * MEBI, payload_bytes=8 * MEBI, unsent_bytes=16 * MEBI)
    hub = open_hub(sqlite, limits, public=True)
    hub.push(*(record(f"r{number}", note="x" * 16_000) for number in range(64)))
    large = replace(hub, repository="alice/large")
    large.push(record("a", note="x" * (7 * MEBI)))

    def page() -> int:
        return len(hub.pull()["records"])

    usual = page()
    assert 30 < usual < 40
    with ExitStack() as stack:
        stack.enter_context(slow_reader(hub)).sendall(request(large))
        wait_until(lambda: page() < usual, what="a smaller page")
        for _ in range(5):
            stack.enter_context(slow_reader(hub)).sendall(request(large))
        wait_until(lambda: hub.client().get(hub.path).status_code == 503, what="none")
        refused = hub.client().get(hub.path)
        assert (refused.json()["status"], refused.headers["retry-after"]) == ("crowded", "1")
    wait_until(lambda: page() == usual, what="room")
