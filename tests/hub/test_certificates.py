"""A hub over real TLS: one that cannot prove to be it gets nothing; a team's own authority is believed where named."""

import ssl
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from musetui.coordination.repository import Repository
from musetui.errors import HubRefusedError
from musetui.hub.client import HubClient
from musetui.hub.target import HubTarget, find_target
from musetui.settings import Settings
from tests.hub.certificates import Authority, self_signed
from tests.hub.conftest import QUICK, make_identity
from tests.hub.hub import Hub, running
from tests.hub.test_client import outgoing

HOST = "127.0.0.1"


@pytest.fixture
def authority() -> Authority:
    return Authority()


Serve = Callable[..., tuple[Hub, HubTarget]]


@pytest.fixture
def serve(repository: Repository, tmp_path: Path) -> Iterator[Serve]:
    """Return what serves a hub with what a TLS server needs, and says how a client meets it there."""
    with ExitStack() as stack:

        def serve_it(context: ssl.SSLContext | None) -> tuple[Hub, HubTarget]:
            hub = stack.enter_context(running(Hub(), context))
            make_identity(tmp_path / "home", f"{HOST}:{hub.port}")
            return hub, find_target(repository, Settings(hub=hub.url, owner="gabriel", slug="orchard"))

        yield serve_it


async def refused(target: HubTarget) -> str:
    """Try to speak to a hub, and return why that is refused."""
    async with HubClient(target, patience=QUICK) as client:
        with pytest.raises(HubRefusedError) as caught:
            await client.push(outgoing("a"))
    return str(caught.value)


async def test_a_hub_that_vouches_for_itself_gets_nothing_and_is_asked_once(serve: Serve, tmp_path: Path) -> None:
    hub, target = serve(self_signed(HOST, tmp_path / "hub.pem"))
    sentence = await refused(target)
    assert "cannot prove to be it" in sentence
    assert "certificate" in sentence
    assert (hub.connections, hub.requests) == (1, [])


async def test_an_authority_of_ones_own_is_believed_where_it_is_named(
    serve: Serve, authority: Authority, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hub, target = serve(authority.server(HOST, tmp_path / "hub.pem"))
    assert "SSL_CERT_FILE" in await refused(target)
    assert hub.requests == []
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.write(tmp_path / "authority.pem")))
    async with HubClient(target, patience=QUICK) as client:
        assert (await client.push(outgoing("a"))).inserted == 1
        assert [each["record_id"] for each in (await client.pull()).records] == ["a"]


async def test_but_not_for_another_host_and_nobody_else_with_it(
    serve: Serve, authority: Authority, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.write(tmp_path / "authority.pem")))
    for context in (
        authority.server("127.0.0.2", tmp_path / "other.pem"),
        Authority().server(HOST, tmp_path / "stranger.pem"),
        self_signed(HOST, tmp_path / "self.pem"),
    ):
        hub, target = serve(context)
        assert "cannot prove to be it" in await refused(target)
        assert (hub.connections, hub.requests) == (1, [])


@pytest.mark.parametrize("content", [None, b"no certificate"])
async def test_an_authority_that_cannot_be_read_is_told(
    serve: Serve, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: bytes | None
) -> None:
    file = tmp_path / "authority.pem"
    if content is not None:
        file.write_bytes(content)
    monkeypatch.setenv("SSL_CERT_FILE", str(file))
    _, target = serve(self_signed(HOST, tmp_path / "hub.pem"))
    with pytest.raises(HubRefusedError, match="have SSL_CERT_FILE name a PEM file"):
        HubClient(target)
    hub, plain = serve(None)
    async with HubClient(plain, patience=QUICK) as client:
        await client.pull()  # where nothing is to be proven, it has no part
    assert len(hub.requests) == 1
