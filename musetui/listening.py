"""A socket that listens for TCP connections, for whoever serves."""

import socket

from musetui.errors import MuseTuiError
from musetui.records.text import safe_text


class ListenError(MuseTuiError):
    """Nothing can listen there; the text is the reason alone, safe to print."""


def listening_socket(host: str, port: int) -> socket.socket:
    """Return a socket bound to *host* and *port* (0 for any that is free).

    Raises:
        ListenError: if that is not possible.
    """
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP
        )[0]
        # With its protocol named: asyncio sends small answers at once (TCP_NODELAY) only where it knows it is TCP.
        bound = socket.socket(family, kind, protocol)
        try:
            bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            bound.bind(address)
        except BaseException:
            bound.close()
            raise
    except (OSError, OverflowError, UnicodeError) as error:
        raise ListenError(safe_text(getattr(error, "strerror", None) or error, 120).lower()) from None
    return bound
