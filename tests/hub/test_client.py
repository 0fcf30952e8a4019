"""The client against a hub that does all that a hub must not do."""

import asyncio
import gzip
import json
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest

from musetui.coordination.batch import Sighting, Slot
from musetui.coordination.reader import parse_slot
from musetui.errors import (
    HubRefusedError,
    HubRejectedError,
    HubTooMuchError,
    HubUnknownError,
    HubUnreachableError,
)
from musetui.hub.client import HubClient
from musetui.hub.pace import Pace
from musetui.hub.patience import ONCE, RETRY_AFTER_LIMIT, Patience, retry_after
from musetui.hub.target import HubTarget
from musetui.hub.wire import WireRecord, wire_record
from musetui.records.kinds import Kind
from tests.conftest import until
from tests.hub.conftest import QUICK, reservation
from tests.hub.hub import Answering, Hub, Trouble


def outgoing(*names: str) -> list[WireRecord]:
    """Return reservations ready to be sent."""
    records = []
    for name in names:
        data = json.dumps(reservation(name)).encode()
        sighting = parse_slot(Slot("reservations", f"{name}.json"), data)
        assert isinstance(sighting, Sighting)
        records.append(wire_record(sighting, data))
    return records


def says(status: int, content: object = b"", headers: dict[str, str] | None = None) -> Callable[[Answering], bool]:
    def answer(answering: Answering) -> bool:
        answering.say(status, content, headers)
        return True

    return answer


async def test_push_and_pull(hub: Hub, target: HubTarget) -> None:
    async with HubClient(target, patience=QUICK) as client:
        reply = await client.push(outgoing("a", "b"))
        assert (reply.inserted, reply.skipped) == (2, 0)
        reply = await client.push(outgoing("b", "c"))
        assert (reply.inserted, reply.skipped) == (1, 1)
        page = await client.pull(1, [Kind.RESERVATION, Kind.TASK], 1)
        assert [record["record_id"] for record in page.records] == ["b"]
        assert (page.cursor, page.hub, page.more) == (2, hub.data_id, True)
    assert hub.requests[-1][1].endswith("?since_id=1&limit=1&kinds=reservation&kinds=task")
    assert hub.requests[-1][2]["Accept-Encoding"] == "identity"


async def test_a_wait_ends_with_the_news(hub: Hub, target: HubTarget) -> None:
    async with HubClient(target, patience=QUICK) as client:
        waiting = asyncio.create_task(client.pull(0, wait=30))
        await until(lambda: hub.requests, what="the waiting request")
        await client.push(outgoing("a"))
        page = await asyncio.wait_for(waiting, 20)
    assert [record["record_id"] for record in page.records] == ["a"]


async def test_without_an_identity_a_public_repository_is_read_and_none_is_written(hub: Hub, target: HubTarget) -> None:
    async with HubClient(target._replace(identity=None), patience=QUICK) as client:
        assert (await client.pull()).records == []
        assert "Authorization" not in hub.requests[0][2]
        with pytest.raises(HubRefusedError, match=r"identity\.toml"):
            await client.push(outgoing("a"))
        assert len(hub.requests) == 1
        hub.private = True
        with pytest.raises(HubRefusedError, match=r"wants to know who asks.*sign it"):
            await client.pull()


