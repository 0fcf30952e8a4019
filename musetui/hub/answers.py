"""From a hub's answer that is not a 200 to the error that tells what to do about it."""

import os
import ssl
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

from pydantic_core import from_json

from musetui.errors import HubError, HubRefusedError, HubRejectedError, HubUnknownError, HubUnreachableError
from musetui.hub.patience import retry_after
from musetui.hub.target import HubTarget
from musetui.records.text import safe_text

PASSING = (408, 429, 500, 502, 503, 504)
"""Answers that may be another one a moment later."""

_SAID_LIMIT = 300
"""Characters that are shown of what a hub says."""


_SAYS = " and says: "

_APART = 25.0
"""Seconds between two clocks with which a signature may be refused: at 30 it is."""


class PassingError(HubUnreachableError):
    """A trouble that another try may not meet.

    Attributes:
        retry_after: the seconds the hub asks to be waited; None where it asks nothing.
    """

    def __init__(self, sentence: str, status: int = 0, retry_after: float | None = None) -> None:
        super().__init__(sentence, status)
        self.retry_after = retry_after


def error_of(
    status: int, headers: Mapping[str, str], body: bytes, target: HubTarget, secrets: tuple[str, ...] = ()
) -> HubError:
    """Return the error that an answer is.

    Args:
        status: its HTTP status.
        headers: its headers.
        body: its body, or the beginning of it.
        target: what was asked.
        secrets: what must not be shown, should the hub repeat it.
    """
    said = _said(body, secrets)
    hub = f"the hub at {safe_text(target.address.netloc, 120)}"
    if status in PASSING:
        now = datetime.now(UTC)
        what = "asks for fewer requests" if status == 429 else f"is in trouble ({status})"
        asked = retry_after(headers.get("retry-after"), now)
        return PassingError(f"{hub} {what}{_advised(said, 'try again later')}", status, asked)
    if 300 <= status < 400:
        place = _without(safe_text(_origin(headers.get("location", "")), 120), secrets)
        return HubRefusedError(
            f"{hub} sends us elsewhere ({place}), where no signature goes: if that is right, name that as its address"
        )
    if status == 401:
        return HubRefusedError(f"{hub} {_unsigned(headers, target, said)}")
    if status == 403:
        said = _advised(said, "ask its owner for the right to")
        return HubRefusedError(f"{hub} does not let {_who(target)} do this in {_name(target)}{said}")
    if status == 404 and _field(body, "status") == "no_address":
        return HubRefusedError(f"{hub} has nothing at this path: leave out what follows its name, or mend records_path")
    if status == 404:
        # What a hub says here is the same once more, and its advice, too.
        makes = ""
        if target.handle and target.owner != target.handle:
            makes = f"; only {safe_text(target.owner, 60)} makes one by that name"
        return HubUnknownError(
            f"{hub} shows no repository {_name(target)} to {_who(target)}: check owner and slug, and who you are there"
            f"{makes}{'' if said else ', and that it is a hub'}"
        )
    said = _advised(said, _advice(status))
    return HubRejectedError(f"{hub} does not take the request ({status}){said}", status)


def _advised(said: str, advice: str) -> str:
    """Return what the hub says, and *advice* where it gives none of its own: what follows a colon tells what to do."""
    return said if ": " in said.removeprefix(_SAYS) else f"{said}: {advice}"


def _advice(status: int) -> str:
    if status == 413:
        return "send smaller records, or ask its owner for larger ones"
    return "check its address, and that both are up to date"


def _unsigned(headers: Mapping[str, str], target: HubTarget, said: str) -> str:
    if target.identity is None:
        return f"wants to know who asks{_advised(said, 'make an identity for it in ~/.muse/identity.toml')}"
    said = _advised(said, "check key and handle, and this clock")
    return f"does not accept the signature of {_who(target)}{said}{_clock(headers.get('date'))}"


def _clock(date: str | None) -> str:
    """Say how far this clock is from the hub's, where that alone would have a signature refused: no hub tells that."""
    ahead = clock_ahead(date, time.time())
    if ahead is None or abs(ahead) < _APART:
        return ""
    return f" (this clock is {abs(ahead):.0f} s {'ahead of' if ahead > 0 else 'behind'} the hub's)"


def clock_ahead(date: str | None, now: float) -> float | None:
    """Return by how many seconds *now* (since 1970) is ahead of an answer's header *date*; None if it tells nothing."""
    try:
        said = parsedate_to_datetime(date or "")
        return now - (said if said.tzinfo else said.replace(tzinfo=UTC)).timestamp()
    except (TypeError, ValueError, OverflowError):
        return None


def reason_of(error: BaseException) -> str:
    """Return why there is no connection, in the system's words where it has any; safe text."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, OSError) and cause.errno and not isinstance(cause, ssl.SSLError):
            # Of a name that is not found the number is none of the system's, and below 0.
            return safe_text(os.strerror(cause.errno) if cause.errno > 0 else cause.strerror, 160).lower()
        cause = cause.__cause__ or cause.__context__
    return safe_text(error, 160)


def _who(target: HubTarget) -> str:
    return safe_text(target.handle, 60) if target.handle else "anybody without an identity"


def _name(target: HubTarget) -> str:
    return safe_text(target.name, 120)


def _said(body: bytes, secrets: tuple[str, ...]) -> str:
    sentence = _field(body, "error")
    return f"{_SAYS}{safe_text(_without(sentence, secrets), _SAID_LIMIT)}" if sentence else ""


def _field(body: bytes, name: str) -> str:
    """Return the text in one field of an answer, or "" where there is none."""
    try:
        whole = from_json(body)
    except (ValueError, RecursionError):
        return ""
    text = whole.get(name) if isinstance(whole, dict) else None
    return text if isinstance(text, str) else ""


def _origin(location: str) -> str:
    """Return the scheme and host of where an answer leads, for that is what can be named as a hub's address."""
    try:
        parts = urlsplit(location)
    except ValueError:
        return "nowhere"
    return f"{parts.scheme}://{parts.netloc}" if parts.scheme and parts.netloc else location or "nowhere"


def _without(text: str, secrets: tuple[str, ...]) -> str:
    for secret in secrets:
        text = text.replace(secret, "(hidden)")
    return text
