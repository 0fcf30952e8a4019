"""What hostile and broken clients send: each gets its answer, none gets in, and nothing falls over."""

import asyncio
import gzip
import json
import socket
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from typing import Any

import pytest

from musetui.bus.database import Database
from musetui.bus.endpoints import Endpoints
from tests.bus.conftest import FREELY, House, Open
from tests.bus.people import Person, path, push_body, record
from tests.conftest import wait_until

ROW = record("a")


def deep(levels: int) -> bytes:
    """Return a push whose payload nests that deep."""
    return b'{"records":[{"kind":"task","record_id":"a","payload":{"a":%s}}]}' % (b"[" * levels + b"]" * levels)


def number(text: str) -> bytes:
    """Return a push with a number in it as it is written."""
    return push_body(record("a", n="HERE")).replace(b'"HERE"', text.encode())


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"garbage",
        b"\x00\xff\xfe",
        push_body(ROW)[:-5],
        push_body(ROW) + b"x",
        b"\xef\xbb\xbf" + push_body(ROW),
        push_body(ROW).decode().encode("utf-16"),
        deep(250),
        deep(100_000),
        number("NaN"),
        number("-Infinity"),
        number("9" * 5_000),
        push_body(record("a", n="HERE")).replace(b"HERE", b"\\ud800"),
        push_body(record("a", n="HERE")).replace(b"HERE", b"\xed\xa0\x80"),
        b"(" * 1_000_000,
    ],
)
def test_what_is_no_json(plain_hub: House, body: bytes) -> None:
    answer = plain_hub.client().post(plain_hub.path, content=body)
    assert (answer.status_code, answer.json()["status"]) == (400, "malformed")


@pytest.mark.parametrize(
    ("place", "body"),
    [
        ("records", b"[]"),
        ("records", b"null"),
        ("records", b"7"),
        ("records", b"{}"),
        ("records", b'{"records":{}}'),
        ("records", push_body()),
        ("records", push_body(*[record(f"r{n}") for n in range(501)])),
        ("records.0", b'{"records":[7]}'),
        ("records.0", b'{"records":[null]}'),
        ("records.0.kind", push_body({})),
        ("records.1.kind", push_body(ROW, {**ROW, "kind": "../../etc/passwd"})),
        ("records.0.kind", push_body({**ROW, "kind": "Reservation"})),
        ("records.0.kind", push_body({**ROW, "kind": ["task"]})),
        ("records.1.record_id", push_body(ROW, {**ROW, "record_id": "../../etc/passwd"})),
        ("records.0.record_id", push_body({**ROW, "record_id": ""})),
        ("records.0.record_id", push_body({**ROW, "record_id": "a\n"})),
        ("records.0.record_id", push_body({**ROW, "record_id": "a\0"})),
        ("records.0.record_id", push_body({**ROW, "record_id": "ä"})),
        ("records.0.record_id", push_body({**ROW, "record_id": "a" * 129})),
        ("records.0.record_id", push_body({**ROW, "record_id": 7})),
        ("records.0.run_id", push_body({**ROW, "run_id": "r" * 513})),
        ("records.0.run_id", push_body({**ROW, "run_id": None})),
        ("records.0.payload", push_body({**ROW, "payload": []})),
        ("records.0.payload", push_body({**ROW, "payload": "{}"})),
        ("records.0.payload", push_body(record("a", text="x" * 1_048_576))),
        ("records.0.payload", number("1e400")),
        ("records.0.payload", number("[-1E999]")),
        ("records.0.expires_at", push_body({**ROW, "expires_at": "soon"})),
        ("records.0.expires_at", push_body({**ROW, "expires_at": 1_700_000_000})),
        ("records.0.expires_at", push_body({**ROW, "expires_at": "2026-02-30T12:00:00Z"})),
        ("records.0.expires_at", push_body({**ROW, "expires_at": "2026-02-28T12:00:61Z"})),
        ("records.0.expires_at", push_body({**ROW, "expires_at": ""})),
    ],
)
def test_what_is_no_push_is_named_by_its_place(plain_hub: House, place: str, body: bytes) -> None:
    answer = plain_hub.client().post(plain_hub.path, content=body)
    assert (answer.status_code, answer.json()["status"]) == (422, "invalid")
    assert answer.json()["error"].startswith(f"{place}: ")
    assert answer.json()["error"].isprintable()
    assert plain_hub.client().get(plain_hub.path).status_code == 404


