"""Which addresses may be spoken to."""

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from musetui.errors import HubRefusedError
from musetui.hub.address import read_address
from tests.properties import patient


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("https://musehub.ai", "https://musehub.ai"),
        ("HTTPS://MuseHub.ai:443/", "https://musehub.ai"),
        ("https://musehub.ai:8443/muse/", "https://musehub.ai:8443/muse"),
        ("http://127.0.0.1:8765", "http://127.0.0.1:8765"),
        ("http://127.9.8.7:80", "http://127.9.8.7"),
        ("http://localhost:1", "http://localhost:1"),
        ("http://[::1]:8765", "http://[::1]:8765"),
        ("https://[2001:db8::1]", "https://[2001:db8::1]"),
        ("https://10.0.0.1", "https://10.0.0.1"),
    ],
)
def test_addresses_that_are_fine(text: str, read: str) -> None:
    assert str(read_address(text)) == read


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("http://musehub.ai", "plain http"),
        ("http://127.0.0.1.evil.example", "plain http"),
        ("http://localhost.evil.example", "plain http"),
        ("http://0.0.0.0", "plain http"),
        ("http://[::ffff:127.0.0.1]", "plain http"),
        ("http://2130706433", "is no hub's address"),
        ("http://127.1", "is no hub's address"),
        ("http://0177.0.0.1", "is no hub's address"),
        ("http://localhost@evil.example", "name or password"),
        ("https://me:secret@musehub.ai", "name or password"),
        ("https://musehub.ai?x=1", "query or fragment"),
        ("https://musehub.ai#x", "query or fragment"),
        ("ftp://musehub.ai", "is no hub's address"),
        ("musehub.ai", "is no hub's address"),
        ("", "is no hub's address"),
        ("https://", "is no hub's address"),
        ("https://musehub.ai:0", "is no hub's address"),
        ("https://musehub.ai:65536", "is no hub's address"),
        ("https://musehub.ai:", "is no hub's address"),
        ("https://muse hub.ai", "is no hub's address"),
        ("https://musehub.ai\\@evil.example", "name or password"),
        ("https://musehub.ai/../x", "is no hub's address"),
        ("https://mus\u00e9hub.ai", "is no hub's address"),
        ("https://-.ai", "is no hub's address"),
        ("https://a..b", "is no hub's address"),
        ("https://[::1", "is no hub's address"),
        ("https://musehub.ai\n", "is no hub's address"),
        ("https://" + "a" * 3_000, "is no hub's address"),
        ("https://" + "a" * 64 + ".ai", "is no hub's address"),
    ],
)
def test_addresses_that_are_refused(text: str, reason: str) -> None:
    with pytest.raises(HubRefusedError, match=reason) as caught:
        read_address(text)
    assert "secret" not in str(caught.value)
    assert str(caught.value).isprintable()


@given(st.text() | st.from_regex(r"https?://[a-z0-9.:\[\]@/\\%-]{1,30}"))
@patient(400)
def test_what_passes_is_the_same_host_to_httpx(text: str) -> None:
    """No text may mean one host to the rules and another to what opens the connection."""
    try:
        address = read_address(text)
    except HubRefusedError:
        return
    try:
        url = httpx.URL(str(address))
    except httpx.InvalidURL:
        return  # the client copes
    assert url.netloc.decode() == address.netloc
    assert (url.scheme, url.userinfo, url.query, url.fragment) == (address.scheme, b"", b"", "")
    assert address.scheme == "https" or address.is_loopback
    assert read_address(str(address)) == address
