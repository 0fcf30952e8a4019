"""The connections of a hub: who says nothing, or says it drop by drop, is not waited for; and not all are served."""

import json
import select
import socket
from contextlib import closing
from dataclasses import replace
from http.client import HTTPResponse

import pytest

from tests.bus.conftest import FREELY, House, Open
from tests.bus.people import record
from tests.conftest import wait_until

SOON = replace(FREELY, head_seconds=0.5)


def connect(hub: House) -> socket.socket:
    name, port = hub.host.split(":")
    return socket.create_connection((name, int(port)), timeout=20)


def is_closed(connection: socket.socket) -> bool:
    """Return True if the hub has closed it; what it says is read and forgotten."""
    try:
        return bool(select.select([connection], [], [], 0)[0]) and not connection.recv(65_536)
    except ConnectionResetError:
        return True


def drip(connection: socket.socket) -> bool:
    """Send a drop, and return True if nobody takes it any more."""
    try:
        connection.sendall(b"x")
    except OSError:
        return True
    return is_closed(connection)


def request(hub: House, query: str = "", *lines: str) -> bytes:
    """Return a whole request of anybody's."""
    head = (f"GET {hub.path}?{query} HTTP/1.1", f"host: {hub.host}", *lines)
    return "\r\n".join((*head, "", "")).encode()


def answer(connection: socket.socket) -> tuple[int, bytes]:
    """Read one answer: its status, and its body."""
    with closing(HTTPResponse(connection)) as response:
        response.begin()
        return response.status, response.read()


@pytest.mark.parametrize("said", [b"", b"GET /healthz HTTP/1.1\r\nhost: x\r\nx: "])
def test_a_head_that_never_ends_is_not_waited_for(open_hub: Open, sqlite: str, said: bytes) -> None:
    with closing(connect(open_hub(sqlite, SOON))) as connection:
        connection.sendall(said)
        assert connection.recv(65_536) == b""


def test_nor_is_one_that_drips(open_hub: Open, sqlite: str) -> None:
    with closing(connect(open_hub(sqlite, SOON))) as connection:
        connection.sendall(b"GET /healthz HTTP/1.1\r\nhost: x\r\nx: ")
        wait_until(lambda: drip(connection), seconds=10, what="the connection's end")


def test_nor_a_second_one_on_the_same_connection(open_hub: Open, sqlite: str) -> None:
    hub = open_hub(sqlite, SOON)
    with closing(connect(hub)) as connection:
        for _ in range(2):
            connection.sendall(request(hub))
            assert answer(connection)[0] == 404
        connection.sendall(b"GET /healthz HTTP/1.1\r\nx: ")
        wait_until(lambda: drip(connection), seconds=10, what="the connection's end")


def test_nor_a_body_that_nobody_asked_for(open_hub: Open, sqlite: str) -> None:
    hub = open_hub(sqlite, SOON)
    with closing(connect(hub)) as connection:
        connection.sendall(b"GET /healthz HTTP/1.1\r\nhost: x\r\ncontent-length: 1000000\r\n\r\n")
        assert answer(connection)[0] == 200
        wait_until(lambda: drip(connection), seconds=10, what="the connection's end")


def test_who_waits_for_an_answer_is_not_cut_off(open_hub: Open, sqlite: str) -> None:
    hub = open_hub(sqlite, SOON, public=True)
    hub.push(record("a"))
    with closing(connect(hub)) as connection:
        connection.sendall(request(hub, "since_id=1&wait=1.2"))
        status, body = answer(connection)
        assert (status, json.loads(body)["records"]) == (200, [])
        connection.sendall(request(hub))
        assert answer(connection)[0] == 200


def test_too_many_connections_are_told_to_come_later(open_hub: Open, sqlite: str) -> None:
    hub = open_hub(sqlite, replace(FREELY, connections=2))
    first, second = connect(hub), connect(hub)
    for connection in (first, second):
        connection.sendall(request(hub))
        assert answer(connection)[0] == 404
    with closing(connect(hub)) as third:
        third.sendall(request(hub))
        status, body = answer(third)
        assert (status, json.loads(body)["status"]) == (503, "crowded")
        assert third.recv(1) == b""
    assert hub.lines()[-1]["status"] == 503
    first.close()

    def has_room() -> bool:
        with closing(connect(hub)) as another:
            another.sendall(request(hub))
            return answer(another)[0] == 404

    wait_until(has_room, what="room for another")
    second.close()
