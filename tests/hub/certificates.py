"""Certificates for a hub of the tests' own: from an authority, or from nobody but itself."""

import ssl
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePrivateKey, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

DAY = timedelta(days=1)


class Authority:
    """Somebody who says who is who."""

    def __init__(self) -> None:
        self._key = generate_private_key(SECP256R1())
        self._name = _name("an authority")
        self._certificate = _certificate(self._name, self._key, self._name, self._key, authority=True)

    def write(self, file: Path) -> Path:
        """Write what those who believe it need."""
        file.write_bytes(self._certificate.public_bytes(Encoding.PEM))
        return file

    def server(self, host: str, file: Path) -> ssl.SSLContext:
        """Return what a server needs that is known by the IP address *host*; its key and certificate lie in *file*."""
        key = generate_private_key(SECP256R1())
        return _server(key, _certificate(_name(host), key, self._name, self._key, host=host), file)


def self_signed(host: str, file: Path) -> ssl.SSLContext:
    """Return what a server needs that nobody else vouches for."""
    key, name = generate_private_key(SECP256R1()), _name(host)
    return _server(key, _certificate(name, key, name, key, host=host), file)


def _server(key: EllipticCurvePrivateKey, certificate: x509.Certificate, file: Path) -> ssl.SSLContext:
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    file.write_bytes(private + certificate.public_bytes(Encoding.PEM))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    return context


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _certificate(
    subject: x509.Name,
    key: EllipticCurvePrivateKey,
    issuer: x509.Name,
    issuer_key: EllipticCurvePrivateKey,
    *,
    host: str = "",
    authority: bool = False,
) -> x509.Certificate:
    now = datetime.now(UTC)
    builder = x509.CertificateBuilder(issuer, subject, key.public_key(), x509.random_serial_number())
    builder = builder.not_valid_before(now - DAY).not_valid_after(now + DAY)
    builder = builder.add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
    if host:
        names = x509.SubjectAlternativeName([x509.IPAddress(ip_address(host))])
        builder = builder.add_extension(names, critical=False)
    return builder.sign(issuer_key, SHA256())
