"""The way from a certificate to a trusted root, with its status: asked before and after sealing.

TT 15/2025/TT-BKHCN, PL II: period, revocation and usage are checked at the time of signing; where
the status cannot be had, the signer is warned. What was found is kept for a while, so that a row
of documents does not pay for it each.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import threading
from collections.abc import Iterable
from dataclasses import dataclass, field

from asn1crypto import crl, ocsp, x509
from pyhanko_certvalidator import CertificateValidator, ValidationContext
from pyhanko_certvalidator import errors as fault
from pyhanko_certvalidator.path import ValidationPath

from pipeline.model.errors import OperatorError, SohoaError, TransientError
from stages.sign.status import StatusFetch, StatusSource
from stages.sign.trust import Trust

_KEPT = dt.timedelta(minutes=10)


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What proves a certificate's standing, ready to be embedded (ISO 32000-2, 12.8.4.3)."""

    certificates: tuple[x509.Certificate, ...]
    """The path without its root."""
    ocsps: tuple[ocsp.OCSPResponse, ...]
    crls: tuple[crl.CertificateList, ...]
    until: dt.datetime
    """Asked for anew after."""


@dataclass(slots=True, kw_only=True)
class Chains:
    """Checks certificates against the keeper's roots; safe from several threads."""

    trust: Trust
    status: StatusSource = field(default_factory=StatusSource)
    _kept: dict[tuple[bytes, bool], Evidence] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def evidence(
        self,
        certificate: x509.Certificate,
        others: Iterable[x509.Certificate] = (),
        *,
        is_tsa: bool = False,
    ) -> Evidence:
        """Return the path of a certificate and the status of each one on it.

        Args:
            certificate: of a seal or of a time stamping authority.
            others: certificates that came with it.
            is_tsa: whether it must be one for time stamps (RFC 3161, 2.3).

        Raises:
            TransientError: SIGN-STATUS-DOWN when the status cannot be had now.
            OperatorError: SIGN-EXPIRED, SIGN-NOT-YET, SIGN-REVOKED, SIGN-USAGE; SIGN-CHAIN when
                there is no way to a trusted root or no status is offered at all.
        """
        key = (certificate.sha256, is_tsa)
        now = dt.datetime.now(dt.UTC)
        with self._lock:
            kept = self._kept.get(key)
        if kept is not None and kept.until > now:
            return kept
        fetch = self.status.lend()
        path = self._path(certificate, others, fetch, is_tsa=is_tsa)
        found = Evidence(
            certificates=tuple(path)[1:],
            ocsps=tuple(fetch.ocsps.values()),
            crls=tuple(fetch.crls.values()),
            until=now + _KEPT,
        )
        with self._lock:
            self._kept[key] = found
        return found

    def forget(self) -> None:
        """Ask everything anew."""
        with self._lock:
            self._kept.clear()
        self.status.forget()

    def _path(
        self,
        certificate: x509.Certificate,
        others: Iterable[x509.Certificate],
        fetch: StatusFetch,
        *,
        is_tsa: bool,
    ) -> ValidationPath:
        context = ValidationContext(
            trust_roots=list(self.trust.roots),
            other_certs=[*self.trust.others, *others],
            allow_fetching=True,
            fetchers=fetch.fetchers,
            revocation_mode="require",
        )
        validator = CertificateValidator(certificate, validation_context=context)
        try:
            return asyncio.run(_validated(validator, is_tsa=is_tsa))
        except (fault.PathError, fault.ValidationError) as error:
            raise _translated(error, certificate, fetch) from error


async def _validated(validator: CertificateValidator, *, is_tsa: bool) -> ValidationPath:
    if is_tsa:
        await validator.async_validate_usage(set(), {"time_stamping"})
    return await validator.async_validate_path()


def _translated(error: Exception, certificate: x509.Certificate, fetch: StatusFetch) -> SohoaError:
    who = certificate.subject.human_friendly
    codes: dict[type[Exception], str] = {
        fault.RevokedError: "SIGN-REVOKED",
        fault.ExpiredError: "SIGN-EXPIRED",
        fault.NotYetValidError: "SIGN-NOT-YET",
        fault.InvalidCertificateError: "SIGN-USAGE",
    }
    for kind, code in codes.items():
        if isinstance(error, kind):
            return OperatorError(code, detail=f"{who}: {error}")
    if isinstance(error, fault.InsufficientRevinfoError) and fetch.failures:
        return TransientError("SIGN-STATUS-DOWN", detail="; ".join(dict.fromkeys(fetch.failures)))
    return OperatorError("SIGN-CHAIN", detail=f"{who}: {error}")
