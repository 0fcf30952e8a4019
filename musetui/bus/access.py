"""Who asks, and what they may: every request passes here before anything is done for it."""

import time
from dataclasses import dataclass
from ipaddress import IPv4Address, ip_address

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from starlette.requests import Request

from musetui.bus import refusals
from musetui.bus.body import Body
from musetui.bus.hub import Hub
from musetui.bus.msign import Claim, read_claim
from musetui.bus.rates import Rates
from musetui.bus.refusals import RefusedRequestError
from musetui.bus.repositories import Repository, Standing
from musetui.bus.settings import is_name


@dataclass(frozen=True, slots=True)
class Caller:
    """One who asks.

    Attributes:
        handle: who it is, proven; "" for anybody.
        standing: how they stand to the repository they ask about.
        body: what they sent.
    """

    handle: str
    standing: Standing
    body: bytes

    def readable(self) -> Repository:
        """Return the repository they may read.

        Raises:
            RefusedRequestError: 404.
        """
        if self.standing.repository is None or not self.standing.may_read:
            raise refusals.missing()
        return self.standing.repository

    def writable(self) -> Repository | None:
        """Return the repository they may write to; None for one of their own that is still to be made.

        Raises:
            RefusedRequestError: 403 or 404.
        """
        if not self.standing.may_write:
            raise refusals.forbidden() if self.standing.may_read else refusals.missing()
        return self.standing.repository


async def identify(hub: Hub, request: Request, body: Body) -> Caller:
    """Return who asks.

    Who signs rightly is counted by handle, all others by address: so nobody can use up what another may ask. Where
    anybody may read, who signs wrongly may, too: as anybody.

    Raises:
        RefusedRequestError: 401, 404 or 429; what is wrong with the body.
    """
    owner, slug = request.path_params["owner"], request.path_params["slug"]
    if not (is_name(owner) and is_name(slug)):
        raise refusals.missing()
    header = request.headers.get("authorization")
    if header is None:
        _count(hub.by_address, _address(request))
        if request.method == "POST":
            raise refusals.unsigned("to push is for those who sign (MSign): make an identity in ~/.muse/identity.toml")
        return Caller("", await hub.standing("", owner, slug), b"")
    try:
        claim = read_claim(header, time.time())
        standing = await hub.standing(claim.handle, owner, slug)
        data = await _proven_body(hub, request, body, claim, standing.key)
    except RefusedRequestError as refusal:
        if refusal.code == 401:
            _count(hub.by_address, _address(request))
            if request.method != "POST" and (anybodys := await hub.standing("", owner, slug)).may_read:
                return Caller("", anybodys, b"")
        raise
    request.state.handle = claim.handle
    _count(hub.by_handle, claim.handle)
    return Caller(claim.handle, standing, data)


async def _proven_body(hub: Hub, request: Request, body: Body, claim: Claim, key: bytes | None) -> bytes:
    """Return the body, if it and all else are signed by *key*."""
    host = request.headers.get("host", "").lower()
    if hub.settings.names and host not in hub.settings.names:
        raise refusals.unsigned("the signature is for another host: use the hub's own name")
    data, body_hash = await body.read()
    query = request.scope["query_string"].decode("latin-1")
    target = request.scope["raw_path"].decode("latin-1") + (f"?{query}" if query else "")
    # Who is not known is looked at as long, and told the same: nobody learns by asking whom a hub knows.
    if not claim.is_proven(key or _NOBODYS_KEY, method=request.method, host=host, target=target, body_hash=body_hash):
        raise refusals.unsigned(
            "the signature does not fit this request, or its signer is not known here: check your key and the hub's "
            "address, or have the hub's keeper add your public key"
        )
    return data


_NOBODYS_KEY = Ed25519PrivateKey.generate().public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
"""A key whose private half is forgotten: it signs nothing."""

_CHOSEN_BITS = 64
"""Bits of an IPv6 address that whoever has it may choose at will."""


def _address(request: Request) -> str:
    """Return by what a caller without a signature is counted: the address, or of IPv6 the network."""
    text = request.client.host if request.client else ""
    try:
        address = ip_address(text)
    except ValueError:
        return text[:64]  # a proxy may call it what it likes
    if isinstance(address, IPv4Address):
        return text
    if address.ipv4_mapped is not None:
        return str(address.ipv4_mapped)
    return str(int(address) >> _CHOSEN_BITS)


def _count(rates: Rates, whose: str) -> None:
    if seconds := rates.take(whose):
        raise refusals.too_many(seconds)
