"""The test PKI: keys made for the run, certificates by `pki.yml`, services on loopback TCP.

Real HTTP over real TCP, so that time-outs, refused connections and wrong answers are real too. A
service can be put out of order (`down`) and slowed (`delay_s`). Never part of the product.
"""

from __future__ import annotations

import datetime as dt
import functools
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from asn1crypto import pem
from certomancer import crypto_utils
from certomancer.integrations.animator import Animator, AnimatorArchStore
from certomancer.registry import ArchLabel, CertLabel, CertomancerConfig, ServiceLabel
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import pkcs12
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

DECLARATION = Path(__file__).with_name("pki.yml")
PASSPHRASE = b"mat khau thu"
_ARCHITECTURE = "agency"
_EC_KEYS = frozenset({"seal-ec"})
_SOON = dt.timedelta(days=5)
_RSA_BITS = 2048

Environ = dict[str, Any]
StartResponse = Callable[..., Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Seal:
    """A PKCS#12 identity in a file."""

    path: Path
    passphrase_file: Path
    certificate: x509.Certificate


class _Quiet(WSGIRequestHandler):
    protocol_version = "HTTP/1.1"

    def log(self, type: str, message: str, *args: object) -> None:  # noqa: A002 - werkzeug's name
        """Say nothing: requests are counted instead."""


class _Backend(crypto_utils.PycaCryptographyBackend):
    """Signs with RSA keys that stay parsed: to check one anew took 40 of a stamp's 53 ms."""

    def generic_sign(self, private_key: Any, tbs_bytes: bytes, sd_algo: Any) -> bytes:
        if sd_algo.signature_algo != "rsassa_pkcs1v15":
            return bytes(super().generic_sign(private_key, tbs_bytes, sd_algo))
        digest = getattr(hashes, sd_algo.hash_algo.upper())()
        return _rsa_key(private_key.dump()).sign(tbs_bytes, padding.PKCS1v15(), digest)


@functools.lru_cache(maxsize=32)
def _rsa_key(der: bytes) -> rsa.RSAPrivateKey:
    key = serialization.load_der_private_key(der, None)
    assert isinstance(key, rsa.RSAPrivateKey)
    return key


crypto_utils.CRYPTO_BACKEND = _Backend()


class _Animator(Animator):
    """Answers in whole seconds: fractions are not DER (RFC 5280, 4.1.2.5.2)."""

    def at_time(self, request: object) -> dt.datetime:
        moment: dt.datetime = super().at_time(request)  # type: ignore[no-untyped-call]
        return moment.replace(microsecond=0)


class Pki:
    """Certificates, keys and running services."""

    def __init__(self, folder: Path) -> None:
        """Make keys (once per folder) and certificates, and bind a free port of 127.0.0.1.

        Args:
            folder: for key files and identities.
        """
        self.folder = folder
        self.down: set[str] = set()
        """Services out of order: `tsa`, `ocsp`, `crls`; they answer 503."""
        self.delay_s = 0.0
        """Every answer waits so long."""
        self.calls: list[str] = []
        """Service of every request, in order."""
        self._keys = folder / "keys"
        make_keys(self._keys)
        self._server = make_server(
            "127.0.0.1", 0, self._answer, threaded=True, request_handler=_Quiet
        )
        self._architecture = _load(self._keys, self.address)
        store = AnimatorArchStore({ArchLabel(_ARCHITECTURE): self._architecture})
        self._animator = _Animator(store, with_web_ui=False)
        self.trust = self._export("root")
        self.intermediates = self._export("issuing", "second")

    @property
    def address(self) -> str:
        """Root of all services, `http://127.0.0.1:PORT`."""
        return f"http://127.0.0.1:{self._server.server_port}"

    def tsa_url(self, label: str = "tsa") -> str:
        """Return the address of a time stamping authority."""
        return f"{self.address}/{_ARCHITECTURE}/tsa/{label}"

    def crl_url(self, label: str = "root-ca") -> str:
        """Return the address of an authority's newest list of revoked certificates."""
        services = self._architecture.service_registry
        return str(services.get_crl_repo_info(ServiceLabel(label)).latest_external_url)

    @contextmanager
    def serving(self) -> Iterator[Pki]:
        """Answer requests until the end of the block."""
        thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        try:
            yield self
        finally:
            _stop(self._server, thread)

    def restore(self) -> None:
        """Put all services in order and forget the calls."""
        self.down.clear()
        self.delay_s = 0.0
        self.calls.clear()

    def certificate(self, label: str) -> x509.Certificate:
        """Return a certificate by its name in the declaration."""
        return x509.load_der_x509_certificate(self._der(label))

    def key(self, label: str) -> Any:
        """Return the private key that belongs to a certificate."""
        spec = self._architecture.get_cert_spec(CertLabel(label))
        path = self._keys / f"{spec.subject_key}.pem"
        return serialization.load_pem_private_key(path.read_bytes(), None)

    def seal(self, label: str, *, chain: Iterable[str] = ("issuing",)) -> Seal:
        """Write an identity as PKCS#12 with the intermediates named, and its passphrase."""
        path = self.folder / f"{label}.p12"
        certificate = self.certificate(label)
        path.write_bytes(
            pkcs12.serialize_key_and_certificates(
                label.encode(),
                self.key(label),
                certificate,
                [self.certificate(one) for one in chain] or None,
                serialization.BestAvailableEncryption(PASSPHRASE),
            )
        )
        secret = path.with_suffix(".pass")
        secret.write_bytes(PASSPHRASE + b"\n")
        return Seal(path=path, passphrase_file=secret, certificate=certificate)

    def _der(self, label: str) -> bytes:
        return bytes(self._architecture.get_cert(CertLabel(label)).dump())

    def _export(self, *labels: str) -> Path:
        path = self.folder / f"{'-'.join(labels)}.pem"
        path.write_bytes(b"".join(pem.armor("CERTIFICATE", self._der(one)) for one in labels))
        return path

    def _answer(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        parts = environ["PATH_INFO"].split("/")
        service = parts[2] if len(parts) > 2 else ""
        self.calls.append(service)
        time.sleep(self.delay_s)
        if service in self.down:
            start_response("503 Service Unavailable", [("Content-Length", "0")])
            return []
        answer: Iterable[bytes] = self._animator(environ, start_response)
        return answer


def make_keys(folder: Path) -> None:
    """Write every key of the declaration that is not there yet."""
    folder.mkdir(parents=True, exist_ok=True)
    declared = yaml.safe_load(DECLARATION.read_text(encoding="utf-8"))
    for label in declared["keysets"][_ARCHITECTURE]["keys"]:
        path = folder / f"{label}.pem"
        if path.exists():
            continue
        key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey = (
            ec.generate_private_key(ec.SECP256R1())
            if label in _EC_KEYS
            else rsa.generate_private_key(65537, _RSA_BITS)
        )
        path.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
        )


def _load(keys: Path, address: str) -> Any:
    soon = (dt.datetime.now(dt.UTC) + _SOON).strftime("%Y-%m-%dT%H:%M:%S+0000")
    text = DECLARATION.read_text(encoding="utf-8").replace("@soon", soon)
    declared = yaml.safe_load(text)
    declared["external-url-prefix"] = address
    return CertomancerConfig(declared, key_search_dir=str(keys)).get_pki_arch(
        ArchLabel(_ARCHITECTURE)
    )


def _stop(server: BaseWSGIServer, thread: threading.Thread) -> None:
    server.shutdown()
    thread.join()
    server.server_close()
