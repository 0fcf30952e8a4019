"""MSign: who asks, proven by an Ed25519 signature over the whole request.

    Authorization: MSign handle="<handle>" alg="ed25519" ts=<unix seconds> sig="<base64url without padding>"

Signed are six lines: `ed25519`, the method, the host, the path with its query, the time, and the hash of the body
(empty where there is none). The older form, without `alg` and without the host, is not taken: it could be moved to
another hub. Within the replay window a repeated request passes again, which is harmless: a push is idempotent.
"""

import base64
import re
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_public_key

from musetui.bus.refusals import unsigned
from musetui.bus.settings import is_name
from musetui.errors import BusError

REPLAY_WINDOW = 30
"""Seconds that a signature's time may lie off this clock, either way."""

_HEADER_LIMIT = 1_024
_SCHEME = re.compile(r"MSign +(?P<rest>.+)", re.IGNORECASE)
_PART = re.compile(r' *(?P<name>[a-z]{1,16})=(?:"(?P<quoted>[^"\\]*)"|(?P<plain>[A-Za-z0-9_.\-]+))(?: *,)?(?: +|$)')
_TIME = re.compile(r"[0-9]{1,12}\Z")
_SIGNATURE = re.compile(r"[A-Za-z0-9_\-]{86}\Z")


@dataclass(frozen=True, slots=True)
class Claim:
    """Who says to be asking, not proven yet.

    Attributes:
        handle: a name that could be registered.
        ts: when it was signed, in unix seconds, as written.
        signature: 64 bytes.
    """

    handle: str
    ts: str
    signature: bytes

    def is_proven(self, key: bytes, *, method: str, host: str, target: str, body_hash: str) -> bool:
        """Return True if *key* (32 bytes) made this signature over just this request."""
        text = signed_text(method=method, host=host, target=target, ts=self.ts, body_hash=body_hash)
        try:
            Ed25519PublicKey.from_public_bytes(key).verify(self.signature, text)
        except InvalidSignature:
            return False
        return True


def signed_text(*, method: str, host: str, target: str, ts: str, body_hash: str) -> bytes:
    """Return what a signature covers.

    Args:
        method: in upper case.
        host: the value of the Host header, in lower case.
        target: the path with its query, as sent.
        ts: unix seconds.
        body_hash: the lower-case hex SHA-256 of the body, or "" where there is none.
    """
    return "\n".join(("ed25519", method, host, target, ts, body_hash)).encode("latin-1", "replace")


def read_claim(header: str, now: float) -> Claim:
    """Read an Authorization header.

    Args:
        header: its value.
        now: unix seconds.

    Raises:
        RefusedRequestError: 401, if it is no MSign of the newer form, or is not of this time.
    """
    parts = _parts(header)
    if "alg" not in parts and {"handle", "ts", "sig"} <= parts.keys():
        raise unsigned('this hub takes signatures with alg="ed25519" alone: use a newer client')
    if parts.keys() != {"handle", "alg", "ts", "sig"}:
        raise unsigned("the Authorization header is no MSign signature: sign with handle, alg, ts and sig")
    if parts["alg"].lower() != "ed25519":
        raise unsigned("the signature's algorithm is not known here: sign with ed25519")
    if not is_name(parts["handle"]) or not _TIME.match(parts["ts"]) or not _SIGNATURE.match(parts["sig"]):
        raise unsigned("the MSign signature is malformed: check handle, ts and sig")
    if abs(now - int(parts["ts"])) > REPLAY_WINDOW:
        raise unsigned(f"the signature is not of this time (more than {REPLAY_WINDOW} s off): set your clock")
    return Claim(parts["handle"], parts["ts"], base64.urlsafe_b64decode(parts["sig"] + "=="))


def _parts(header: str) -> dict[str, str]:
    """Return the parameters of an MSign header; none, if it is no such header or names one twice."""
    scheme = _SCHEME.fullmatch(header[: _HEADER_LIMIT + 1].strip())
    if scheme is None or len(header) > _HEADER_LIMIT:
        return {}
    rest, place = scheme["rest"], 0
    parts: dict[str, str] = {}
    while place < len(rest):
        part = _PART.match(rest, place)
        if part is None or part["name"] in parts:
            return {}
        parts[part["name"]] = part["plain"] if part["quoted"] is None else part["quoted"]
        place = part.end()
    return parts


def read_public_key(pem: bytes) -> bytes:
    """Return the 32 bytes of an Ed25519 public key.

    Raises:
        BusError: if *pem* holds something else.
    """
    try:
        key = load_pem_public_key(pem)
    except (ValueError, UnsupportedAlgorithm):
        key = None
    if not isinstance(key, Ed25519PublicKey):
        hint = "it holds a private key, which stays with its owner" if b"PRIVATE" in pem else "it holds none"
        raise BusError(f"an Ed25519 public key as PEM (BEGIN PUBLIC KEY) is needed: {hint}")
    return key.public_bytes(Encoding.Raw, PublicFormat.Raw)