@pytest.mark.parametrize(
    "query",
    [
        "since_id=-1",
        "since_id=1.0",
        "since_id=x",
        "since_id=",
        "since_id=9223372036854775808",
        "since_id=1_0",
        "since_id=%D9%A3",
        "limit=0",
        "limit=1001",
        "wait=31",
        "wait=-1",
        "wait=nan",
        "wait=1e2",
        "wait=1e",
        "wait=1e99999",
        "wait=-1e-5",
        "wait=0x1",
        "wait=1_0",
        "wait=inf",
        "kinds=../../etc/passwd",
        "kinds=task,",
        "kinds=%00",
    ],
)
def test_what_is_no_question(hub: House, query: str) -> None:
    hub.push(ROW)
    answer = hub.client().get(f"{hub.path}?{query}")
    assert (answer.status_code, answer.json()["status"]) == (422, "invalid")
    assert answer.json()["error"].startswith(f"{query.partition('=')[0]}: ")


def test_numbers_keep_their_value(hub: House) -> None:
    text = "[0.1,1e22,-0.0,1.7976931348623157e308,5e-324,18446744073709551616," + "9" * 4_000 + "]"
    assert hub.client().post(hub.path, content=number(text)).status_code == 200
    assert json.loads(hub.client().get(hub.path).text)["records"][0]["payload"]["n"] == json.loads(text)


def test_compressed_bodies_are_not_unpacked(plain_hub: House) -> None:
    bomb = gzip.compress(b"0" * 50_000_000)
    for encoding in ("gzip", "deflate", "br", "identity, gzip"):
        answer = plain_hub.client().post(plain_hub.path, content=bomb, headers={"content-encoding": encoding})
        assert (answer.status_code, answer.json()["status"]) == (415, "encoded")
    headers = {"content-encoding": "identity"}
    assert plain_hub.client().post(plain_hub.path, content=push_body(ROW), headers=headers).status_code == 200


def test_a_body_that_is_too_large_is_not_taken(plain_hub: House) -> None:
    body = b" " * (8 * 1_024 * 1_024)
    assert plain_hub.client().post(plain_hub.path, content=body).status_code == 400
    answer = plain_hub.client().post(plain_hub.path, content=body + b" ")
    assert (answer.status_code, answer.json()["status"]) == (413, "too_large")


def talk(hub: House, head: str, *pieces: bytes, end: bool = False) -> bytes:
    """Send a request by hand, signed for what its first piece says, and return all that comes back."""
    name, port = hub.host.split(":")
    signature = hub.people["alice"].header("POST", hub.host, hub.path, b"".join(pieces))
    with socket.create_connection((name, int(port)), timeout=20) as connection:
        lines = f"POST {hub.path} HTTP/1.1\r\nhost: {hub.host}\r\nauthorization: {signature}\r\n{head}\r\n"
        connection.sendall(lines.encode())
        for piece in pieces:
            connection.sendall(piece)
        if end:
            connection.shutdown(socket.SHUT_WR)
        answer = b""
        # Whoever is cut off with something unsent or unread may see a reset behind the answer.
        with suppress(ConnectionResetError):
            while piece := connection.recv(65_536):
                answer += piece
        return answer


def test_a_chunked_body_is_counted_too(open_hub: Open, sqlite: str) -> None:
    hub = open_hub(sqlite, replace(FREELY, body_bytes=2_000))
    chunk = b"400\r\n" + b" " * 1_024 + b"\r\n"
    answer = talk(hub, "transfer-encoding: chunked\r\nconnection: close\r\n", chunk, chunk, b"0\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 413 ")


def test_a_length_that_lies_does_not_count(plain_hub: House) -> None:
    answer = talk(plain_hub, "content-length: 99999999999999999999\r\nconnection: close\r\n")
    assert answer.startswith(b"HTTP/1.1 413 ")
    more = push_body(ROW) + b"GET / HTTP/1.1\r\n\r\n"
    answer = talk(plain_hub, "content-length: 5\r\nconnection: close\r\n", more)
    assert answer.startswith(b"HTTP/1.1 401 ")  # five bytes are the body, and those are not what was signed
    assert talk(plain_hub, "content-length: 5\r\ncontent-length: 6\r\n", more).startswith(b"HTTP/1.1 400 ")
    assert talk(plain_hub, "content-length: x\r\n", more).startswith(b"HTTP/1.1 400 ")


