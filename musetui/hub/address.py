"""A hub's address: https anywhere, plain http to this very machine alone, and nothing hidden in it.

One strict pattern decides, so that no two readers of addresses can differ about which host is meant.
"""

import re
from ipaddress import ip_address
from typing import NamedTuple

from musetui.errors import HubRefusedError
from musetui.records.text import safe_text

_ADDRESS = re.compile(
    r"(?P<scheme>https?)://"
    r"(?P<host>[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?|\[[0-9a-f:.]{2,45}\])"
    r"(?::(?P<port>[0-9]{1,5}))?"
    r"(?P<path>(?:/[A-Za-z0-9._~-]*)*)",
)
_ADDRESS_LIMIT = 2_048

_PORTS = {"http": 80, "https": 443}


class Address(NamedTuple):
    """A hub's address that may be spoken to.

    Attributes:
        scheme: `https`, or `http` to loopback.
        host: lower case; an IPv6 one in brackets.
        port: None for the scheme's own.
        path: what stands before every path at the hub, without a slash at its end.
    """

    scheme: str
    host: str
    port: int | None
    path: str

    @property
    def netloc(self) -> str:
        """The host, with the port where it is not the scheme's own; as in the Host header."""
        return self.host if self.port is None else f"{self.host}:{self.port}"

    @property
    def is_loopback(self) -> bool:
        """True if the host is this very machine."""
        return _is_loopback(self.host)

    def __str__(self) -> str:
        return f"{self.scheme}://{self.netloc}{self.path}"


def read_address(text: str) -> Address:
    """Return the address that *text* is.

    Raises:
        HubRefusedError: if it is none, or one that must not be spoken to.
    """
    shown = safe_text(_without_credentials(text), 120)
    if "@" in text:
        raise HubRefusedError(
            f"the hub's address {shown} holds a name or password: leave it out, the identity file says who you are"
        )
    if "?" in text or "#" in text:
        raise HubRefusedError(f"the hub's address {shown} has a query or fragment: leave out what follows ? or #")
    head, mark, rest = text.partition("://")
    netloc, slash, path = rest.partition("/")
    found = _ADDRESS.fullmatch(f"{head.lower()}{mark}{netloc.lower()}{slash}{path}")
    if found is None or len(text) > _ADDRESS_LIMIT:
        raise HubRefusedError(f"{shown!r} is no hub's address: write one such as https://musehub.ai")
    scheme, host, port = found["scheme"], found["host"], int(found["port"] or _PORTS[found["scheme"]])
    if not 0 < port < 65_536 or not _is_host(host) or any(step in (".", "..") for step in path.split("/")):
        raise HubRefusedError(f"{shown!r} is no hub's address: write one such as https://musehub.ai")
    if scheme == "http" and not _is_loopback(host):
        raise HubRefusedError(
            f"the hub's address {shown} is plain http, which anybody on the way can read and change: use https"
        )
    return Address(scheme, host, None if port == _PORTS[scheme] else port, found["path"].rstrip("/"))


def _without_credentials(text: str) -> str:
    """Return *text* fit to be shown: whatever stands before an `@` may be a password."""
    if "@" not in text:
        return text
    head, mark, _ = text.partition("://")
    return f"{head if mark else ''}{mark}…@{text.rpartition('@')[2]}"


def _is_host(host: str) -> bool:
    if host.startswith("["):
        try:
            return ip_address(host[1:-1]).version == 6
        except ValueError:
            return False
    if not host.replace(".", "").isdigit():
        return all(0 < len(label) <= 63 for label in host.split("."))
    try:  # digits alone are an address in full, or something that resolvers do not agree upon
        return ip_address(host).version == 4
    except ValueError:
        return False


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        address = ip_address(host.strip("[]"))
    except ValueError:
        return False
    return address.is_loopback and (address.version == 4 or int(address) == 1)
