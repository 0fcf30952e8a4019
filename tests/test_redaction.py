"""Redaction: no secret comes through, however it is written; what people look for does."""

import base64
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from hypothesis import given
from hypothesis import strategies as st

from musetui.redaction import redacted

SECRETS = st.binary(min_size=32, max_size=64).map(lambda data: base64.urlsafe_b64encode(data).decode())
HOLDERS = (
    'Authorization: MSign handle="gabriel" ts=1 sig="{}"',
    "authorization={}",
    "{{'authorization': 'Bearer {}'}}",
    'sig="{}"',
    "token={} and more",
    'api_key = "{}"',
    "password: {}",
    "Cookie: session={}",
    "https://hooks.example.com/services/{}",
    "https://me:{}@hub.example.com/x",
    "postgresql://me:{}@db/muse",
    "http://127.0.0.1:8000/?token={}",
    "-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----",
    "-----BEGIN PRIVATE KEY-----\n{}",
    "KeyError: '{}'",
)


@given(SECRETS, st.sampled_from(HOLDERS), st.text(max_size=20), st.text(max_size=20))
def test_no_secret_comes_through(secret: str, holder: str, before: str, after: str) -> None:
    if len(set(secret.rstrip("="))) < 16:  # no key that anybody has looks like that
        return
    text = f"{before}\n{holder.format(secret)}\n{after}"
    assert secret not in redacted(text)
    assert secret.rstrip("=") not in redacted(text)


def test_no_key_comes_through_nor_a_line_of_it() -> None:
    for _ in range(50):
        key = Ed25519PrivateKey.generate()
        pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
        line = pem.splitlines()[1]
        assert line not in redacted(f"ValueError: {pem!r}")
        assert line not in redacted(f"ValueError: {pem}")
        assert line not in redacted(f"ValueError: {line}")


@pytest.mark.parametrize(
    "text",
    [
        "src/billing/invoices_and_receipts/models.py::InvoiceLineItemWithDiscounts.total_without_tax_2",
        "wrote reservations/145db064-1fae-4515-912b-c0546e94f6fd.json",
        "commit 2f4b5c6d7e8f90a1b2c3d4e5f60718293a4b5c6d7e8f90a1b2c3d4e5f6071829",
        "asks GET /api/v1/repos/gabriel/orchard/coordination/records",
        "the hub at 127.0.0.1:8765 gives no answer in time: try again later",
        '  File "musetui/tui/screens/dashboard.py", line 12, in on_mount',
        "ThisIsARatherLongNameOfAClassWithoutAnyDigitInIt",
        "a batch of 200 taken in, 1.5 ms",
    ],
)
def test_what_people_look_for_stays(text: str) -> None:
    assert redacted(text) == text


def test_of_an_address_the_host_stays() -> None:
    assert redacted("https://me:pw@hub.example.com:8443/a/b?c=d.") == "https://hub.example.com:8443/…"
    assert redacted("at https://musehub.ai: no") == "at https://musehub.ai: no"


def test_the_home_folder_has_no_name(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOME", "/home/gabriel")
    assert redacted("/home/gabriel/.muse/key.pem, /home/gabriels") == "~/.muse/key.pem, /home/gabriels"


@given(st.text(max_size=400))
def test_any_text_can_be_looked_at(text: str) -> None:
    assert isinstance(redacted(text), str)
