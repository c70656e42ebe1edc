"""What proves a signature's time and its certificate's standing at that time.

Walks as ETSI EN 319 102-1, 5.6 does, in short: the newest document time stamp is judged now, each
older one at the time that the newer proves; the time stamp of the signature likewise; the
certificate is judged at the time so proved, else now. Status comes from what the file brings
(security store, Adobe's revocation archive) and, where the keeper allows it, from OCSP and CRL.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import enum
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field

from asn1crypto import cms, crl, ocsp, x509
from pyhanko.sign.general import extract_certificate_info
from pyhanko.sign.validation.dss import DocumentSecurityStore
from pyhanko.sign.validation.errors import NoDSSFoundError
from pyhanko_certvalidator import CertificateValidator, ValidationContext
from pyhanko_certvalidator import errors as fault
from pyhanko_certvalidator.util import get_ocsp_urls, get_relevant_crl_dps

from stages.sign.reading import Reader
from stages.sign.status import StatusSource
from stages.sign.trust import Trust


class Standing(enum.Enum):
    """A certificate at a moment."""

    GOOD = "good"
    """On a way to a trusted root, in its period, not revoked."""
    NOT_OFFERED = "not_offered"
    """As GOOD, but its issuer publishes no status."""
    STATUS_UNKNOWN = "status_unknown"
    """As GOOD, but its status is not known."""
    REVOKED = "revoked"
    OUT_OF_PERIOD = "out_of_period"
    UNTRUSTED = "untrusted"
    """No way to a trusted root."""


TRUSTED = frozenset({Standing.GOOD, Standing.NOT_OFFERED, Standing.STATUS_UNKNOWN})


@dataclass(slots=True, kw_only=True)
class Proofs:
    """Certificates and status answers that a file brings, and whom the keeper trusts."""

    trust: Trust
    online: StatusSource | None = None
    """Where status may be asked for; None: the file alone."""
    certificates: list[x509.Certificate] = field(default_factory=list)
    ocsps: list[ocsp.OCSPResponse] = field(default_factory=list)
    crls: list[crl.CertificateList] = field(default_factory=list)

    def standing(
        self, certificate: x509.Certificate, *, moment: dt.datetime, is_tsa: bool = False
    ) -> Standing:
        """Judge a certificate at a moment."""
        try:
            self._walk(certificate, moment=moment, is_tsa=is_tsa)
        except (fault.ExpiredError, fault.NotYetValidError):
            return Standing.OUT_OF_PERIOD
        except fault.RevokedError:
            return Standing.REVOKED
        except fault.InsufficientRevinfoError:
            pass
        except (fault.PathError, fault.ValidationError):
            return Standing.UNTRUSTED
        else:
            return Standing.GOOD
        if not (get_ocsp_urls(certificate) or get_relevant_crl_dps(certificate, use_deltas=False)):
            return Standing.NOT_OFFERED
        return Standing.STATUS_UNKNOWN

    def _walk(self, certificate: x509.Certificate, *, moment: dt.datetime, is_tsa: bool) -> None:
        if certificate.sha256 in {root.sha256 for root in self.trust.roots}:
            _check_period(certificate, moment)
            return
        if self.online is not None:
            self._fetch(certificate)
        context = ValidationContext(
            trust_roots=list(self.trust.roots),
            other_certs=[*self.trust.others, *self.certificates],
            moment=moment,
            best_signature_time=moment,
            ocsps=self.ocsps,
            crls=self.crls,
            revocation_mode="require",
            retroactive_revinfo=True,
        )
        validator = CertificateValidator(certificate, validation_context=context)
        if is_tsa:
            asyncio.run(validator.async_validate_usage(set(), {"time_stamping"}))
        else:
            asyncio.run(validator.async_validate_path())

    def _fetch(self, certificate: x509.Certificate) -> None:
        """Ask for the status of a certificate that leads to a trusted root; note the answers."""
        if self.online is None:
            return
        lent = self.online.lend()
        context = ValidationContext(
            trust_roots=list(self.trust.roots),
            other_certs=[*self.trust.others, *self.certificates],
            allow_fetching=True,
            fetchers=lent.fetchers,
            revocation_mode="require",
        )
        validator = CertificateValidator(certificate, validation_context=context)
        with suppress(fault.PathError, fault.ValidationError):  # judged afterwards
            asyncio.run(validator.async_validate_path())
        self.ocsps += lent.ocsps.values()
        self.crls += lent.crls.values()


class _OutOfPeriodError(fault.ExpiredError):
    def __init__(self) -> None:
        Exception.__init__(self)


def _check_period(certificate: x509.Certificate, moment: dt.datetime) -> None:
    """Path validation does not ask this of a certificate that is itself among the trusted ones."""
    if not certificate.not_valid_before <= moment <= certificate.not_valid_after:
        raise _OutOfPeriodError


def proofs_of(
    reader: Reader,
    trust: Trust,
    signed: Iterable[cms.SignedData],
    *,
    online: StatusSource | None = None,
) -> Proofs:
    """Gather what a file brings; raises what parsers of hostile bytes raise."""
    found = Proofs(trust=trust, online=online)
    for data in signed:
        found.certificates += extract_certificate_info(data).other_certs
        for info in data["signer_infos"]:
            _gather_archive(info, found)
    try:
        store = DocumentSecurityStore.read_dss(reader)
    except NoDSSFoundError:
        return found
    found.certificates += store.load_certs()
    found.ocsps += [ocsp.OCSPResponse.load(one.get_object().data) for one in store.ocsps]
    found.crls += [crl.CertificateList.load(one.get_object().data) for one in store.crls]
    return found


def _gather_archive(info: cms.SignerInfo, found: Proofs) -> None:
    """Adobe's revocation archive, a signed attribute (ISO 32000-1, 12.8.3.3.2)."""
    for attribute in info["signed_attrs"]:
        if attribute["type"].native == "adobe_revocation_info_archival":
            for archive in attribute["values"]:
                found.ocsps += list(archive["ocsp"] or ())
                found.crls += list(archive["crl"] or ())
