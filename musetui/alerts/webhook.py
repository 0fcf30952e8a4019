"""Webhooks: a notice posted as JSON. The address is a secret, as whoever knows it can post too, and is never told."""

import asyncio
import logging
import os
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import httpx

from musetui import __version__
from musetui.alerts.settings import check_webhook
from musetui.errors import MuseTuiError
from musetui.hub.address import read_address
from musetui.hub.certificates import trusted_by
from musetui.records.text import safe_text

# Both write down whole addresses, where somebody asks for that much.
for _name in ("httpx", "httpcore"):
    logging.getLogger(_name).setLevel(logging.WARNING)

SECONDS = 10.0
"""Seconds for all of it."""


class WebhookError(MuseTuiError):
    """A notice did not arrive; the sentence says why, with nothing of the address but its host."""


def webhook_address(said: str, environment: Mapping[str, str] = os.environ) -> str:
    """Return the address that a rule says: itself, or what the variable holds that it names with a `$`.

    Raises:
        WebhookError: if the variable holds none.
    """
    if not said.startswith("$"):
        return said
    url = environment.get(said[1:], "")
    if not url:
        raise WebhookError(f"{said}, which is to hold the webhook's address, is not set")
    try:
        check_webhook(url)
    except ValueError as error:
        raise WebhookError(f"{said} holds no webhook's address: {error}") from None
    return url


async def post(url: str, fields: Mapping[str, Any]) -> None:
    """Post *fields* to *url*, once. `content` and `text` are what chats show.

    Raises:
        WebhookError: if it does not arrive.
    """
    parts = urlsplit(url)
    try:
        address = read_address(f"{parts.scheme}://{parts.netloc}")
        client = httpx.AsyncClient(
            verify=trusted_by(address),
            follow_redirects=False,
            trust_env=not address.is_loopback,
            timeout=SECONDS,
            headers={"User-Agent": f"musetui/{__version__}", "Accept-Encoding": "identity"},
        )
    except MuseTuiError as error:
        raise WebhookError(f"the webhook cannot be posted to: {error}") from None
    host = safe_text(address.netloc, 80)
    try:
        said = {**fields, "content": fields["text"]}
        async with asyncio.timeout(SECONDS), client, client.stream("POST", url, json=said) as response:
            status = response.status_code
    except (httpx.TimeoutException, TimeoutError):
        raise WebhookError(f"the webhook at {host} gives no answer in time") from None
    except (httpx.HTTPError, httpx.InvalidURL, UnicodeError) as error:
        # Its words may have the address in them; its kind says enough.
        raise WebhookError(f"the webhook at {host} cannot be reached ({type(error).__name__})") from None
    if not 200 <= status < 300:
        what = "wants to be looked for elsewhere, which is not done" if 300 <= status < 400 else "did not take it"
        raise WebhookError(f"the webhook at {host} {what} ({status})")