def test_half_a_body_is_nothing(plain_hub: House) -> None:
    body = push_body(record("half"))
    assert talk(plain_hub, f"content-length: {len(body) + 1}\r\n", body, end=True) == b""
    assert plain_hub.client().get(plain_hub.path).status_code == 404


def test_a_body_that_dribbles_is_cut(open_hub: Open, sqlite: str) -> None:
    hub = open_hub(sqlite, replace(FREELY, body_seconds=0.2))
    answer = talk(hub, "content-length: 1000\r\n", b"[")
    assert answer.startswith(b"HTTP/1.1 408 ")
    assert b"send it faster" in answer


def test_what_is_sent_after_a_refusal_does_not_cost_the_answer(plain_hub: House) -> None:
    """A stranger who sends megabytes reads why they are refused, instead of a broken pipe."""
    answer = plain_hub.client("mallory").post(plain_hub.path, content=b" " * 6_000_000)
    assert (answer.status_code, answer.json()["status"]) == (401, "unauthorized")


def test_what_is_on_its_way_in_has_a_bound_for_all_together(open_hub: Open, sqlite: str) -> None:
    """Before a body is whole nobody knows who sends it."""
    hub = open_hub(sqlite, replace(FREELY, unread_bytes=100_000))
    name, port = hub.host.split(":")
    header = Person("alice").header("POST", hub.host, hub.path)
    head = f"POST {hub.path} HTTP/1.1\r\nhost: {hub.host}\r\nauthorization: {header}\r\ncontent-length: 90000\r\n\r\n"

    def push() -> int:
        return hub.client().post(hub.path, content=push_body(record("a", note="x" * 20_000))).status_code

    with socket.create_connection((name, int(port))) as connection:
        connection.sendall(head.encode() + b" " * 89_000)
        wait_until(lambda: push() == 503, what="no room")
        refused = hub.client().post(hub.path, content=push_body(record("a", note="x" * 20_000)))
        assert (refused.json()["status"], refused.headers["retry-after"]) == ("crowded", "1")
        assert hub.client().post(hub.path, content=push_body(record("b"))).status_code == 200
    wait_until(lambda: push() == 200, what="room")


def test_addresses_that_are_none(plain_hub: House) -> None:
    client = plain_hub.client(None)
    for where in ("/", "/api/v1", path() + "/", "/api/v1/repos/a/../b/coordination/records", "/healthz/"):
        answer = client.get(where)
        assert (answer.status_code, answer.json()["status"]) == (404, "no_address"), where
    answer = client.put(path())
    assert (answer.status_code, answer.json()["status"]) == (405, "no_method")
    assert set(answer.headers["allow"].split(", ")) == {"GET", "HEAD", "POST"}


