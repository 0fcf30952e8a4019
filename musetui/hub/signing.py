"""MSign: a signature over one request, which only the holder of a private key can make.

Everything is an argument, the time too, so the same request at the same second has the same signature.
"""

import base64
import hashlib
from typing import NoReturn

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

ALGORITHM = "ed25519"


class SigningKey:
    """A private key that shows itself to nobody: neither printed, nor compared, nor copied by pickling."""

    __slots__ = ("_key",)

    def __init__(self, key: Ed25519PrivateKey) -> None:
        self._key = key

    def sign(self, message: bytes) -> bytes:
        """Return the 64 bytes of the signature over *message*."""
        return self._key.sign(message)

    def __repr__(self) -> str:
        return "SigningKey(hidden)"

    def __reduce__(self) -> NoReturn:
        raise TypeError("a private key is not copied")


def signed_message(method: str, host: str, path: str, ts: int, body: bytes) -> bytes:
    """Return the bytes that are signed.

    Args:
        method: in capitals.
        host: the Host header's value, lower case, with a port where it is not the scheme's own.
        path: the path as sent, with `?` and the query where there is one.
        ts: seconds since 1970.
        body: the body as sent; empty where there is none.
    """
    digest = hashlib.sha256(body).hexdigest() if body else ""
    return "\n".join((ALGORITHM, method, host, path, str(ts), digest)).encode()


def authorization(handle: str, key: SigningKey, method: str, host: str, path: str, ts: int, body: bytes) -> str:
    """Return the `Authorization` header of one request of *handle*; the rest as `signed_message`."""
    signature = base64.urlsafe_b64encode(key.sign(signed_message(method, host, path, ts, body))).rstrip(b"=").decode()
    return f'MSign handle="{handle}" alg="{ALGORITHM}" ts={ts} sig="{signature}"'
