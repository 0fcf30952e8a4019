"""What the tests of the hub's client share: a hub, an identity, and a repository with records in it."""

import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from musetui.coordination.repository import Repository
from musetui.hub.patience import Patience
from musetui.hub.target import HubTarget, find_target
from musetui.settings import Settings
from tests.hub.hub import Hub, running
from tests.records.samples import NOON, ONE

QUICK = Patience(tries=4, first=0.001, longest=0.002)
"""The usual number of tries, without the pauses."""


@pytest.fixture(autouse=True)
def _a_home_of_its_own(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in list(os.environ):
        if name.startswith(("MUSETUI_", "MUSE_")):
            monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "configuration"))


@pytest.fixture
def hub() -> Iterator[Hub]:
    """Serve an empty hub that takes everybody's word."""
    with running(Hub()) as serving:
        yield serving


def make_identity(home: Path, netloc: str, handle: str = "gabriel", key: Ed25519PrivateKey | None = None) -> Path:
    """Write `.muse/identity.toml` and a key below *home*; return the former."""
    key = key or Ed25519PrivateKey.generate()
    folder = home / ".muse"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    pem = folder / f"{handle}.pem"
    pem.touch(0o600)
    pem.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    file = folder / "identity.toml"
    file.touch(0o600)
    file.write_text(
        f'["{netloc}"]\ntype = "human"\nhandle = "{handle}"\nalgorithm = "ed25519"\nkey_path = "{pem.name}"\n'
    )
    return file


@pytest.fixture
def identity(hub: Hub, tmp_path: Path) -> Ed25519PrivateKey:
    """Make the user somebody at the hub, which checks signatures from now on."""
    key = Ed25519PrivateKey.generate()
    make_identity(tmp_path / "home", f"127.0.0.1:{hub.port}", key=key)
    hub.keys = {"gabriel": key.public_key()}
    return key


@pytest.fixture
def repository(muse_root: Path) -> Repository:
    return Repository(muse_root)


@pytest.fixture
def settings(hub: Hub) -> Settings:
    return Settings(hub=hub.url, owner="gabriel", slug="orchard")


@pytest.fixture
def target(repository: Repository, settings: Settings, identity: Ed25519PrivateKey) -> HubTarget:
    return find_target(repository, settings)


Put = Callable[..., Path]


@pytest.fixture
def put(muse_root: Path) -> Put:
    """Return what writes a file below `.muse/coordination/`: a path there, and its content."""

    def put_it(path: str, content: Any) -> Path:
        file = muse_root / ".muse" / "coordination" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(content, bytes):
            file.write_bytes(content)
        else:
            file.write_text(json.dumps(content))
        return file

    return put_it


def reservation(name: str, **more: Any) -> dict[str, Any]:
    """Return a reservation's fields."""
    return {
        "schema_version": 1,
        "reservation_id": name,
        "run_id": "agent-1",
        "branch": "main",
        "addresses": ["src/a.py"],
        "created_at": NOON,
        "expires_at": ONE,
        "operation": None,
        **more,
    }


def wired(name: str, hub_id: int = 1, **more: Any) -> dict[str, Any]:
    """Return a reservation as a hub gives it."""
    return {
        "id": hub_id,
        "kind": "reservation",
        "record_id": name,
        "run_id": "agent-1",
        "payload": reservation(name),
        "expires_at": ONE,
        "created_at": NOON,
        **more,
    }


def pulled(root: Path) -> dict[str, Any]:
    """Return the files below `remote/` by their path there, parsed; not what a killed writer left half done."""
    remote = root / ".muse" / "coordination" / "remote"
    files = [file for file in sorted(remote.glob("*/*")) if not file.name.startswith(".")]
    return {str(file.relative_to(remote)): json.loads(file.read_text()) for file in files}
