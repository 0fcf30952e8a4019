"""How the hub says no: a status, a word for programs, and one sentence for people."""

from collections.abc import Mapping

from musetui.errors import MuseTuiError
from musetui.records.text import safe_text

REALM = 'MSign realm="musehub"'


class RefusedRequestError(MuseTuiError):
    """A request is answered with an error.

    Attributes:
        code: the HTTP status.
        status: one word for programs.
        headers: what the answer's head says besides.
    """

    def __init__(self, code: int, status: str, sentence: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(sentence)
        self.code = code
        self.status = status
        self.headers = dict(headers or {})


def malformed(reason: str) -> RefusedRequestError:
    """The body is not JSON."""
    return RefusedRequestError(400, "malformed", f"the body is not JSON that is taken here ({safe_text(reason, 160)})")


def unsigned(reason: str) -> RefusedRequestError:
    """It is not known who asks."""
    return RefusedRequestError(401, "unauthorized", reason, {"WWW-Authenticate": REALM})


def forbidden() -> RefusedRequestError:
    """Who asks may read, and wants to write."""
    return RefusedRequestError(
        403, "forbidden", "you may read this repository, but not write to it: ask its owner to make you a writer"
    )


def missing() -> RefusedRequestError:
    """There is no such repository, or it is not the caller's to see: nobody can tell which."""
    return RefusedRequestError(
        404, "not_found", "no such repository: check owner and slug, and that you sign as one who may see it"
    )


def too_slow(seconds: float) -> RefusedRequestError:
    """The body did not come in time."""
    return RefusedRequestError(
        408, "too_slow", f"the body took longer than {seconds:g} s to come: send it faster", {"Connection": "close"}
    )


def too_large(limit: int) -> RefusedRequestError:
    """The body has too many bytes."""
    return RefusedRequestError(
        413,
        "too_large",
        f"the body is larger than {limit:,} bytes: send fewer records at a time",
        {"Connection": "close"},
    )


def encoded() -> RefusedRequestError:
    """The body is compressed, and could unfold to any size."""
    return RefusedRequestError(415, "encoded", "bodies are taken as they are: send it without Content-Encoding")


def wrong(place: str, reason: str) -> RefusedRequestError:
    """A field, named by its place such as `records.3.kind`, is not what it must be."""
    return RefusedRequestError(422, "invalid", f"{safe_text(place, 120)}: {safe_text(reason, 200)}")


def too_many(seconds: int) -> RefusedRequestError:
    """Requests come too fast."""
    return RefusedRequestError(
        429, "too_many", f"too many requests: come again in {seconds} s", {"Retry-After": str(seconds)}
    )


def unavailable() -> RefusedRequestError:
    """The database does not answer."""
    return RefusedRequestError(
        503, "unavailable", "the hub's database does not answer: try again in a moment", {"Retry-After": "1"}
    )


def lost() -> RefusedRequestError:
    """The database's file was taken away under the running hub."""
    return RefusedRequestError(
        503,
        "lost",
        "the hub's database was taken away, so nothing is kept: have its keeper put it back, and push again then",
        {"Retry-After": "1"},
    )


def crowded() -> RefusedRequestError:
    """There are more connections than are served."""
    return RefusedRequestError(
        503,
        "crowded",
        "too many are connected to the hub: try again in a moment",
        {"Retry-After": "1", "Connection": "close"},
    )


def clogged() -> RefusedRequestError:
    """There are more bytes of answers that nobody takes than may be kept."""
    return RefusedRequestError(
        503,
        "crowded",
        "too much of what the hub answered is still to be taken: try again in a moment",
        {"Retry-After": "1"},
    )


def full() -> RefusedRequestError:
    """There are more bytes of bodies on their way in than are kept."""
    return RefusedRequestError(
        503,
        "crowded",
        "too much is on its way to the hub: try again in a moment",
        {"Retry-After": "1", "Connection": "close"},
    )
