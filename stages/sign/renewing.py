"""Keeps a sealed PDF provable: raises its level, stamps it again before the last stamp ends.

What is already proved inside the file is left alone. A new document time stamp goes over the newest
one while that one's certificate still holds, with the proofs of its standing under it (ETSI EN 319
142-1, 6.3, level B-LTA); nothing before it needs to be valid today.
"""

from __future__ import annotations

import datetime as dt
import io
from dataclasses import dataclass

from asn1crypto import x509
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.general import extract_certificate_info
from pyhanko.sign.validation.dss import DocumentSecurityStore
from pyhanko.sign.validation.generic_cms import extract_tst_data_iter
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature

from pipeline.model.errors import ContractError
from stages.sign.levels import (
    FAULTS,
    end_of,
    evidence_of,
    evidence_of_newest,
    with_evidence,
    with_stamp,
)
from stages.sign.services import Services


@dataclass(frozen=True, slots=True, kw_only=True)
class _State:
    has_signature: bool
    has_stamp: bool
    """Of the signature or of the document."""
    is_proved: bool
    """The security store holds the proofs of every signature's signer."""
    is_archived: bool
    """It does, and the newest document time stamp goes over all of the file."""
    ends: dt.datetime | None
    """When the newest document time stamp's certificate ends."""
    certificates: tuple[x509.Certificate, ...]
    """Of the security store."""


def renewed(
    data: bytes, services: Services, *, level: str, ahead: dt.timedelta, now: dt.datetime
) -> bytes | None:
    """Return the PDF with what it lacks appended, None when it lacks nothing.

    Args:
        data: a sealed PDF.
        services: time stamps, status, roots.
        level: one of `LEVELS`, the least that it must have afterwards.
        ahead: stamp again when the newest stamp ends within this time.
        now: aware.

    Raises:
        TransientError: SIGN-TSA-DOWN, SIGN-STATUS-DOWN.
        OperatorError: SIGN-TSA-REFUSED, SIGN-CHAIN, SIGN-EXPIRED, SIGN-REVOKED, SYS-CONFIG.
        ContractError: BUG-PDFA when it cannot be read.
    """
    state = _state(data)
    if not state.has_signature:
        return None
    before = data
    if level != "B-B" and not state.has_stamp:
        data = with_stamp(data, services.tsa)
    if level == "B-LTA" and not state.is_archived:
        return with_stamp(data, services.tsa, evidence_of(data, services.chains))
    if level == "B-LT" and not state.is_proved:
        data = with_evidence(data, evidence_of(data, services.chains))
    if state.ends is not None and state.ends - now <= ahead:
        data = with_stamp(
            data,
            services.tsa,
            evidence_of_newest(data, services.chains, is_stamp=True, others=state.certificates),
        )
    return data if data is not before else None


def _state(data: bytes) -> _State:
    try:
        reader = PdfFileReader(io.BytesIO(data), strict=False)
        signatures = reader.embedded_regular_signatures
        stamps = reader.embedded_timestamp_signatures
        has_token = any(
            True for one in signatures for _ in extract_tst_data_iter(one.signer_info, signed=False)
        )
        has_store = "/DSS" in reader.root
        held = DocumentSecurityStore.read_dss(reader).load_certs() if has_store else ()
        certificates = tuple(held)
        known = {one.sha256 for one in certificates}
        is_proved = all(
            extract_certificate_info(one.signed_data).signer_cert.sha256 in known
            for one in signatures
        )
        ends = end_of(stamps)
    except (*FAULTS, LookupError) as error:
        raise ContractError("BUG-PDFA", detail=f"signatures unreadable: {error}") from error
    return _State(
        has_signature=bool(signatures),
        has_stamp=has_token or bool(stamps),
        is_proved=is_proved,
        is_archived=is_proved and bool(stamps) and _end_of_range(stamps[-1]) == len(data),
        ends=ends,
        certificates=certificates,
    )


def _end_of_range(stamp: EmbeddedPdfSignature) -> int:
    *_, start, length = (int(number) for number in stamp.byte_range)
    return start + length
