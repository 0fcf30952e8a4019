"""Whose certificates are believed: those that the environment names, as other programs do, or the usual ones."""

import os
import ssl

import httpx

from musetui.errors import HubRefusedError
from musetui.hub.address import Address
from musetui.records.text import safe_text


def trusted_by(address: Address) -> ssl.SSLContext:
    """Return what the certificate of a hub at *address* is checked by.

    `SSL_CERT_FILE` (or `SSL_CERT_DIR`) names the authorities that are believed, in place of the public ones: a team's
    own, say.

    Raises:
        HubRefusedError: if what it names cannot be read.
    """
    if address.scheme == "http":
        return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)  # believes nobody: there is nobody to be believed
    try:
        return httpx.create_ssl_context()
    except OSError as error:  # an SSLError is one, too
        name = safe_text(os.environ.get("SSL_CERT_FILE", ""), 120)
        reason = safe_text(error.strerror or error, 120).lower()
        raise HubRefusedError(
            f"no certificates can be read from {name} ({reason}): have SSL_CERT_FILE name a PEM file, or unset it"
        ) from None
