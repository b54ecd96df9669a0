"""A certificate that vouches for itself, and a server that shows it."""

from __future__ import annotations

import datetime as dt
import os
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg2
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pg_servers import Server


@contextmanager
def encrypted(server: Server) -> Iterator[Path]:
    """Meanwhile the server speaks TLS, too, as `localhost`; the path of the certificate to be trusted."""
    data = Path(_shown(server, "data_directory"))
    owner = data.stat()
    key, certificate = self_signed("localhost")
    for name, content in (("server.key", key), ("server.crt", certificate)):
        (data / name).write_bytes(content)
        (data / name).chmod(0o600)
        os.chown(data / name, owner.st_uid, owner.st_gid)
    server.run("ALTER SYSTEM SET ssl = on")
    server.run("SELECT pg_reload_conf()")
    try:
        yield data / "server.crt"
    finally:
        server.run("ALTER SYSTEM RESET ssl")
        server.run("SELECT pg_reload_conf()")


def self_signed(host: str) -> tuple[bytes, bytes]:
    """A key and its certificate for one host, as PEM."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
    now = dt.datetime.now(dt.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    plain = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return plain, certificate.public_bytes(pem)


def _shown(server: Server, setting: str) -> str:
    with closing(psycopg2.connect(server.dsn())) as connection, connection.cursor() as cursor:
        cursor.execute(f"SHOW {setting}")
        (value,) = cursor.fetchone() or ("",)
    return str(value)
