"""What a record of ours may say: each check returns the value to write, or raises one sentence that says what to do."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from musetui.errors import RecordError
from musetui.records.kinds import is_record_id
from musetui.records.models import ADDRESSES_LIMIT, EARLIEST, LATEST
from musetui.records.text import safe_text

SHORTEST_TTL = timedelta(seconds=1)
LONGEST_TTL = timedelta(days=3_652)
"""Ten years: what is longer is a mistake in its unit."""

_NAME_LIMIT = 512
_ADDRESS_LIMIT = 4_096
_PROSE_LIMIT = 65_536
"""Characters, as the reader accepts them."""


def check_addresses(addresses: Sequence[str]) -> tuple[str, ...]:
    """Return *addresses* without doubles and without white space around them.

    Raises:
        RecordError: if there is none, too many, or one is empty, too long or not one line of text.
        TypeError: if it is one text instead of a sequence of them.
    """
    if isinstance(addresses, str):
        raise TypeError("addresses is a sequence of texts, not one text")
    checked = tuple(dict.fromkeys(_check_line(address, "address", _ADDRESS_LIMIT) for address in addresses))
    if not checked:
        raise RecordError("no address is named: name at least one, such as src/billing.py::Invoice.total")
    if len(checked) > ADDRESSES_LIMIT:
        raise RecordError(f"more than {ADDRESSES_LIMIT:,} addresses are named: name the folder that holds them")
    return checked


def check_name(text: str, what: str, *, empty: bool = False) -> str:
    """Return a run id, branch or queue of at most 512 characters; else as `check_addresses`."""
    return _check_line(text, what, _NAME_LIMIT, empty=empty)


def check_prose(text: str, what: str, *, empty: bool = False) -> str:
    """Return text of any lines and at most 65,536 characters; else as `check_addresses`."""
    if not empty and not text.strip():
        raise RecordError(f"the {what} is empty: say something")
    _check_text(text, what, _PROSE_LIMIT)
    return text


def check_id(text: str, what: str) -> str:
    """Return the id of a record.

    Raises:
        RecordError: if it is no id.
    """
    if not is_record_id(text):
        raise RecordError(f"{safe_text(text, 60)!r} is no {what}: it has 1 to 128 letters, digits and _ : - only")
    return text


def check_choice(operation: str, choices: Sequence[str]) -> str:
    """Return an operation that is one of *choices*.

    Raises:
        RecordError: if it is another.
    """
    if operation not in choices:
        raise RecordError(f"{safe_text(operation, 40)!r} is no operation here: use one of {', '.join(choices)}")
    return operation


def check_moment(moment: datetime) -> datetime:
    """Return *moment* in UTC.

    Raises:
        RecordError: if it lies outside 1970 to 9000.
        ValueError: if it is naive, which is a mistake of the caller's.
    """
    if moment.tzinfo is None:
        raise ValueError("a moment needs an offset")
    if not EARLIEST <= moment <= LATEST:
        raise RecordError("the moment lies outside the years 1970 to 9000: set this machine's clock")
    return moment.astimezone(UTC)


def check_ttl(ttl: timedelta) -> timedelta:
    """Return a lease's length, 1 s to 10 years.

    Raises:
        RecordError: if it is outside.
    """
    if not SHORTEST_TTL <= ttl <= LONGEST_TTL:
        raise RecordError("a lease lasts from 1 second to 10 years: say for how long, such as 90m or 2d")
    return ttl


def check_extension(extend_to: datetime, now: datetime) -> datetime:
    """Return, in UTC, the moment a lease is extended to.

    Raises:
        RecordError: if it is not between 1 s and 10 years after *now*.
    """
    extend_to = check_moment(extend_to)
    if not SHORTEST_TTL <= extend_to - now <= LONGEST_TTL:
        raise RecordError("a lease ends between 1 second and 10 years from now: say for how long, such as 90m or 2d")
    return extend_to


def _check_line(text: str, what: str, limit: int, *, empty: bool = False) -> str:
    text = text.strip()
    if not text and not empty:
        raise RecordError(f"the {what} is empty: name one")
    _check_text(text, what, limit)
    if any(char < " " or char == "\x7f" for char in text):
        raise RecordError(f"the {what} {safe_text(text, 60)!r} holds a control character: leave it out")
    return text


def _check_text(text: str, what: str, limit: int) -> None:
    if len(text) > limit:
        raise RecordError(f"the {what} has {len(text):,} characters: at most {limit:,} are allowed")
    try:
        text.encode()
    except UnicodeEncodeError:
        raise RecordError(f"the {what} {safe_text(text, 60)!r} is not valid text: leave out what is not") from None
