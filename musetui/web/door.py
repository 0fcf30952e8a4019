"""The door: whether a request may come in. Nothing is served, not even an error's page, before it said yes.

Three things keep strangers out. The host that a request names must be one we are known by, so that no name of
somebody else's can be made to lead here (DNS rebinding). A page that opens the connection must be our own (`Origin`).
And whoever comes must have the token that was printed, or the cookie that came of it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from hmac import compare_digest
from ipaddress import ip_address
from secrets import token_urlsafe
from urllib.parse import urlsplit

TOKEN_BYTES = 32
"""Bytes of chance in a token: more than can be guessed."""

_EVERYWHERE = ("0.0.0.0", "::", "")
_LOOPBACK = ("127.0.0.1", "localhost", "[::1]")


class Verdict(Enum):
    """What becomes of a request."""

    WELCOME = "welcome"
    """It has the cookie, or none is needed."""
    GREET = "greet"
    """It has the token, and is given the cookie."""
    STRANGER = "stranger"
    """It has neither."""
    WRONG_HOST = "wrong host"
    """It names a host that we are not known by."""
    WRONG_PAGE = "wrong page"
    """It comes from another site's page."""


@dataclass(frozen=True, slots=True)
class Knock:
    """A request, as far as the door looks at it; "" for what it does not have. All of it is hostile.

    Attributes:
        host: the `Host` header.
        origin: the `Origin` header.
        token: the token of the address.
        cookie: our cookie.
        is_socket: whether it asks for the connection over which keys and paint go.
    """

    host: str
    origin: str = ""
    token: str = ""
    cookie: str = ""
    is_socket: bool = False


class Door:
    """Lets in who has the token.

    Attributes:
        token: what the printed address has; "" where none is needed.
        session: the value of the cookie, which is not the token.

    Args:
        hosts: what we are known by, each with its port where that is not the usual one.
        any_address: whether a host may also be any address in figures with this port, as for a server that listens to
            all; such a host is nobody's name, and so nobody else's.
        needs_token: False where anybody on this machine may come in.
    """

    def __init__(self, hosts: Iterable[str], *, any_address: int | None = None, needs_token: bool = True) -> None:
        self._hosts = frozenset(host.lower() for host in hosts)
        self._any_address = any_address
        self.token = token_urlsafe(TOKEN_BYTES) if needs_token else ""
        self.session = token_urlsafe(TOKEN_BYTES)

    def judge(self, knock: Knock) -> Verdict:
        """Return what becomes of a request."""
        host = knock.host.lower()
        if not self._is_ours(host):
            return Verdict.WRONG_HOST
        if (knock.is_socket or knock.origin) and not _is_same(knock.origin, host):
            return Verdict.WRONG_PAGE
        if not self.token or _equal(knock.cookie, self.session):
            return Verdict.WELCOME
        return Verdict.GREET if _equal(knock.token, self.token) and not knock.is_socket else Verdict.STRANGER

    def _is_ours(self, host: str) -> bool:
        if host in self._hosts:
            return True
        if self._any_address is None:
            return False
        name, port = _parted(host)
        return port == self._any_address and _is_address(name)


def hosts_of(host: str, port: int, public_url: str = "") -> list[str]:
    """Return what a server that listens at *host* and *port* is known by; and by *public_url*, if it has one."""
    names = [*(_LOOPBACK if is_loopback(host) or host in _EVERYWHERE else ()), f"[{host}]" if ":" in host else host]
    known = [_with_port(name, port) for name in dict.fromkeys(names)]
    return [*known, urlsplit(public_url).netloc] if public_url else known


def is_loopback(host: str) -> bool:
    """Return whether only this machine can reach a server that listens at *host*."""
    if host.lower() == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _with_port(name: str, port: int) -> str:
    return name if port == 80 else f"{name}:{port}"


def _parted(host: str) -> tuple[str, int]:
    name, mark, port = host.rpartition(":")
    if not mark or host.endswith("]"):
        return host, 80
    return name, int(port) if port.isascii() and port.isdigit() and len(port) <= 5 else -1


def _is_address(name: str) -> bool:
    try:
        ip_address(name[1:-1] if name.startswith("[") and name.endswith("]") else name)
    except ValueError:
        return False
    return "%" not in name  # behind which a zone is named, by any text


def _is_same(origin: str, host: str) -> bool:
    """Return whether a page of *origin* is one of ours, which was reached by the same *host*."""
    scheme, mark, place = origin.lower().partition("://")
    return bool(mark) and scheme in ("http", "https") and place == host


def _equal(given: str, secret: str) -> bool:
    """Compare in a time that tells nothing of where the two differ."""
    return compare_digest(given.encode(errors="surrogatepass"), secret.encode())
