"""Signatures: what the other side verifies is what is sent, and nothing of a key or signature is ever shown."""

import logging
import pickle
from pathlib import Path
from typing import Any

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from hypothesis import given
from hypothesis import strategies as st

from musetui.errors import HubError
from musetui.hub.client import HubClient
from musetui.hub.signing import SigningKey, authorization, signed_message
from musetui.hub.target import HubTarget, quoted
from tests.hub.conftest import QUICK
from tests.hub.hub import Answering, Hub
from tests.hub.msign import checked_handle
from tests.properties import patient

KEY = Ed25519PrivateKey.from_private_bytes(b"k" * 32)
KEYS = {"gabriel": KEY.public_key()}
PATHS = st.text(st.characters(codec="utf-8")).map(lambda name: f"/api/{quoted(name)}?since_id=1")


def signed(method: str, host: str, path: str, ts: int, body: bytes) -> str:
    return authorization("gabriel", SigningKey(KEY), method, host, path, ts, body)


@given(st.sampled_from(["GET", "POST"]), PATHS, st.integers(0, 2**33), st.binary(max_size=64))
@patient(100)
def test_every_signature_verifies_and_only_over_what_was_signed(method: str, path: str, ts: int, body: bytes) -> None:
    header = signed(method, "musehub.ai:8443", path, ts, body)
    assert checked_handle(header, KEYS, method, "musehub.ai:8443", path, body, now=ts) == "gabriel"
    for other in (
        ("PUT", "musehub.ai:8443", path, body),
        (method, "musehub.ai", path, body),
        (method, "musehub.ai:8443", f"{path}0", body),
        (method, "musehub.ai:8443", path, body + b"x"),
    ):
        with pytest.raises(InvalidSignature):
            checked_handle(header, KEYS, *other, now=ts)


def test_the_message_is_the_protocols() -> None:
    assert signed_message("GET", "h:1", "/p?q=1", 12, b"") == b"ed25519\nGET\nh:1\n/p?q=1\n12\n"
    hashed = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"
    assert signed_message("POST", "h", "/p", 12, b"hello") == f"ed25519\nPOST\nh\n/p\n12\n{hashed}".encode()


def test_a_key_shows_itself_to_nobody(target: HubTarget) -> None:
    assert target.identity is not None
    for shown in (repr(target), str(target.identity), f"{target.identity.key!r}", repr(HubClient(target).__dict__)):
        assert "PRIVATE" not in shown
        assert "Ed25519" not in shown
    with pytest.raises(TypeError, match="not copied"):
        pickle.dumps(target.identity.key)


@pytest.mark.parametrize("status", [400, 401, 403, 404, 413, 422, 429, 500, 302])
async def test_no_signature_and_no_key_in_any_error_or_log(
    hub: Hub, target: HubTarget, tmp_path: Path, status: int, caplog: pytest.LogCaptureFixture
) -> None:
    """Not even where the hub says the request's own header back."""

    def echo(answering: Answering) -> bool:
        header = answering.headers["Authorization"]
        answering.say(status, {"error": f"what is {header}"}, {"Location": f"/x?{header}"})
        return True

    hub.trouble = echo
    caplog.set_level(logging.DEBUG)
    async with HubClient(target, patience=QUICK) as client:
        with pytest.raises(HubError) as caught:
            await client.pull()
        shown = f"{caught.value!r} {caught.value} {client!r} {client.target!r} {caplog.text}"
    pem = next((tmp_path / "home" / ".muse").glob("*.pem")).read_text().splitlines()[1]
    signatures = [headers["Authorization"].partition('sig="')[2][:-1] for _, _, headers in hub.requests]
    assert signatures
    assert all(len(signature) == 86 and signature not in shown for signature in signatures)
    assert pem not in shown


async def test_every_try_is_signed_anew_over_what_is_sent(
    hub: Hub, target: HubTarget, identity: Any, tmp_path: Path
) -> None:
    moments = iter((1_800_000_000, 1_800_000_001, 1_800_000_002))

    def fail_twice(answering: Answering) -> bool:
        if len(hub.requests) < 3:
            answering.say(503, b"")
            return True
        answering.say(200, {"records": [], "cursor": 0})
        return True

    hub.trouble = fail_twice
    odd = target._replace(records_path=f"/api/v1/repos/{quoted('g b/é%')}/x/coordination/records")
    async with HubClient(odd, patience=QUICK, now=lambda: next(moments)) as client:
        await client.pull(7, limit=3)
    keys = {"gabriel": identity.public_key()}
    for second, (method, path, headers) in enumerate(hub.requests):
        now = 1_800_000_000 + second
        assert checked_handle(headers["Authorization"], keys, method, headers["Host"], path, b"", now=now) == "gabriel"
        assert f"ts={now} " in headers["Authorization"]
    assert len(hub.requests) == 3


def test_the_private_bytes_are_in_no_slot_that_prints() -> None:
    raw = KEY.private_bytes(Encoding.Raw, PrivateFormat.Raw, NoEncryption()).hex()
    assert raw not in repr(SigningKey(KEY))
    assert not hasattr(SigningKey(KEY), "__dict__")
