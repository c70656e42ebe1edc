"""Whom `verify` trusts: certificates in files that the keeper chose, nobody else.

Nothing is fetched and the machine's own trust list is not asked: a certificate of a web server's
authority says nothing about an agency. Self-signed certificates are roots, others complete chains
(signatures of state bodies often carry the signer's certificate alone).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from asn1crypto import pem, x509

from pipeline.model.errors import OperatorError

_ENDINGS = (".pem", ".crt", ".cer", ".der")


@dataclass(frozen=True, slots=True, kw_only=True)
class Trust:
    """Certificates to check against."""

    roots: tuple[x509.Certificate, ...] = ()
    others: tuple[x509.Certificate, ...] = ()


def load_trust(paths: Iterable[Path], *, others: Iterable[Path] = ()) -> Trust:
    """Read certificates, PEM or DER, from files or from all such files of a folder.

    Args:
        paths: self-signed certificates found here are roots.
        others: certificates that complete chains and are never trusted by themselves.

    Raises:
        OperatorError: SYS-CONFIG with the file that cannot be read.
    """
    certificates = [item for path in paths for file in _files(path) for item in _read(file)]
    roots = tuple(item for item in certificates if item.self_signed in {"yes", "maybe"})
    more = [item for path in others for file in _files(path) for item in _read(file)]
    completing = (*(item for item in certificates if item.self_signed == "no"), *more)
    return Trust(roots=roots, others=completing)


def _files(path: Path) -> list[Path]:
    if not path.is_dir():
        return [path]
    return sorted(file for file in path.iterdir() if file.suffix.lower() in _ENDINGS)


def _read(path: Path) -> list[x509.Certificate]:
    try:
        data = path.read_bytes()
        blocks = [der for _, _, der in pem.unarmor(data, multiple=True)] if pem.detect(data) else []
        certificates = [x509.Certificate.load(der) for der in blocks or [data]]
        for certificate in certificates:
            certificate.native  # noqa: B018 - parses the whole certificate now
    except OSError as error:
        raise OperatorError("SYS-CONFIG", detail=f"{path.name}: {error.strerror}") from error
    except ValueError as error:
        raise OperatorError("SYS-CONFIG", detail=f"{path.name} is no certificate") from error
    return certificates
