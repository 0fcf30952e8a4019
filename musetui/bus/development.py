"""A hub for one's own machine: an identity and a key are made where there are none, as Muse keeps them.

~/.muse/identity.toml     one table a hub's host, mode 0600, in a folder of mode 0700
~/.muse/musetui-dev.pem   the private key, one for every hub of this machine
"""

import hashlib
import os
import tomllib
from contextlib import suppress
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from musetui.bus.settings import Owner, is_name
from musetui.errors import BusError
from musetui.placing import create_file, opened, remove_leftovers, replace_file, take_turns
from musetui.records.text import safe_text

IDENTITY_FILE = "identity.toml"
KEY_FILE = "musetui-dev.pem"

LOOPBACK = ("127.0.0.1", "localhost", "::1")

_SIZE_LIMIT = 262_144
_PRIVATE = 0o600
_OTHERS_TAKE = 5.0
"""Seconds; to make a key takes some thousandths, so a hub that takes longer stands still."""


def ensure_identity(home: Path, host: str, handle: str) -> Owner:
    """Return who signs for *host*, who is made up where there is nobody. What is there is never changed.

    Args:
        home: the folder of the identity file.
        host: the hub's host with its port, as in a Host header.
        handle: the name of one that is made up.

    Raises:
        BusError: if what is there cannot be used, or nothing can be written.
    """
    try:
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        with opened(home) as folder:
            take_turns(folder, _OTHERS_TAKE)  # of hubs that start at once each adds to what is there
            remove_leftovers(folder)
            file = home / IDENTITY_FILE
            text = _read(file) if file.exists() else ""
            found = _table(text, file, host)
            if found is not None:
                return _owner_of(found, file, host)
            key = _ensure_key(home / KEY_FILE)
            _put(file, text + ("\n" if text else "") + _entry(host, handle, key, home / KEY_FILE))
    except (OSError, UnicodeDecodeError) as error:
        reason = safe_text(getattr(error, "strerror", None) or "it is no text", 120).lower()
        raise BusError(f"no identity can be kept in {safe_text(home)} ({reason}): name another --dev-home") from None
    return Owner(handle, _public_bytes(key))


def dev_handle(user: str) -> str:
    """Return *user* as a handle, or `dev` where it can be none."""
    return user if is_name(user) else "dev"


def _table(text: str, file: Path, host: str) -> dict[str, object] | None:
    try:
        found = tomllib.loads(text).get(host)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise BusError(f"{safe_text(file)} is not TOML ({safe_text(error, 120)}): mend that line") from None
    if found is not None and not isinstance(found, dict):
        raise BusError(f"{host} in {safe_text(file)} is no table: mend or remove it")
    return found


def _owner_of(table: dict[str, object], file: Path, host: str) -> Owner:
    """Return the owner that an entry of the identity file describes."""
    handle, key_path = table.get("handle"), table.get("key_path")
    if not isinstance(handle, str) or not is_name(handle) or not isinstance(key_path, str):
        raise BusError(f"the entry of {host} in {safe_text(file)} lacks handle or key_path: mend or remove it")
    key = _load_key(file.parent / Path(key_path).expanduser())
    return Owner(handle, _public_bytes(key), "agent" if table.get("type") == "agent" else "human")


def _ensure_key(path: Path) -> Ed25519PrivateKey:
    with suppress(FileExistsError):
        key = Ed25519PrivateKey.generate()
        with opened(path.parent) as folder:
            data = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
            create_file(folder, path.name, data, durable=True, mode=_PRIVATE)
        return key
    return _load_key(path)


def _load_key(path: Path) -> Ed25519PrivateKey:
    try:
        key = load_pem_private_key(path.read_bytes()[:_SIZE_LIMIT], None)
    except (OSError, ValueError, TypeError, UnsupportedAlgorithm):  # whose own words could quote the key
        key = None
    if not isinstance(key, Ed25519PrivateKey):
        raise BusError(f"{safe_text(path)} holds no Ed25519 private key (PEM, without a password): mend or remove it")
    return key


def _public_bytes(key: Ed25519PrivateKey) -> bytes:
    return key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)


def _entry(host: str, handle: str, key: Ed25519PrivateKey, path: Path) -> str:
    fields = {
        "type": "human",
        "handle": handle,
        "algorithm": "ed25519",
        "fingerprint": f"sha256:{hashlib.sha256(_public_bytes(key)).hexdigest()}",
        "key_path": str(path.absolute()),
    }
    lines = [f'["{host}"]', *(f"{name} = {_quoted(value)}" for name, value in fields.items())]
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    """Return *text* as a basic string of TOML."""
    return '"' + "".join(char if char.isprintable() and char not in '"\\' else _escaped(char) for char in text) + '"'


def _escaped(char: str) -> str:
    return f"\\U{ord(char):08x}"


def _read(file: Path) -> str:
    with file.open("rb") as opened:
        data = opened.read(_SIZE_LIMIT + 1)
    if len(data) > _SIZE_LIMIT:  # what is not read would be gone when an entry is added
        raise BusError(f"{safe_text(file)} is larger than {_SIZE_LIMIT:,} bytes: take out what no hub needs")
    return data.decode()


def _put(file: Path, text: str) -> None:
    """Write *text* in the place of what is there, all at once, for this user's eyes alone."""
    # A link may stand for the file, as managers of dotfiles make them: what it points to is replaced.
    real = Path(os.path.realpath(file))
    with opened(real.parent) as folder:
        replace_file(folder, real.name, text.encode(), durable=True, mode=_PRIVATE)
