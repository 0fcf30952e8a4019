"""Identities: found by the hub's name, and refused where anybody else could have had a hand in them."""

import os
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
)

from musetui.coordination.repository import Repository
from musetui.errors import HubRefusedError, NoHubError
from musetui.hub.address import read_address
from musetui.hub.identity import read_identity
from musetui.hub.target import find_target
from musetui.settings import Settings
from tests.hub.conftest import make_identity

AT_PORT = read_address("https://hub.example:8443")
PLAIN = read_address("https://hub.example")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return make_identity(tmp_path / "home", "hub.example")


def test_a_table_of_host_and_port_goes_before_that_of_the_host(file: Path) -> None:
    text = file.read_text()
    file.write_text(text + text.replace("hub.example", "hub.example:8443").replace('"gabriel"', '"other"'))
    at_port, plain = read_identity(file, AT_PORT), read_identity(file, PLAIN)
    assert at_port is not None
    assert plain is not None
    assert (at_port.handle, plain.handle) == ("other", "gabriel")
    file.write_text(text.replace('["hub.example"]', "[hub.example]"))
    unquoted = read_identity(file, AT_PORT)
    assert unquoted is not None
    assert unquoted.handle == "gabriel"


def test_no_file_and_no_table_is_nobody(file: Path, tmp_path: Path) -> None:
    assert read_identity(tmp_path / "nowhere.toml", PLAIN) is None
    assert read_identity(file, read_address("https://elsewhere.example")) is None


@pytest.mark.parametrize("which", ["identity.toml", "gabriel.pem"])
@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o601, 0o777])
def test_a_file_open_to_others_is_refused(file: Path, which: str, mode: int) -> None:
    (file.parent / which).chmod(mode)
    with pytest.raises(HubRefusedError, match="chmod 600"):
        read_identity(file, PLAIN)


@pytest.mark.parametrize(
    ("mode", "is_taken"), [(0o700, True), (0o755, True), (0o1777, True), (0o770, False), (0o777, False)]
)
def test_a_folder_that_others_can_change_is_refused(file: Path, mode: int, is_taken: bool) -> None:
    """They could put another key there. Where files are their owners' alone (`t`, as in /tmp) they cannot."""
    file.parent.chmod(mode)
    if is_taken:
        assert read_identity(file, PLAIN)
        return
    with pytest.raises(HubRefusedError, match="chmod 700"):
        read_identity(file, PLAIN)


@pytest.mark.parametrize("which", ["identity.toml", "gabriel.pem"])
def test_links_pipes_folders_and_huge_files_are_refused(file: Path, which: str) -> None:
    place = file.parent / which
    real = place.with_name("real")
    place.rename(real)
    place.symlink_to(real)
    with pytest.raises(HubRefusedError, match="symbolic link"):
        read_identity(file, PLAIN)
    place.unlink()
    os.mkfifo(place, 0o600)
    with pytest.raises(HubRefusedError, match="named pipe"):
        read_identity(file, PLAIN)
    place.unlink()
    place.mkdir()
    with pytest.raises(HubRefusedError, match="a folder"):
        read_identity(file, PLAIN)
    place.rmdir()
    place.write_bytes(b"#" * 300_000)
    place.chmod(0o600)
    with pytest.raises(HubRefusedError, match="larger than"):
        read_identity(file, PLAIN)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file away")
@pytest.mark.parametrize("which", ["identity.toml", "gabriel.pem"])
def test_somebody_elses_file_is_refused(file: Path, which: str) -> None:
    os.chown(file.parent / which, 12_345, -1)
    with pytest.raises(HubRefusedError, match="belongs to somebody else"):
        read_identity(file, PLAIN)


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ('handle = "gabriel"', "", "names no handle"),
        ('handle = "gabriel"', 'handle = "a\\" alg=\\"none"', "names no handle"),
        ('handle = "gabriel"', "handle = 3", "names no handle"),
        ('"ed25519"', '"rsa"', "another algorithm"),
        ('key_path = "gabriel.pem"', "", "names no private key"),
        ('key_path = "gabriel.pem"', 'key_path = "missing.pem"', "is not there"),
        ('key_path = "gabriel.pem"', 'key_path = "~nobody-of-that-name/k"', "a home"),
        ('handle = "gabriel"', "handle = gabriel", "is not TOML"),
    ],
)
def test_a_table_of_no_use(file: Path, old: str, new: str, reason: str) -> None:
    file.write_text(file.read_text().replace(old, new))
    with pytest.raises(HubRefusedError, match=reason):
        read_identity(file, PLAIN)


def test_keys_of_no_use_are_told_without_a_word_of_them(file: Path) -> None:
    pem = file.parent / "gabriel.pem"
    whole = pem.read_text()
    kinds = {
        "is no PEM": b"-----BEGIN PRIVATE KEY-----\nc2VjcmV0\n-----END PRIVATE KEY-----\n",
        "no Ed25519 key": generate_private_key(SECP256R1()).private_bytes(
            Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()
        ),
        "has a password": Ed25519PrivateKey.generate().private_bytes(
            Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"x")
        ),
    }
    for reason, data in kinds.items():
        pem.write_bytes(data)
        with pytest.raises(HubRefusedError, match=reason) as caught:
            read_identity(file, PLAIN)
        assert not any(line in str(caught.value) for line in data.decode().splitlines())
    pem.write_text(whole)
    assert read_identity(file, PLAIN) is not None


def test_a_key_may_be_named_from_outside(file: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "key.pem"
    (file.parent / "gabriel.pem").rename(elsewhere)
    assert read_identity(file, PLAIN, elsewhere) is not None


def test_owner_and_slug_where_nobody_says(file: Path, repository: Repository) -> None:
    target = find_target(repository, Settings(hub="https://hub.example"))
    assert (target.name, target.handle, target.url) == ("gabriel/orchard", "gabriel", "https://hub.example")
    assert target.records_path == "/api/v1/repos/gabriel/orchard/coordination/records"
    said = Settings(hub="https://hub.example", owner="a b", slug="é?", records_path="/x/{slug}/of/{owner}")
    assert find_target(repository, said).records_path == "/x/%C3%A9%3F/of/a%20b"
    with pytest.raises(HubRefusedError, match="name the owner with --owner"):
        find_target(repository, Settings(hub="https://elsewhere.example"))
    with pytest.raises(NoHubError, match="no hub is named"):
        find_target(repository, Settings())
