"""Status of certificates: OCSP (RFC 6960) and CRL (RFC 5280), fetched, kept a while, handed out.

One source a process holds what was fetched until half of its life is over, so that a thousand
documents cost one question; what failed is not asked again for a minute. For every validation it
lends fresh fetchers, which note what they handed out (that is embedded) and what failed (that
tells an outage from a certificate without any status).
"""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import AsyncGenerator, Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from asn1crypto import crl, ocsp, pem, x509
from pyhanko_certvalidator.authority import Authority
from pyhanko_certvalidator.errors import CRLFetchError, OCSPFetchError, OCSPValidationError
from pyhanko_certvalidator.fetchers.api import (
    CertificateFetcher,
    CRLFetcher,
    Fetchers,
    OCSPFetcher,
)
from pyhanko_certvalidator.fetchers.common_utils import (
    enumerate_delivery_point_urls,
    format_ocsp_request,
    process_ocsp_response_data,
)
from pyhanko_certvalidator.util import get_ocsp_urls, get_relevant_crl_dps

from stages.sign.network import NetworkError, ask

_OCSP_BYTES_MAX = 1 << 20
_CRL_BYTES_MAX = 64 << 20
_WITHOUT_END = dt.timedelta(minutes=5)
"""How long an answer that names no next one is kept."""
_FAILED = dt.timedelta(seconds=60)
_NOTHING: tuple[x509.Certificate, ...] = ()
_JUNK = (ValueError, TypeError, KeyError, OCSPValidationError)


@dataclass(slots=True)
class _Kept:
    answer: Any
    until: dt.datetime
    is_failure: bool = False


@dataclass(slots=True)
class StatusSource:
    """Fetches and keeps answers on the status of certificates; safe from several threads."""

    timeout_s: float = 20.0
    age_max_s: float = 3600.0
    """An answer is asked for anew after so long, or when half its own life is over."""
    _kept: dict[tuple[Any, ...], _Kept] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def lend(self) -> StatusFetch:
        """Return fetchers for one validation."""
        return StatusFetch(self)

    def answer(self, key: tuple[Any, ...], fetch: Callable[[], tuple[Any, dt.datetime]]) -> Any:
        """Return what is kept under a key, else fetch it.

        Args:
            key: what is asked for.
            fetch: returns the answer and until when it may be kept.

        Raises:
            NetworkError: it cannot be had, now or a moment ago.
        """
        now = dt.datetime.now(dt.UTC)
        with self._lock:
            kept = self._kept.get(key)
        if kept is None or kept.until <= now:
            try:
                answer, until = fetch()
                kept = _Kept(answer, min(until, now + dt.timedelta(seconds=self.age_max_s)))
            except NetworkError as error:
                kept = _Kept(str(error), now + _FAILED, is_failure=True)
            with self._lock:
                self._kept[key] = kept
        if kept.is_failure:
            raise NetworkError(kept.answer)
        return kept.answer

    def forget(self) -> None:
        """Ask everything anew."""
        with self._lock:
            self._kept.clear()


class StatusFetch:
    """Fetchers of one validation, and what they handed out."""

    def __init__(self, source: StatusSource) -> None:
        """Begin with nothing."""
        self.ocsps: dict[bytes, ocsp.OCSPResponse] = {}
        """Issuer and serial → response."""
        self.crls: dict[str, crl.CertificateList] = {}
        """Address → list."""
        self.failures: list[str] = []
        """Why what could not be had could not be had."""
        self.fetchers = Fetchers(
            ocsp_fetcher=_Ocsp(source, self),
            crl_fetcher=_Crl(source, self),
            cert_fetcher=_NoCertificates(),
        )


