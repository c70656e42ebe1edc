"""Checks the signatures of any PDF: integrity, coverage, later changes, certificate, trust.

For evidence that comes in and for `sohoa verify FILE`. The file is only read. Junk never escapes as
a foreign error: what cannot be read at all is a DocumentError, a signature that cannot be read is
reported as such and is never valid.

Signatures of state bodies are mostly plain PKCS#7 (ISO 32000-1, 12.8.3.3), several on one file,
some with SHA-1, some with local time written as UTC; they are reported as they are.
"""

from __future__ import annotations

import datetime as dt
import io
import struct
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from asn1crypto import x509
from pyhanko.pdf_utils.misc import PdfError, PdfReadError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.ades.report import AdESFailure, AdESIndeterminate
from pyhanko.sign.diff_analysis import ModificationLevel
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.status import PdfSignatureStatus, SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext

from pipeline.model.errors import DocumentError
from stages.sign.identity import DEVELOPMENT_MARK
from stages.sign.report import Problem, SignatureReport, Verdict, VerifyReport
from stages.sign.trust import Trust, load_trust

_JUNK = (
    PdfError,
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
_SIGNATURES_MAX = 64
_WEAK_DIGESTS = frozenset({"md5", "sha1"})
_VIET_NAM_OFFSET = dt.timedelta(hours=7)
_CLOCKS_AGREE = dt.timedelta(minutes=30)
_FATAL = frozenset({Problem.BROKEN, Problem.FORGED, Problem.COVERAGE, Problem.REVOKED})
_HARMLESS = frozenset({Problem.DEVELOPMENT, Problem.LOCAL_TIME})


def verify(path: Path, *, trust: Iterable[Path] = ()) -> VerifyReport:
    """Report on all signatures of a PDF.

    Args:
        path: the file.
        trust: certificates (PEM, DER) or folders of them to trust; without any, a flawless
            signature is UNKNOWN, for nobody says who the signer is.

    Raises:
        DocumentError: DOC-VANISHED, DOC-UNREADABLE, DOC-FORMAT, DOC-ENCRYPTED, DOC-DAMAGED.
        OperatorError: SYS-CONFIG when a trusted certificate cannot be read.
    """
    anchors = load_trust(trust)
    reader = _reader(_data(path))
    try:
        found = reader.embedded_regular_signatures[:_SIGNATURES_MAX]
    except _JUNK as error:
        raise DocumentError("DOC-DAMAGED", detail=type(error).__name__) from error
    reports = [_report(signature, anchors) for signature in found]
    return VerifyReport(file=path.name, signatures=tuple(_judge_changes(reports)))


def _data(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError as error:
        raise DocumentError("DOC-VANISHED") from error
    except OSError as error:
        raise DocumentError("DOC-UNREADABLE", detail=error.strerror or "") from error


def _reader(data: bytes) -> PdfFileReader:
    try:
        reader = PdfFileReader(io.BytesIO(data), strict=False)
        is_encrypted = reader.encrypted
        reader.root["/Type"]
    except PdfReadError as error:
        code = "DOC-DAMAGED" if b"%PDF-" in data[:1024] else "DOC-FORMAT"
        raise DocumentError(code, detail=type(error).__name__) from error
    except _JUNK as error:
        raise DocumentError("DOC-DAMAGED", detail=type(error).__name__) from error
    if is_encrypted:
        raise DocumentError("DOC-ENCRYPTED")
    return reader


def _report(signature: EmbeddedPdfSignature, trust: Trust) -> SignatureReport:
    field, kind = _names(signature)
    try:
        context = ValidationContext(
            trust_roots=list(trust.roots), other_certs=list(trust.others), allow_fetching=False
        )
        status = validate_pdf_signature(signature, context)
        return _described(field, kind, status)
    except _JUNK:
        problems = (Problem.UNREADABLE,)
        return SignatureReport(field=field, kind=kind, verdict=Verdict.UNKNOWN, problems=problems)


def _names(signature: EmbeddedPdfSignature) -> tuple[str, str]:
    try:
        return str(signature.field_name), str(signature.sig_object.get("/SubFilter", ""))[1:]
    except _JUNK:
        return "?", ""


def _described(field: str, kind: str, status: PdfSignatureStatus) -> SignatureReport:
    certificate = status.signing_cert
    stamp = status.timestamp_validity
    has_timestamp = stamp is not None and stamp.valid and stamp.intact
    reported = _aware(status.signer_reported_dt)
    signed_at = _aware(stamp.timestamp) if has_timestamp and stamp is not None else reported
    problems = tuple(_problems(status, signed_at, reported, has_timestamp=has_timestamp))
    return SignatureReport(
        field=field,
        kind=kind,
        verdict=_verdict(problems),
        problems=problems,
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
        is_trusted=bool(status.trusted),
        algorithm=str(status.md_algorithm),
    )


def _problems(
    status: PdfSignatureStatus,
    signed_at: dt.datetime | None,
    reported: dt.datetime | None,
    *,
    has_timestamp: bool,
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
    yield from _trust_problems(status)
    if status.trusted and not _holds(status, signed_at, has_timestamp=has_timestamp):
        yield Problem.EXPIRED
    if status.md_algorithm in _WEAK_DIGESTS:
        yield Problem.WEAK
    if DEVELOPMENT_MARK in _common_name(status.signing_cert.subject):
        yield Problem.DEVELOPMENT
    if signed_at is not None and reported is not None:
        ahead = reported - signed_at
        if abs(ahead - _VIET_NAM_OFFSET) < _CLOCKS_AGREE:
            yield Problem.LOCAL_TIME


def _holds(
    status: PdfSignatureStatus, signed_at: dt.datetime | None, *, has_timestamp: bool
) -> bool:
    """Tell whether the certificate holds at the time that is proved: the timestamp's, else now.

    Path validation does not ask this of a certificate that is itself among the trusted ones.
    """
    proved = signed_at if has_timestamp and signed_at is not None else dt.datetime.now(dt.UTC)
    certificate = status.signing_cert
    return bool(certificate.not_valid_before <= proved <= certificate.not_valid_after)


def _trust_problems(status: PdfSignatureStatus) -> Iterator[Problem]:
    if status.trusted:
        return
    indication = status.trust_problem_indic
    if indication in {AdESFailure.REVOKED, AdESIndeterminate.REVOKED_NO_POE}:
        yield Problem.REVOKED
    elif indication in {
        AdESIndeterminate.OUT_OF_BOUNDS_NO_POE,
        AdESIndeterminate.EXPIRED,
        AdESFailure.NOT_YET_VALID,
    }:
        yield Problem.EXPIRED
    else:
        yield Problem.UNTRUSTED


def _verdict(problems: tuple[Problem, ...]) -> Verdict:
    if _FATAL & set(problems):
        return Verdict.INVALID
    return Verdict.UNKNOWN if set(problems) - _HARMLESS else Verdict.VALID


def _judge_changes(reports: list[SignatureReport]) -> Iterator[SignatureReport]:
    """Pass reports on; a forbidden change that no later signature answers for is INVALID.

    Where an intact signature covers the whole file, its signer has signed the change too: the
    earlier one is then in doubt, not broken (tools of state bodies rewrite more than PDF allows).
    """
    is_answered = any(r.covers_file and r.is_intact for r in reports)
    for report in reports:
        if Problem.CHANGED in report.problems and not is_answered:
            yield replace(report, verdict=Verdict.INVALID)
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
    return str(common) if common else str(name.human_friendly)