@pytest.mark.parametrize(
    ("status", "error", "tries"),
    [
        (401, HubRefusedError, 1),
        (403, HubRefusedError, 1),
        (404, HubUnknownError, 1),
        (301, HubRefusedError, 1),
        (307, HubRefusedError, 1),
        (400, HubRejectedError, 1),
        (405, HubRejectedError, 1),
        (413, HubRejectedError, 1),
        (422, HubRejectedError, 1),
        (204, HubRejectedError, 1),
        (429, HubUnreachableError, 4),
        (500, HubUnreachableError, 4),
        (502, HubUnreachableError, 4),
        (503, HubUnreachableError, 4),
        (504, HubUnreachableError, 4),
    ],
)
async def test_what_each_answer_means(
    hub: Hub, target: HubTarget, status: int, error: type[Exception], tries: int
) -> None:
    content = b"" if status == 204 else {"error": "because \x1b[31m of it", "status": "x"}
    hub.trouble = says(status, content, {"Location": "https://evil.example/"})
    async with HubClient(target, patience=QUICK) as client:
        with pytest.raises(error) as caught:
            await client.pull()
    assert type(caught.value) is error
    assert len(hub.requests) == tries
    assert str(caught.value).isprintable()
    if status == 404:  # where one advice is enough
        assert str(caught.value).endswith(" to gabriel: check owner and slug, and who you are there")
    elif status not in (204, 301, 307):
        assert "because ␛[31m of it" in str(caught.value)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<html>hello</html>",
        b"[]",
        b"null",
        b'{"records": []}',
        b'{"records": {}, "cursor": 0}',
        b'{"records": [], "cursor": -1}',
        b'{"records": [], "cursor": "0"}',
        b'{"records": [], "cursor": true}',
        b'{"records": [], "cursor": 99999999999999999999}',
        b'{"records": [], "cursor": 0, "hub": "\x1b[31m"}',
        b'{"records": [1,2,3,4], "cursor": 4}',
        b'{"records": [' + b"[" * 5_000 + b"]" * 5_000 + b'], "cursor": 0}',
        b'{"records": [], "cursor": ' + b"9" * 5_000 + b"}",
        b"\xff\xfe",
    ],
)
async def test_an_answer_that_is_none(hub: Hub, target: HubTarget, content: bytes) -> None:
    hub.trouble = says(200, content)
    async with HubClient(target, patience=QUICK) as client:
        with pytest.raises(HubRejectedError) as caught:
            await client.pull(limit=3)
        assert str(caught.value).isprintable()
    assert len(hub.requests) == 1


@pytest.mark.parametrize(
    "reply", [{"inserted": 1, "skipped": 0}, {"inserted": -1, "skipped": 3}, {"inserted": True, "skipped": 1}, {}]
)
async def test_a_push_reply_must_account_for_every_record(hub: Hub, target: HubTarget, reply: Any) -> None:
    hub.trouble = says(200, reply)
    async with HubClient(target, patience=QUICK) as client:
        with pytest.raises(HubRejectedError):
            await client.push(outgoing("a", "b"))


async def test_half_a_body_is_tried_again(hub: Hub, target: HubTarget) -> None:
    def half(answering: Answering) -> bool:
        if len(hub.requests) > 2:
            return False
        answering.send_response(200)
        answering.send_header("Content-Length", "1000")
        answering.end_headers()
        answering.wfile.write(b'{"records": [')
        answering.close_connection = True
        return True

    hub.trouble = half
    async with HubClient(target, patience=QUICK) as client:
        assert (await client.pull()).records == []
    assert len(hub.requests) == 3


async def test_what_is_not_http_and_what_hangs_up(hub: Hub, target: HubTarget) -> None:
    def hang_up(answering: Answering) -> bool:
        answering.close_connection = True
        answering.wfile.write(b"SSH-2.0-OpenSSH\r\n" if len(hub.requests) % 2 else b"")
        return True

    hub.trouble = hang_up
    async with HubClient(target, patience=QUICK) as client:
        with pytest.raises(HubUnreachableError, match="broke off its answer"):
            await client.pull()
    assert len(hub.requests) == 4


async def test_a_hub_that_is_too_slow(hub: Hub, target: HubTarget) -> None:
    released = asyncio.Event()

    def hold(answering: Answering) -> bool:
        while not released.is_set() and answering.connection.fileno() >= 0:
            time.sleep(0.01)
        return True

    hub.trouble = hold
    async with HubClient(target, patience=Patience(tries=2, first=0.001), read_timeout=0.05) as client:
        with pytest.raises(HubUnreachableError, match="gives no answer in time"):
            await client.pull()
    released.set()
    assert len(hub.requests) == 2