class _Ocsp(OCSPFetcher):
    def __init__(self, source: StatusSource, noted: StatusFetch) -> None:
        self._source, self._noted = source, noted

    async def fetch(self, cert: x509.Certificate, authority: Authority) -> ocsp.OCSPResponse:
        reasons = []
        for url in get_ocsp_urls(cert):
            try:
                found = self._source.answer(
                    ("ocsp", url, cert.issuer_serial),
                    lambda url=url: self._ask(url, cert, authority),  # type: ignore[misc]
                )
            except NetworkError as error:
                reasons.append(str(error))
            else:
                self._noted.ocsps[cert.issuer_serial] = found
                return found
        self._noted.failures += reasons
        raise OCSPFetchError("; ".join(reasons) or "no responder named")

    def _ask(
        self, url: str, cert: x509.Certificate, authority: Authority
    ) -> tuple[ocsp.OCSPResponse, dt.datetime]:
        request = format_ocsp_request(
            cert, authority, certid_hash_algo="sha1", request_nonces=False
        )
        data = ask(
            url,
            body=request.dump(),
            headers={"Content-Type": "application/ocsp-request"},
            timeout_s=self._source.timeout_s,
            bytes_max=_OCSP_BYTES_MAX,
        )
        try:
            response = process_ocsp_response_data(data, ocsp_request=request, ocsp_url=url)
            answers = response.response_data["responses"]
            ends = [one["next_update"].native for one in answers]
        except _JUNK as error:
            raise NetworkError(f"no OCSP answer from {url}: {error}") from error
        return response, _until(ends)

    def fetched_responses(self) -> Iterable[ocsp.OCSPResponse]:
        return [*self._noted.ocsps.values()]

    def fetched_responses_for_cert(self, cert: x509.Certificate) -> Iterable[ocsp.OCSPResponse]:
        found = self._noted.ocsps.get(cert.issuer_serial)
        return [] if found is None else [found]


class _Crl(CRLFetcher):
    def __init__(self, source: StatusSource, noted: StatusFetch) -> None:
        self._source, self._noted = source, noted

    async def fetch(
        self,
        cert: x509.Certificate,
        *,
        use_deltas: bool | None = None,  # noqa: ARG002 - a full list says all
    ) -> Iterable[crl.CertificateList]:
        found, reasons = [], []
        for url in _crl_urls(cert):
            try:
                answer = self._source.answer(("crl", url), lambda url=url: self._ask(url))  # type: ignore[misc]
            except NetworkError as error:
                reasons.append(str(error))
            else:
                self._noted.crls[url] = answer
                found.append(answer)
        self._noted.failures += reasons if not found else []
        if reasons and not found:
            raise CRLFetchError("; ".join(reasons))
        return found

    def _ask(self, url: str) -> tuple[crl.CertificateList, dt.datetime]:
        data = ask(url, timeout_s=self._source.timeout_s, bytes_max=_CRL_BYTES_MAX)
        try:
            if pem.detect(data):
                _, _, data = pem.unarmor(data)
            found = crl.CertificateList.load(data)
            ends = [found["tbs_cert_list"]["next_update"].native]
        except _JUNK as error:
            raise NetworkError(f"no list of revoked certificates at {url}: {error}") from error
        return found, _until(ends)

    def fetched_crls(self) -> Iterable[crl.CertificateList]:
        return [*self._noted.crls.values()]

    def fetched_crls_for_cert(self, cert: x509.Certificate) -> Iterable[crl.CertificateList]:
        urls = _crl_urls(cert)
        found = [self._noted.crls[url] for url in urls if url in self._noted.crls]
        if urls and not found:
            raise KeyError(cert.issuer_serial)
        return found


class _NoCertificates(CertificateFetcher):
    """Missing intermediates come from the keeper's store, never from an address in a file."""

    async def fetch_cert_issuers(
        self,
        cert: x509.Certificate,  # noqa: ARG002
    ) -> AsyncGenerator[x509.Certificate, None]:
        for nothing in _NOTHING:
            yield nothing

    async def fetch_crl_issuers(
        self,
        certificate_list: object,  # noqa: ARG002
    ) -> AsyncGenerator[x509.Certificate, None]:
        for nothing in _NOTHING:
            yield nothing

    def fetched_certs(self) -> Iterable[x509.Certificate]:
        return ()


def _crl_urls(cert: x509.Certificate) -> list[str]:
    points = get_relevant_crl_dps(cert, use_deltas=False)
    return [url for point in points for url in enumerate_delivery_point_urls(point)]


def _until(ends: list[dt.datetime | None]) -> dt.datetime:
    now = dt.datetime.now(dt.UTC)
    known = [end for end in ends if end is not None]
    return now + (min(known) - now) / 2 if known else now + _WITHOUT_END