def test_however_many_ask_for_its_health_the_database_is_asked_once(
    open_hub: Open, sqlite: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They are counted nowhere, and must not keep its few connections from those who push and pull."""
    asked, looks, go = [], [], threading.Event()
    health, reading = Endpoints.health, Database.reading

    async def count(self: Endpoints, request: Any) -> Any:
        asked.append("asked")
        return await health(self, request)

    @asynccontextmanager
    async def look(self: Database) -> Any:
        looks.append("look")
        await asyncio.to_thread(go.wait, 20)
        async with reading(self) as connection:
            yield connection

    monkeypatch.setattr(Endpoints, "health", count)
    hub = open_hub(sqlite)
    monkeypatch.setattr(Database, "reading", look)
    with ThreadPoolExecutor(20) as pool:
        answers = [pool.submit(hub.client(None).get, "/healthz") for _ in range(20)]
        wait_until(lambda: len(asked) == 20)
        go.set()
        assert {answer.result(20).status_code for answer in answers} == {200}
    assert len(looks) == 1
    assert hub.client(None).get("/healthz").status_code == 200
    assert len(looks) == 2


def test_too_many_requests_are_told_when_to_come_again(open_hub: Open, sqlite: str) -> None:
    hub = open_hub(sqlite, replace(FREELY, rate=0.5, anonymous_rate=0.25, burst_seconds=8))

    def codes(who: str | None, times: int) -> list[int]:
        client = hub.client(who)
        return [client.get(hub.path).status_code for _ in range(times)]

    assert codes("alice", 5) == [404] * 4 + [429]
    assert codes("bob", 1) == [404]  # has a bucket of their own
    assert codes("mallory", 3) == [401, 401, 429]  # cannot use up what alice may ask, only the address's
    assert codes(None, 1) == [429]
    assert codes("bob", 1) == [404]  # whose signature is right, whatever others do from the same address
    answer = hub.client("alice").get(hub.path)
    assert (answer.status_code, answer.json()["status"]) == (429, "too_many")
    assert 1 <= int(answer.headers["retry-after"]) <= 2


def codes_behind_a_proxy(hub: House) -> list[int]:
    """Ask as three strangers do whom a proxy at 127.0.0.1 speaks for, and each of whom may ask once."""
    return codes_of(hub, "198.51.100.1", "198.51.100.2", "203.0.113.9, 198.51.100.1")


def codes_of(hub: House, *said: str) -> list[int]:
    """Ask once for each of those that a proxy at 127.0.0.1 says it speaks for."""
    client = hub.client(None)
    return [client.get(hub.path, headers={"x-forwarded-for": each}).status_code for each in said]


def test_who_asks_is_not_what_they_say_they_are(open_hub: Open, sqlite: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORWARDED_ALLOW_IPS", "*")
    limits = replace(FREELY, anonymous_rate=0.001, burst_seconds=1)
    assert codes_behind_a_proxy(open_hub(sqlite, limits)) == [404, 429, 429]
    others = open_hub(sqlite, limits, trusted_proxies=("127.0.0.2", "10.0.0.0/8"))
    assert codes_behind_a_proxy(others) == [404, 429, 429]


@pytest.mark.parametrize("proxy", ["127.0.0.1", "127.0.0.0/8"])
def test_a_trusted_proxy_says_who_asks(open_hub: Open, sqlite: str, proxy: str) -> None:
    limits = replace(FREELY, anonymous_rate=0.001, burst_seconds=1)
    assert codes_behind_a_proxy(open_hub(sqlite, limits, trusted_proxies=(proxy,))) == [404, 404, 429]


def test_all_addresses_that_one_may_choose_from_are_one(open_hub: Open, sqlite: str) -> None:
    """Whoever has IPv6 has a network of at least 64 bits, and could ask from another address each time."""
    limits = replace(FREELY, anonymous_rate=0.001, burst_seconds=1)
    hub = open_hub(sqlite, limits, trusted_proxies=("127.0.0.1",))
    assert codes_of(hub, "2001:db8::1", "2001:db8::ffff:1", "2001:db8:0:1::1", "::ffff:198.51.100.1") == [
        404,
        429,
        404,
        404,
    ]
    assert codes_of(hub, "::ffff:198.51.100.2", "198.51.100.1", "unknown", "unknown") == [404, 429, 404, 429]


@pytest.mark.skipif(not socket.has_dualstack_ipv6(), reason="no IPv6 here")
def test_a_trusted_proxy_is_known_by_its_ipv4_address_where_ipv6_is_heard(open_hub: Open, sqlite: str) -> None:
    limits = replace(FREELY, anonymous_rate=0.001, burst_seconds=1)
    hub = open_hub(sqlite, limits, trusted_proxies=("127.0.0.1",), host="::")
    hub.running.url = hub.url.replace("[::]", "127.0.0.1")
    assert codes_behind_a_proxy(hub) == [404, 404, 429]


def test_a_client_that_hangs_up_while_it_waits_is_let_go(plain_hub: House) -> None:
    plain_hub.push(ROW)
    name, port = plain_hub.host.split(":")
    target = f"{plain_hub.path}?since_id=1&wait=30"
    signature = plain_hub.people["alice"].header("GET", plain_hub.host, target)
    with socket.create_connection((name, int(port))) as connection:
        head = f"GET {target} HTTP/1.1\r\nhost: {plain_hub.host}\r\nauthorization: {signature}\r\n\r\n"
        connection.sendall(head.encode())

    def waited() -> list[dict[str, Any]]:
        return [line for line in plain_hub.lines() if line["path"] == plain_hub.path and line["method"] == "GET"]

    wait_until(waited, seconds=15, what="the request's end")
