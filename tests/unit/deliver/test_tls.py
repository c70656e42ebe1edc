"""HTTP to other systems is verified: a server that nobody vouches for gets nothing."""

from __future__ import annotations

import datetime as dt
import ipaddress
import ssl
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from pipeline.model.errors import OperatorError, TransientError
from stages.deliver.http import Caller
from stages.deliver.rest import RestTarget
from tests.servers import registry as registry_server
from tests.servers.misbehaving import Plan, serving


@pytest.fixture
def server(tmp_path: Path) -> Iterator[tuple[str, Path, Plan]]:
    """Give a registry behind TLS, the file of its certificate, and its plan."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "so.tinh.example")])
    now = dt.datetime.now(dt.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(7)
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]),
            critical=False,
        )
        .sign(key, hashes.SHA256())
    )
    public = tmp_path / "server.pem"
    public.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    private = tmp_path / "server.key"
    private.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(public, private)
    plan = Plan()
    registry = registry_server.reference.Registry()
    bad = registry_server.BadServer(registry, plan)
    bad.socket = context.wrap_socket(bad.socket, server_side=True)
    with serving(bad, plan) as address:
        yield address.replace("http://", "https://"), public, plan
    registry.close()


def target(address: str, ca_file: str) -> RestTarget:
    """Return the adapter for a server."""
    headers = {"Authorization": f"Bearer {registry_server.TOKEN}"}
    return RestTarget(caller=Caller(url=address, headers=headers, timeout_s=5.0, ca_file=ca_file))


def test_only_a_server_that_is_vouched_for_is_told_the_key(
    server: tuple[str, Path, Plan],
) -> None:
    """With its certificate configured it is asked; without, not even the key leaves."""
    address, public, _ = server
    assert "contract 1" in target(address, str(public)).ping()
    with pytest.raises(TransientError, match="PORT-DOWN") as caught:
        target(address, "").ping()
    assert "CERTIFICATE_VERIFY_FAILED" in caught.value.detail
    for wrong in ("/nowhere.pem", __file__):
        with pytest.raises(OperatorError, match="SYS-CONFIG"):
            target(address, wrong).ping()
    other_name = address.replace("127.0.0.1", "localhost")
    with pytest.raises(TransientError, match="PORT-DOWN"):
        target(other_name, str(public)).ping()
