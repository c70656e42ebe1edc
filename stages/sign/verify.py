"""Checks the signatures of any PDF: integrity, coverage, later changes, certificate, trust.

For evidence that comes in and for `sohoa verify FILE`. The file is only read. Junk never escapes as
a foreign error: what cannot be read at all is a DocumentError, a signature that cannot be read is
reported as such and is never valid.

Signatures of state bodies are mostly plain PKCS#7 (ISO 32000-1, 12.8.3.3), several on one file,
some with SHA-1, some with local time written as UTC; they are reported as they are.
"""

from __future__ import annotations

import datetime as dt
import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from asn1crypto import x509
from pyhanko.pdf_utils.misc import PdfError, PdfReadError
from pyhanko.sign.diff_analysis import (
    CatalogModificationRule,
    DocInfoRule,
    DSSCompareRule,
    FormUpdatingRule,
    MetadataUpdateRule,
    ModificationLevel,
    ObjectStreamRule,
    SigFieldCreationRule,
    SigFieldModificationRule,
    StandardDiffPolicy,
    XrefStreamRule,
)
from pyhanko.sign.general import SigningError, extract_certificate_info
from pyhanko.sign.validation import validate_pdf_signature, validate_pdf_timestamp
from pyhanko.sign.validation.errors import SignatureValidationError, ValidationInfoReadingError
from pyhanko.sign.validation.generic_cms import extract_tst_data_iter
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.status import PdfSignatureStatus, SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext

from pipeline.model.errors import DocumentError
from stages.sign.identity import DEVELOPMENT_MARK
from stages.sign.proof import TRUSTED, Proofs, Standing, proofs_of
from stages.sign.reading import SIGNATURES_MAX, Reader, mend
from stages.sign.report import Problem, SignatureReport, Verdict, VerifyReport
from stages.sign.status import StatusSource
from stages.sign.trust import load_trust

