"""What a hub can be told: where it listens, where it keeps records, and how much it takes from anybody."""

import re
from dataclasses import dataclass, field

KIBI = 1_024
MEBI = KIBI * KIBI

NAME_PATTERN = r"^[A-Za-z0-9_][A-Za-z0-9_.\-]{0,255}$"
"""What a handle, an owner and a slug may be: safe in a path, in a header, in a log and on a screen."""

_NAME = re.compile(NAME_PATTERN[:-1] + r"\Z")


def is_name(text: str) -> bool:
    """Return True if *text* can be a handle, an owner or a slug."""
    return _NAME.match(text) is not None


@dataclass(frozen=True, slots=True)
class Limits:
    """How much is taken, and given, at a time.

    Attributes:
        connections: the most connections that one process serves at a time.
        head_seconds: the longest time in which a request's head must have come.
        body_bytes: the most bytes of a request's body.
        body_seconds: the longest time in which a body must have come.
        unread_bytes: bytes of bodies that are on their way in, of all clients together.
        batch: the most records in a push.
        payload_bytes: the most bytes of a record's payload, as compact JSON.
        page: the most records in an answer.
        page_bytes: payload bytes after which an answer takes no further record; fewer, the more is still to be taken.
        stall_seconds: the longest time in which some of an answer must have been taken.
        answer_seconds: the longest time in which all of it must have been taken.
        unsent_bytes: bytes of answers still to be taken, of all clients together, beyond which no page is given.
        rate: requests a second that one handle may make in the long run; 0 for any number.
        anonymous_rate: the same for one address, of requests that are not rightly signed.
        burst_seconds: how many seconds' worth of requests may come at once.
    """

    connections: int = 10_000
    head_seconds: float = 15.0
    body_bytes: int = 8 * MEBI
    body_seconds: float = 20.0
    unread_bytes: int = 256 * MEBI
    batch: int = 500
    payload_bytes: int = MEBI
    page: int = 1_000
    page_bytes: int = 8 * MEBI
    stall_seconds: float = 15.0
    answer_seconds: float = 120.0
    unsent_bytes: int = 256 * MEBI
    rate: float = 100.0
    anonymous_rate: float = 20.0
    burst_seconds: float = 10.0


LONGEST_WAIT = 30.0
"""Seconds that a reader may ask to wait: shorter than what proxies allow a silent connection (often 60)."""

USUAL_PAGE = 500
"""Records in an answer where the reader says nothing."""


@dataclass(frozen=True, slots=True)
class Owner:
    """Somebody who signs.

    Attributes:
        handle: the name in the signature, and of the repositories that are theirs.
        public_key: the 32 bytes of an Ed25519 public key.
        type: human or agent; for display.
    """

    handle: str
    public_key: bytes
    type: str = "human"


@dataclass(frozen=True, slots=True)
class HubSettings:
    """A hub.

    Attributes:
        database: a URL, `sqlite:////path/of/a/file` or `postgresql://user@host/name`.
        host: the address to listen on.
        port: the port to listen on; 0 for any that is free.
        public: whether a repository is public when its first push makes it.
        names: the hosts that a signature may be made for (`hub.example.org`, with its port where it is not the usual
            one); none for any. With it, what was signed for another hub is worth nothing here.
        trusted_proxies: addresses and networks (`10.0.0.5`, `10.0.0.0/24`) of proxies that are believed when they say
            in X-Forwarded-For who asks; none for nobody.
        owners: who is made known at the start, beside those that the database knows.
        quiet: whether nothing is logged but defects.
        limits: how much is taken.
    """

    database: str
    host: str = "127.0.0.1"
    port: int = 8_765
    public: bool = False
    names: tuple[str, ...] = ()
    trusted_proxies: tuple[str, ...] = ()
    owners: tuple[Owner, ...] = ()
    quiet: bool = False
    limits: Limits = field(default_factory=Limits)
