"""People who sign, written after the protocol alone, and the records that they push."""

import base64
import hashlib
import json
import time
from typing import Any

import httpx
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from musetui.bus.settings import Owner


class Person:
    """Somebody with a key."""

    def __init__(self, handle: str) -> None:
        self.handle = handle
        self.key = Ed25519PrivateKey.generate()

    @property
    def owner(self) -> Owner:
        """What a hub knows of them."""
        return Owner(self.handle, self.key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw))

    @property
    def public_pem(self) -> bytes:
        """Their public key, as a keeper of a hub gets it."""
        return self.key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)

    def header(self, method: str, host: str, target: str, body: bytes = b"", *, age: float = 0.0) -> str:
        """Return the Authorization header of a request that was signed *age* seconds ago."""
        ts = int(time.time() - age)
        body_hash = hashlib.sha256(body).hexdigest() if body else ""
        text = f"ed25519\n{method}\n{host}\n{target}\n{ts}\n{body_hash}"
        return f'MSign handle="{self.handle}" alg="ed25519" ts={ts} sig="{self.signature(text)}"'

    def signature(self, text: str) -> str:
        """Return the signature over *text*."""
        return base64.urlsafe_b64encode(self.key.sign(text.encode())).rstrip(b"=").decode()


class Signed(httpx.Auth):
    """Has every request signed by a person."""

    requires_request_body = True

    def __init__(self, person: Person) -> None:
        self._person = person

    def auth_flow(self, request: httpx.Request) -> Any:
        header = self._person.header(
            request.method, request.headers["host"], request.url.raw_path.decode(), request.content
        )
        request.headers["authorization"] = header
        yield request


def path(repository: str = "alice/orchard") -> str:
    """Return where the records of a repository are."""
    return f"/api/v1/repos/{repository}/coordination/records"


def record(record_id: str, kind: str = "reservation", run_id: str = "agent-1", /, **payload: Any) -> dict[str, Any]:
    """Return a record as it is pushed."""
    return {"kind": kind, "record_id": record_id, "run_id": run_id, "payload": payload, "expires_at": None}


def beat(run_id: str, lease: str, at: str | None, until: str | None = None) -> dict[str, Any]:
    """Return a heartbeat as it is pushed."""
    payload = {"reservation_id": lease, "run_id": run_id, "last_beat_at": at, "extended_expires_at": until}
    return record(run_id, "heartbeat", run_id, **payload)


def push_body(*records: dict[str, Any]) -> bytes:
    """Return the body of a push."""
    return json.dumps({"records": records}).encode()
