"""Who one is at a hub: a handle and a private key, from files that nobody else can read or could have written."""

import os
import re
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from musetui.coordination.files import UnreadableError, check_regular, look, read_looked_at
from musetui.errors import HubRefusedError
from musetui.hub.address import Address
from musetui.hub.signing import ALGORITHM, SigningKey
from musetui.records.text import safe_text

_FILE_LIMIT = 262_144
_KEY_LIMIT = 16_384
"""Bytes of an identity file, which may know many hubs, and of a key file; a key has less than 200."""

_OTHERS = 0o077
_OTHERS_WRITE = 0o022
"""The bits of a mode that let anybody but the owner in."""

_HANDLE = re.compile(r"[A-Za-z0-9._@+-]{1,256}")


@dataclass(frozen=True, slots=True)
class Identity:
    """Who signs.

    Attributes:
        handle: the name at the hub.
        key: the private key; it does not show itself.
    """

    handle: str
    key: SigningKey


def default_identity_file() -> Path:
    """Return where Muse keeps identities; need not exist."""
    return Path("~/.muse/identity.toml").expanduser()


def read_identity(file: Path, address: Address, key_file: Path | None = None) -> Identity | None:
    """Return who one is at *address*.

    Args:
        file: the identity file.
        address: the hub's; the table is that of its host and port, else that of its host.
        key_file: the private key; None for the one that the table names.

    Returns:
        The identity, or None if there is no such file, or no table for this hub in it.

    Raises:
        HubRefusedError: if a file is not safe to trust, or says nothing that can be used; never with a part of a key.
    """
    data = _read(file, _FILE_LIMIT, "identity file")
    table = None if data is None else _table(data, file, address)
    if table is None:
        return None
    place = f"[{safe_text(address.netloc, 80)}] in {safe_text(file)}"
    handle = table.get("handle")
    if not isinstance(handle, str) or not _HANDLE.fullmatch(handle):
        raise HubRefusedError(f'{place} names no handle that a hub knows: write handle = "…" in letters and digits')
    if table.get("algorithm", ALGORITHM) != ALGORITHM:
        raise HubRefusedError(f"{place} wants another algorithm than {ALGORITHM}: make an {ALGORITHM} key and name it")
    if key_file is None:
        named = table.get("key_path")
        if not isinstance(named, str) or not named or "\0" in named:
            raise HubRefusedError(f'{place} names no private key: write key_path = "…", or set MUSETUI_KEY')
        key_file = _key_path(named, file, place)
    return Identity(handle, _read_key(key_file))


def _key_path(named: str, file: Path, place: str) -> Path:
    try:
        return file.parent / Path(named).expanduser()
    except RuntimeError:
        raise HubRefusedError(
            f"key_path in {place} begins in a home folder that is not there: write it in full"
        ) from None


def _table(data: bytes, file: Path, address: Address) -> Mapping[str, object] | None:
    import tomllib

    try:
        whole = tomllib.loads(data.decode())
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError):
        # Not what is wrong with it: such a sentence could quote what the file holds.
        raise HubRefusedError(f"the identity file {safe_text(file)} is not TOML: mend or remove it") from None
    for name in dict.fromkeys((address.netloc, address.host)):
        # A name without quotation marks is a table in a table: `[musehub.ai]` is `ai` in `musehub`.
        for found in (whole.get(name), _walk(whole, name.split("."))):
            if isinstance(found, dict):
                return found
    return None


def _walk(table: object, steps: list[str]) -> object:
    for step in steps:
        table = table.get(step) if isinstance(table, dict) else None
    return table


def _read_key(file: Path) -> SigningKey:
    data = _read(file, _KEY_LIMIT, "private key")
    shown = safe_text(file)
    if data is None:
        raise HubRefusedError(f"the private key {shown} is not there: put it there, or name another with MUSETUI_KEY")
    try:
        key = load_pem_private_key(data, None)
    except TypeError:
        raise HubRefusedError(f"the private key {shown} has a password: name one that has none") from None
    except (ValueError, UnsupportedAlgorithm):
        raise HubRefusedError(f"the private key {shown} is no PEM (PKCS#8) key: write it in that form") from None
    if not isinstance(key, Ed25519PrivateKey):
        raise HubRefusedError(f"the private key {shown} is no Ed25519 key: name one that is")
    return SigningKey(key)


def _read(file: Path, limit: int, what: str) -> bytes | None:
    """Return the bytes of a file that is this user's alone; None if there is none."""
    try:
        check_regular(look(file), limit)
        data, status = read_looked_at(file, limit)
    except FileNotFoundError:
        return None
    except UnreadableError as error:
        raise HubRefusedError(
            f"the {what} {safe_text(file)} cannot be used ({error}): put a plain file there"
        ) from None
    if status.st_uid != os.geteuid():
        raise HubRefusedError(f"the {what} {safe_text(file)} belongs to somebody else: use a file of your own")
    if status.st_mode & _OTHERS:
        raise HubRefusedError(f"the {what} {safe_text(file)} is open to others: close it with `chmod 600`")
    _check_folder(file.parent, what)
    return data


def _check_folder(folder: Path, what: str) -> None:
    """Let pass only a folder in which nobody else can put another file in the place of this one.

    Raises:
        HubRefusedError: for any other.
    """
    try:
        mode = folder.stat().st_mode
    except OSError:
        return  # gone since
    if mode & _OTHERS_WRITE and not mode & stat.S_ISVTX:
        raise HubRefusedError(
            f"{safe_text(folder)}, where the {what} lies, can be changed by others: close it with `chmod 700`"
        )