JUNK = (
    PdfError,
    SigningError,
    SignatureValidationError,
    ValidationInfoReadingError,
    ValueError,
    LookupError,
    TypeError,
    AttributeError,
    ArithmeticError,
    AssertionError,
    NotImplementedError,
    RecursionError,
    struct.error,
)
"""What parsers of PDF and ASN.1 raise on hostile bytes."""
_NAME_CHARS_MAX = 200
_WEAK_DIGESTS = frozenset({"md5", "sha1"})
_VIET_NAM_OFFSET = dt.timedelta(hours=7)
_CLOCKS_AGREE = dt.timedelta(minutes=30)
_FATAL = frozenset({Problem.BROKEN, Problem.FORGED, Problem.COVERAGE, Problem.REVOKED})
_HARMLESS = frozenset(
    {Problem.DEVELOPMENT, Problem.LOCAL_TIME, Problem.ODD_ENCODING, Problem.STAMP_UNTRUSTED}
)
_UNANSWERED = frozenset({"form_filling", "annotations"})
_SIGNATURES_ONLY = StandardDiffPolicy(
    [
        CatalogModificationRule(),
        *(
            rule.as_qualified(ModificationLevel.LTA_UPDATES)
            for rule in (
                DocInfoRule(),
                XrefStreamRule(),
                ObjectStreamRule(),
                DSSCompareRule(),
                MetadataUpdateRule(),
            )
        ),
    ],
    form_rule=FormUpdatingRule([SigFieldCreationRule(), SigFieldModificationRule()]),
)
"""What may follow a signature: further signatures and proofs. Filling in other fields may not, for
a prepared field can cover what was signed (shadow attacks)."""
_OF_STANDING = {
    Standing.STATUS_UNKNOWN: Problem.STATUS_UNKNOWN,
    Standing.REVOKED: Problem.REVOKED,
    Standing.OUT_OF_PERIOD: Problem.EXPIRED,
    Standing.UNTRUSTED: Problem.UNTRUSTED,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class _File:
    """What all signatures of a file share."""

    proofs: Proofs
    stamps: tuple[tuple[int, dt.datetime], ...]
    """Revision and time of trusted, intact document time stamps, newest first."""
    now: dt.datetime


def verify(
    path: Path,
    *,
    trust: Iterable[Path] = (),
    intermediates: Iterable[Path] = (),
    online: StatusSource | None = None,
) -> VerifyReport:
    """Report on all signatures of a PDF.

    Args:
        path: the file.
        trust: certificates (PEM, DER) or folders of them to trust; without any, a flawless
            signature is UNKNOWN, for nobody says who the signer is.
        intermediates: certificates or folders of them that complete chains.
        online: where OCSP and CRL may be asked; None: what the file brings must do.

    Raises:
        DocumentError: DOC-VANISHED, DOC-UNREADABLE, DOC-FORMAT, DOC-ENCRYPTED, DOC-DAMAGED.
        OperatorError: SYS-CONFIG when a trusted certificate cannot be read.
    """
    anchors = load_trust(trust, others=intermediates)
    reader = _reader(_data(path))
    try:
        found = reader.embedded_regular_signatures[:SIGNATURES_MAX]
        stamps = reader.embedded_timestamp_signatures[:SIGNATURES_MAX]
    except JUNK as error:
        raise DocumentError("DOC-DAMAGED", detail=type(error).__name__) from error
    signed = [data for one in (*found, *stamps) for data in _signed_of(one)]
    try:
        proofs = proofs_of(reader, anchors, signed, online=online)
    except JUNK:  # a store of junk proves nothing
        proofs = Proofs(trust=anchors, online=online)
    now = dt.datetime.now(dt.UTC)
    file = _File(proofs=proofs, stamps=tuple(_trusted_stamps(stamps, proofs, now)), now=now)
    reports = [_report(signature, file) for signature in found]
    return VerifyReport(file=path.name, signatures=tuple(_judge_changes(reports)))


def _data(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError as error:
        raise DocumentError("DOC-VANISHED") from error
    except OSError as error:
        raise DocumentError("DOC-UNREADABLE", detail=error.strerror or "") from error


def _reader(data: bytes) -> Reader:
    try:
        reader = Reader(data)
        is_encrypted = reader.encrypted
        reader.root["/Type"]
    except PdfReadError as error:
        code = "DOC-DAMAGED" if b"%PDF-" in data[:1024] else "DOC-FORMAT"
        raise DocumentError(code, detail=type(error).__name__) from error
    except JUNK as error:
        raise DocumentError("DOC-DAMAGED", detail=type(error).__name__) from error
    if is_encrypted:
        raise DocumentError("DOC-ENCRYPTED")
    return reader


def _signed_of(signature: EmbeddedPdfSignature) -> list[Any]:
    """Return the signed data of a signature and of its time stamps, as far as they can be read."""
    try:
        mend(signature)
        tokens = list(extract_tst_data_iter(signature.signer_info, signed=False))
    except JUNK:
        return []
    return [signature.signed_data, *tokens]


def _trusted_stamps(
    stamps: list[EmbeddedPdfSignature], proofs: Proofs, now: dt.datetime
) -> Iterator[tuple[int, dt.datetime]]:
    """Yield document time stamps, newest first, each judged at the time that the newer proves."""
    moment = now
    for stamp in reversed(stamps):
        try:
            status = validate_pdf_timestamp(stamp, _context(proofs))
            certificate = extract_certificate_info(stamp.signed_data).signer_cert
            time = _aware(status.timestamp)
        except JUNK:
            continue
        if not (status.intact and status.valid) or time is None:
            continue
        if (status.coverage or SignatureCoverageLevel.UNCLEAR) < (
            SignatureCoverageLevel.ENTIRE_REVISION
        ):
            continue
        if proofs.standing(certificate, moment=moment, is_tsa=True) in TRUSTED:
            moment = time
            yield int(stamp.signed_revision), time


def _context(proofs: Proofs) -> ValidationContext:
    return ValidationContext(trust_roots=list(proofs.trust.roots), allow_fetching=False)


def _report(signature: EmbeddedPdfSignature, file: _File) -> SignatureReport:
    field, kind = _names(signature)
    try:
        is_odd = mend(signature)
        status = validate_pdf_signature(
            signature, _context(file.proofs), diff_policy=_SIGNATURES_ONLY
        )
        return _described(field, kind, signature, status, file, is_odd=is_odd)
    except JUNK:
        problems = (Problem.UNREADABLE,)
        return SignatureReport(field=field, kind=kind, verdict=Verdict.UNKNOWN, problems=problems)


def _names(signature: EmbeddedPdfSignature) -> tuple[str, str]:
    try:
        kind = str(signature.sig_object.get("/SubFilter", ""))[1:]
        return _shown(str(signature.field_name)), _shown(kind)
    except JUNK:
        return "?", ""


def _described(
    field: str,
    kind: str,
    signature: EmbeddedPdfSignature,
    status: PdfSignatureStatus,
    file: _File,
    *,
    is_odd: bool,
) -> SignatureReport:
    certificate = status.signing_cert
    stamp = status.timestamp_validity
    has_timestamp = stamp is not None and stamp.valid and stamp.intact
    reported = _aware(status.signer_reported_dt)
    signed_at = _aware(stamp.timestamp) if has_timestamp and stamp is not None else reported
    proved_at = _proved_at(signature, stamp if has_timestamp else None, file)
    standing = file.proofs.standing(certificate, moment=proved_at or file.now)
    problems = [*_problems(status, signed_at, reported), *_standing_problems(standing, certificate)]
    if is_odd:
        problems.append(Problem.ODD_ENCODING)
    if has_timestamp and proved_at is None:
        problems.append(Problem.STAMP_UNTRUSTED)
    return SignatureReport(
        field=field,
        kind=kind,
        verdict=_verdict(problems),
        problems=tuple(problems),
        signer=_common_name(certificate.subject),
        issuer=_common_name(certificate.issuer),
        serial=f"{certificate.serial_number:x}",
        signed_at=signed_at,
        has_timestamp=has_timestamp,
        is_intact=bool(status.intact),
        covers_file=status.coverage is SignatureCoverageLevel.ENTIRE_FILE,
        changes=_changes(status),
        not_before=certificate.not_valid_before,
        not_after=certificate.not_valid_after,
        is_trusted=standing in TRUSTED,
        status=standing.value,
        proved_at=proved_at,
        algorithm=str(status.md_algorithm),
    )


def _proved_at(signature: EmbeddedPdfSignature, stamp: Any, file: _File) -> dt.datetime | None:
    """Return the earliest time at which the signature is proved to have been there."""
    later = [time for revision, time in file.stamps if revision > signature.signed_revision]
    moment = min(later, default=None)
    time = None if stamp is None else _aware(stamp.timestamp)
    if time is None:
        return moment
    standing = file.proofs.standing(stamp.signing_cert, moment=moment or file.now, is_tsa=True)
    return time if standing in TRUSTED else moment


def _standing_problems(standing: Standing, certificate: x509.Certificate) -> Iterator[Problem]:
    if standing in _OF_STANDING:
        yield _OF_STANDING[standing]
    usage = certificate.key_usage_value
    if usage is not None and not usage.native & {"digital_signature", "non_repudiation"}:
        yield Problem.USAGE


def _problems(
    status: PdfSignatureStatus, signed_at: dt.datetime | None, reported: dt.datetime | None
) -> Iterator[Problem]:
    if not status.intact:
        yield Problem.BROKEN
    if not status.valid:
        yield Problem.FORGED
    coverage = status.coverage or SignatureCoverageLevel.UNCLEAR
    if coverage < SignatureCoverageLevel.ENTIRE_REVISION:
        yield Problem.COVERAGE
    elif not status.docmdp_ok or not status.seed_value_ok:
        yield Problem.CHANGED
    if status.md_algorithm in _WEAK_DIGESTS:
        yield Problem.WEAK
    if DEVELOPMENT_MARK in _common_name(status.signing_cert.subject):
        yield Problem.DEVELOPMENT
    if signed_at is not None and reported is not None:
        ahead = reported - signed_at
        if abs(ahead - _VIET_NAM_OFFSET) < _CLOCKS_AGREE:
            yield Problem.LOCAL_TIME


def _verdict(problems: Iterable[Problem]) -> Verdict:
    if _FATAL & set(problems):
        return Verdict.INVALID
    return Verdict.UNKNOWN if set(problems) - _HARMLESS else Verdict.VALID


def _judge_changes(reports: list[SignatureReport]) -> Iterator[SignatureReport]:
    """Pass reports on; changes that no later signature answers for are never valid.

    A forbidden change is INVALID, except where an intact signature covers the whole file: its
    signer has signed the change too, and the earlier signature is in doubt, not broken (tools of
    state bodies rewrite more than PDF allows). What PDF allows after a signature (further fields
    for signatures) is in doubt too until an intact signature covers the file.
    """
    is_answered = any(r.covers_file and r.is_intact for r in reports)
    for report in reports:
        if is_answered:
            yield report
        elif Problem.CHANGED in report.problems:
            yield replace(report, verdict=Verdict.INVALID)
        elif report.changes in _UNANSWERED:
            problems = (*report.problems, Problem.CHANGED)
            verdict = Verdict.UNKNOWN if report.verdict is Verdict.VALID else report.verdict
            yield replace(report, problems=problems, verdict=verdict)
        else:
            yield report


def _changes(status: PdfSignatureStatus) -> str:
    level = status.modification_level
    if level is None:
        covered = status.coverage is SignatureCoverageLevel.ENTIRE_FILE
        level = ModificationLevel.NONE if covered else ModificationLevel.OTHER
    return str(level.name).lower()


def _aware(moment: dt.datetime | None) -> dt.datetime | None:
    """Return a time with its offset; one without is taken as Viet Nam's, as signers there mean."""
    if moment is None or moment.tzinfo is not None:
        return moment
    return moment.replace(tzinfo=dt.timezone(_VIET_NAM_OFFSET))


def _common_name(name: x509.Name) -> str:
    native = name.native
    common = native.get("common_name") if isinstance(native, dict) else None
    if isinstance(common, list):
        common = common[0]
    return _shown(str(common) if common else str(name.human_friendly))


def _shown(text: str) -> str:
    """Return a stranger's words on one line: no line breaks, nothing that turns the direction."""
    kept = (sign if sign.isprintable() else "\ufffd" for sign in text[:_NAME_CHARS_MAX])
    return "".join(kept)
