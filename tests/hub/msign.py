"""The other side of MSign: what a hub does with a signature, written from the protocol and not from the client."""

import base64
import hashlib
import re
import time
from collections.abc import Mapping

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

HEADER = re.compile(r'MSign handle="([^"]+)" alg="ed25519" ts=([0-9]+) sig="([A-Za-z0-9_-]{86})"')
WINDOW = 30


def checked_handle(
    header: str,
    keys: Mapping[str, Ed25519PublicKey],
    method: str,
    host: str,
    path: str,
    body: bytes,
    now: float | None = None,
) -> str:
    """Return who signed.

    Raises:
        ValueError: if the header is none, is of another time, or names nobody.
        InvalidSignature: if the signature is not that handle's over this request.
    """
    found = HEADER.fullmatch(header)
    if found is None or found[1] not in keys:
        raise ValueError("no such signature")
    handle, ts, text = found.groups()
    if abs((time.time() if now is None else now) - int(ts)) > WINDOW:
        raise ValueError("of another time")
    digest = hashlib.sha256(body).hexdigest() if body else ""
    message = f"ed25519\n{method}\n{host}\n{path}\n{ts}\n{digest}"
    keys[handle].verify(base64.urlsafe_b64decode(text + "=="), message.encode())
    return handle