def dripping(head: bytes, released: threading.Event) -> Trouble:
    """Say *head*, and then next to nothing now and then, for as long as anybody listens."""

    def drip(answering: Answering) -> bool:
        with suppress(OSError):
            answering.wfile.write(head)
            while not released.wait(0.01):
                answering.wfile.write(b" ")
        answering.close_connection = True
        return True

    return drip


@pytest.mark.parametrize("status", [b"200 OK", b"400 Bad Request"])
async def test_an_answer_that_drips_is_left(
    hub: Hub, target: HubTarget, status: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    released = threading.Event()
    monkeypatch.setattr("musetui.hub.client.Pace", lambda _: Pace(0.02))
    hub.trouble = dripping(b"HTTP/1.1 " + status + b"\r\nContent-Length: 100000\r\n\r\n", released)
    async with HubClient(target, patience=QUICK) as client:
        error, words = {
            b"200 OK": (HubUnreachableError, "gives its answer too slowly: try again"),
            b"400 Bad Request": (HubRejectedError, r"does not take the request \(400\)"),
        }[status]
        with pytest.raises(error, match=words):
            await client.pull()
    released.set()
    assert len(hub.requests) == (4 if status == b"200 OK" else 1)


async def test_a_head_that_drips_is_waited_for_once(
    hub: Hub, target: HubTarget, monkeypatch: pytest.MonkeyPatch
) -> None:
    released = threading.Event()
    hub.trouble = dripping(b"HTTP/1.1 200 OK\r\nX-Long: ", released)
    monkeypatch.setattr("musetui.hub.client._WHOLE", -14.5)  # beside the 15 s in which some bytes must come
    async with HubClient(target, patience=QUICK) as client:
        with pytest.raises(HubUnreachableError, match="gives no whole answer in time: try again later"):
            await client.pull()
    released.set()
    assert len(hub.requests) == 1


@pytest.mark.parametrize("chunked", [False, True])
async def test_a_body_without_end_is_left(hub: Hub, target: HubTarget, chunked: bool) -> None:
    def endless(answering: Answering) -> bool:
        answering.send_response(200)
        if chunked:
            answering.send_header("Transfer-Encoding", "chunked")
        answering.end_headers()
        chunk = b"[" * 65_536
        try:
            while True:
                answering.wfile.write(b"10000\r\n" + chunk + b"\r\n" if chunked else chunk)
        except OSError:
            answering.close_connection = True
        return True

    hub.trouble = endless
    async with HubClient(target, patience=QUICK, answer_limit=1_000_000) as client:
        with pytest.raises(HubTooMuchError, match=r"larger than 1,000,000 bytes"):
            await client.pull()
    assert len(hub.requests) == 1


async def test_a_packed_answer_is_not_unpacked(hub: Hub, target: HubTarget) -> None:
    hub.trouble = says(200, gzip.compress(b" " * 10_000_000), {"Content-Encoding": "gzip"})
    async with HubClient(target, patience=QUICK) as client:
        with pytest.raises(HubRejectedError, match="packs its answer"):
            await client.pull()


async def test_nobody_there(target: HubTarget) -> None:
    gone = target._replace(address=target.address._replace(port=1))
    async with HubClient(gone, patience=QUICK) as client:
        with pytest.raises(HubUnreachableError, match="cannot be reached") as caught:
            await client.pull()
    assert caught.value.status == 0


async def test_an_address_that_httpx_takes_for_none(target: HubTarget) -> None:
    odd = target._replace(address=target.address._replace(scheme="https", host="xn--\u00e9", port=None))
    async with HubClient(odd, patience=QUICK) as client:
        with pytest.raises(HubRefusedError, match="an address that is none"):
            await client.pull()


async def test_a_kept_connection_that_the_hub_has_hung_up_is_no_trouble(hub: Hub, target: HubTarget) -> None:
    """A hub ends idle connections when it likes; a request that is on its way at that moment is not answered."""

    def hang_up(answering: Answering) -> bool:
        hub.trouble = None
        answering.close_connection = True
        return True

    async with HubClient(target, patience=ONCE) as client:
        for number in range(3):
            await asyncio.gather(*(client.pull() for _ in range(2)))
            hub.trouble = hang_up
            reply = await client.push(outgoing(f"r{number}"))
            assert (reply.inserted, hub.trouble) == (1, None)
        hub.trouble = hang_up
        async with HubClient(target, patience=ONCE) as other:
            with pytest.raises(HubUnreachableError, match="broke off its answer"):
                await other.pull()


async def test_how_long_a_hub_asks_to_be_left_alone(hub: Hub, target: HubTarget) -> None:
    async with HubClient(target, patience=ONCE) as client:
        assert client.asks_to_wait == 0
        for asked, least, most in (("50", 40, 50), ("7000", 50, RETRY_AFTER_LIMIT), ("0", 0, 0)):
            hub.trouble = says(429, b"", {"Retry-After": asked})
            with pytest.raises(HubUnreachableError):
                await client.pull()
            assert least <= client.asks_to_wait <= most


async def test_no_cookie_goes_back(hub: Hub, target: HubTarget) -> None:
    hub.trouble = says(200, {"records": [], "cursor": 0}, {"Set-Cookie": "a=b; Path=/"})
    async with HubClient(target, patience=QUICK) as client:
        await client.pull()
        await client.pull()
    assert "Cookie" not in hub.requests[1][2]


async def test_the_environments_proxy_is_not_for_loopback(
    hub: Hub, target: HubTarget, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    async with HubClient(target, patience=QUICK) as client:
        await client.pull()
    assert len(hub.requests) == 1


async def test_a_pause_can_be_cancelled(hub: Hub, target: HubTarget) -> None:
    hub.trouble = says(503, b"", {"Retry-After": "50"})
    async with HubClient(target) as client:
        pulling = asyncio.create_task(client.pull())
        await until(lambda: hub.requests, what="a request")
        pulling.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asyncio.wait_for(pulling, 10)
        hub.trouble = None
        assert (await client.pull()).records == []


async def test_tries_end_at_a_deadline(hub: Hub, target: HubTarget) -> None:
    hub.trouble = says(503, b"", {"Retry-After": "50"})
    async with HubClient(target, patience=Patience(deadline=10)) as client:
        with pytest.raises(HubUnreachableError):
            await client.pull()
    assert len(hub.requests) == 1


def test_pauses_grow_and_heed_the_hub() -> None:
    patience = Patience(tries=6, first=1, longest=5)
    for tried, whole in ((1, 1), (2, 2), (3, 4), (4, 5), (5, 5)):
        pauses = {patience.pause(tried, None, 0) for _ in range(50)}
        assert len(pauses) > 1, "clients that fail together come back together"
        assert all(pause is not None and whole / 2 <= pause <= whole for pause in pauses)
    assert patience.pause(6, None, 0) is None
    assert patience.pause(1, 7, 0) == 7
    assert patience.pause(1, 7_000, 0) == RETRY_AFTER_LIMIT
    assert Patience(deadline=3).pause(1, None, 3) is None


def test_retry_after_in_both_its_forms() -> None:
    now = datetime(2026, 3, 18, 12, tzinfo=UTC)
    assert retry_after("7", now) == 7
    assert retry_after(format_datetime(now + timedelta(seconds=9), usegmt=True), now) == 9
    assert retry_after(format_datetime(now - timedelta(days=9), usegmt=True), now) == 0
    for text in (None, "", "-1", "soon", "9" * 100, "٣", "Wed, 99 Xxx 2026 12:00:00 GMT"):
        assert retry_after(text, now) is None
