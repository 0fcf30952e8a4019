"""`musetui serve`, asked by a program: nothing is given out before the door said yes."""

import asyncio
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import urlsplit

import aiohttp
import pytest

from musetui.cli import main
from musetui.cli.commands import COMMANDS
from musetui.cli.parser import parse
from musetui.cli.serve_arguments import USUAL_PORT
from tests.conftest import until
from tests.web.conftest import serving, start


@asynccontextmanager
async def browser() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as session:
        yield session


def base(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"


async def status(session: aiohttp.ClientSession, url: str, **headers: str) -> int:
    async with session.get(url, headers=headers, allow_redirects=False) as response:
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        return response.status


@pytest.mark.parametrize("path", ["/", "/ws", "/static/js/textual.js", "/static/", "/download/x", "/nothing", "//"])
async def test_nothing_is_given_out_without_the_token(address: str, path: str) -> None:
    async with browser() as session:
        assert await status(session, base(address) + path) in (401, 403)
        assert await status(session, f"{base(address)}{path}?token=wrong") in (401, 403)
        assert await status(session, base(address) + path, Cookie="musetui=x") in (401, 403)
        assert not list(session.cookie_jar)


async def test_the_token_opens_the_door_once_and_the_cookie_from_then_on(address: str) -> None:
    async with browser() as session:
        async with session.get(address) as greeting:
            assert greeting.status == 200
            cookie = greeting.headers["Set-Cookie"]
            assert "token" not in await greeting.text()
        assert "HttpOnly" in cookie
        assert "SameSite=Strict" in cookie
        assert address.partition("token=")[2] not in cookie
        async with session.get(base(address)) as page:
            assert page.status == 200
            policy = page.headers["Content-Security-Policy"]
            assert "default-src 'none'" in policy
            assert "unsafe-eval" not in policy
            text = await page.text()
            assert f'data-session-websocket-url="ws://{urlsplit(address).netloc}/ws"' in text
            assert "<title>orchard · musetui</title>" in text
            assert "token" not in text
        assert await status(session, f"{base(address)}/static/js/textual.js") == 200
        assert await status(session, f"{base(address)}/nothing") == 404
        async with session.post(base(address)) as response:
            assert response.status == 405
        assert await status(session, base(address), Host="evil.example") == 421
        assert await status(session, base(address), Origin="http://evil.example") == 403


async def test_a_socket_is_for_our_own_page(address: str) -> None:
    async with browser() as session:
        async with session.get(address):
            pass
        for headers in ({}, {"Origin": "http://evil.example"}, {"Origin": "null"}):
            with pytest.raises(aiohttp.WSServerHandshakeError):
                await session.ws_connect(f"{base(address)}/ws", headers=headers)
    async with browser() as stranger:
        with pytest.raises(aiohttp.WSServerHandshakeError):
            await stranger.ws_connect(f"{base(address)}/ws", headers={"Origin": base(address)})


@pytest.fixture(scope="module")
def open_address(repository: Path) -> Iterator[str]:
    with serving(repository, "--no-token", "--read-only") as address:
        yield address


async def test_a_dashboard_ends_with_its_page_and_says_when_it_ends_itself(open_address: str) -> None:
    assert "token" not in open_address
    async with browser() as session:
        origin = {"Origin": base(open_address)}
        socket = await session.ws_connect(f"{base(open_address)}/ws?width=100&height=zero", headers=origin)
        painted = b""

        async def paint() -> None:
            nonlocal painted
            async for message in socket:
                painted += message.data if isinstance(message.data, bytes) else b""

        painting = asyncio.create_task(paint())
        for nonsense in ("[]", "{", "7", '["stdin", 7]', '["resize", {"width": "x", "height": 1e99}]', '["resize", 3]'):
            await socket.send_str(nonsense)
        await until(lambda: b"read only" in painted.lower() or b"read-only" in painted.lower(), what="the dashboard")
        await socket.send_json(["stdin", "q"])
        await asyncio.wait_for(painting, 20)
        assert socket.closed


@pytest.mark.skipif(sys.platform != "linux", reason="asks /proc for the children of a process")
async def test_a_dashboard_ends_though_its_server_was_killed(repository: Path) -> None:
    process = start(repository, "--no-token")
    try:
        assert process.stdout is not None
        address = process.stdout.readline().decode().split()[-1]
        async with browser() as session:
            socket = await session.ws_connect(f"{address}ws", headers={"Origin": base(address)})
            await asyncio.wait_for(socket.receive(), 20)
            (child,) = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
            process.kill()
            process.wait()
            await until(lambda: not _is_running(child), what="the end of the dashboard")
    finally:
        process.kill()
        process.wait()


def _is_running(pid: str) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2][0] != "Z"
    except OSError:
        return False


def test_what_cannot_be_served(capsys: pytest.CaptureFixture[str], repository: Path, open_address: str) -> None:
    port = str(urlsplit(open_address).port)
    for words, code, sentence in (
        (("--host", "0.0.0.0", "--no-token"), 1, "would let anybody in who reaches 0.0.0.0"),
        (("--port", port), 1, "no browser can be served on 127.0.0.1:"),
        (("--public-url", "swarm.example.org"), 1, "'swarm.example.org' is no address"),
        (("--public-url", "https://swarm.example.org/musetui"), 1, "leave out what follows the first /"),
        (("--filter", "stat:active"), 1, "did you mean `state`?"),
        (("--repo", "/"), 2, "is not inside a Muse repository"),
    ):
        assert main(["serve", "--repo", str(repository), *words]) == code
        assert sentence in capsys.readouterr().err


@pytest.mark.parametrize("example", COMMANDS["serve"].examples)
def test_examples_are_understood(example: str) -> None:
    args = parse(example.split()[1:])[1]
    assert args.needs_token
    assert args.port in (USUAL_PORT, 9_000)


def test_what_is_missing_is_named(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr("musetui.cli.serve.find_spec", lambda name: None)
    assert main(["serve"]) == 1
    assert "pip install 'musetui[serve]'" in capsys.readouterr().err
