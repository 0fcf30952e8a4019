"""Redaction: what must not stand in a log or a report is taken out of a text, wherever in it.

It works on what the text looks like, for who wrote a message did not think of its secrets. Rather too much goes than
too little: of an address only its host stays, for the path of a webhook is a password.
"""

import re
from itertools import pairwise
from pathlib import Path

HIDDEN = "(hidden)"

_KEY = re.compile(r"-----BEGIN [A-Z0-9 ]{1,40}-----.*?(?:-----END [A-Z0-9 ]{1,40}-----|\Z)", re.DOTALL)
_SIGNATURE = re.compile(r"""(\bsig=|\bMSign\b[^"']{0,400}\bsig=)(["']?)[A-Za-z0-9+/=_-]{8,}\2""")
_HEADER = re.compile(r"""(?i)(\b(?:proxy-)?authorization["']?\s*[:=]\s*|\b(?:set-)?cookie["']?\s*[:=]\s*)[^\r\n]+""")
_NAMED = re.compile(
    r"""(?ix)
    ( \b [\w-]{0,40} (?: token | secret | password | passwd | api[_-]?key | private[_-]?key ) [\w-]{0,40}
      ["']? \s* [:=] \s* )
    ( "[^"]*" | '[^']*' | [^\s,;)\]}]+ )
    """
)
_ADDRESS = re.compile(r"""(?i)\b([a-z][a-z0-9+.-]{1,20}://)(?:[^\s/@"'<>]*@)?([^\s/?#"'<>@]*)([^\s"'<>]*)""")
_PACKED = re.compile(r"\b[A-Za-z0-9+/_-]{43,}={0,2}(?![A-Za-z0-9+/_-])")
"""What is as long as a key of 32 bytes in base64, and of nothing but its alphabet."""

_HEXADECIMAL = re.compile(r"[0-9a-f]+|[0-9A-F]+")


def redacted(text: str) -> str:
    """Return *text* without private keys, signatures, tokens, passwords, and all but the hosts of addresses.

    The person's home folder becomes `~`, for its name is often theirs.
    """
    text = _KEY.sub(HIDDEN, text)
    text = _HEADER.sub(rf"\1{HIDDEN}", text)
    text = _SIGNATURE.sub(rf"\1{HIDDEN}", text)
    text = _ADDRESS.sub(_host, text)
    text = _NAMED.sub(rf"\1{HIDDEN}", text)
    text = _PACKED.sub(_packed, text)
    return _without_home(text)


def _host(found: re.Match[str]) -> str:
    scheme, host, rest = found.groups()
    return f"{scheme}{host}{'/…' if rest.strip('/') else rest}"


def _packed(found: re.Match[str]) -> str:
    """Hide what may be a key; a path or an address of the swarm has words in it, and a digest of a commit tells all."""
    text = found[0]
    is_word = "/" in text or text.count("_") + text.count("-") > 3 or _HEXADECIMAL.fullmatch(text)
    has_all = any(map(str.isupper, text)) and any(map(str.islower, text)) and any(map(str.isdigit, text))
    return HIDDEN if has_all and not (is_word and not _looks_random(text)) else text


def _looks_random(text: str) -> bool:
    """Return whether upper and lower case and digits change places as often as chance has it."""
    kinds = [char.isdigit() * 2 + char.isupper() for char in text if char.isalnum()]
    changes = sum(one != other for one, other in pairwise(kinds))
    return changes > len(kinds) / 3


def _without_home(text: str) -> str:
    try:
        home = str(Path.home())
    except RuntimeError:
        return text
    if home in ("/", "."):
        return text
    return re.sub(rf"{re.escape(home)}(?=/|\b)", "~", text)
