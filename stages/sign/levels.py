"""Raises a signed PDF to B-T, B-LT and B-LTA (ETSI EN 319 142-1, 6.3), by appending alone.

B-LT: a document security store with the certificates, OCSP answers and CRLs of every signature and
time stamp (ISO 32000-2, 12.8.4.3). B-LTA: a document time stamp over all of it (12.8.5). A
signature at B-B becomes B-T by a document time stamp too. No VRI dictionaries: the standard makes
them optional and readers look at the store as a whole.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from asn1crypto import cms, x509
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import SigFieldSpec, append_signature_field, enumerate_sig_fields
from pyhanko.sign.general import (
    SigningError,
    extract_certificate_info,
)
from pyhanko.sign.signers.pdf_signer import PdfTimeStamper
from pyhanko.sign.validation.dss import DocumentSecurityStore
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko.sign.validation.generic_cms import extract_tst_data_iter
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature

from pipeline.model.errors import ContractError
from stages.sign.chain import Chains, Evidence
from stages.sign.contents import newest
from stages.sign.timestamping import OutgrownError, Tsa
from stages.sign.update import Update

LEVELS = ("B-B", "B-T", "B-LT", "B-LTA")
"""Levels of PAdES baseline signatures, lowest first."""
_DIGEST = "sha256"
_EMPTY_FORM = "/SohoaNothing"
"""Name under which `archive` leaves an empty form in the first page of a PDF/A-1."""
_PDF_1_5 = b"%PDF-1.5"
_STAMP_NAME = "Stamp"
FAULTS = (PdfError, SigningError, SignatureValidationError, OutgrownError, ValueError)
"""What pyHanko raises on a file that it cannot read or extend."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Signer:
    """Whose standing must be proved."""

    certificate: x509.Certificate
    others: tuple[x509.Certificate, ...]
    is_tsa: bool


def signers_of(data: bytes) -> tuple[Signer, ...]:
    """Return the signers of all signatures and time stamps of a PDF, each once.

    Raises:
        ContractError: BUG-PDFA when they cannot be read.
    """
    try:
        found = {
            (one.certificate.sha256, one.is_tsa): one
            for signature in PdfFileReader(io.BytesIO(data), strict=False).embedded_signatures
            for one in _signers(signature)
        }
    except FAULTS as error:
        raise ContractError("BUG-PDFA", detail=f"signatures unreadable: {error}") from error
    return tuple(found.values())


def _signers(signature: object) -> Iterator[Signer]:
    signed: cms.SignedData = signature.signed_data  # type: ignore[attr-defined]
    is_stamp = signature.sig_object.get("/Type") == "/DocTimeStamp"  # type: ignore[attr-defined]
    yield _signer(signed, is_tsa=is_stamp)
    for token in extract_tst_data_iter(signature.signer_info, signed=False):  # type: ignore[attr-defined]
        yield _signer(token, is_tsa=True)


def _signer(signed: cms.SignedData, *, is_tsa: bool) -> Signer:
    info = extract_certificate_info(signed)
    return Signer(certificate=info.signer_cert, others=tuple(info.other_certs), is_tsa=is_tsa)


def evidence_of_newest(
    data: bytes,
    chains: Chains,
    *,
    is_stamp: bool = False,
    others: Iterable[x509.Certificate] = (),
) -> tuple[Evidence, ...]:
    """Return the proofs for the newest signature of our own making, and for its time stamp.

    Args:
        data: a file that we made.
        chains: the way to the trusted roots.
        is_stamp: the newest one is a document time stamp.
        others: further certificates of the file, which may complete chains.

    Raises:
        TransientError, OperatorError: see `Chains.evidence`.
        ContractError: BUG-PDFA.
    """
    try:
        signed = newest(data).signed
        tokens = extract_tst_data_iter(signed["signer_infos"][0], signed=False)
        signers = [_signer(signed, is_tsa=is_stamp), *(_signer(one, is_tsa=True) for one in tokens)]
    except FAULTS as error:
        raise ContractError("BUG-PDFA", detail=f"signature unreadable: {error}") from error
    return _evidence(signers, chains, others)


def evidence_of(data: bytes, chains: Chains) -> tuple[Evidence, ...]:
    """Return the proofs for every signature and time stamp of a PDF.

    Raises:
        TransientError, OperatorError: see `Chains.evidence`.
        ContractError: BUG-PDFA.
    """
    return _evidence(signers_of(data), chains)


def _evidence(
    signers: Iterable[Signer], chains: Chains, others: Iterable[x509.Certificate] = ()
) -> tuple[Evidence, ...]:
    signers = tuple(signers)
    # An authority for time stamps seldom brings its chain; the seal's may complete it.
    brought = [*others, *(other for one in signers for other in one.others)]
    pool = tuple({other.sha256: other for other in brought}.values())
    return tuple(chains.evidence(one.certificate, pool, is_tsa=one.is_tsa) for one in signers)


def with_evidence(data: bytes, evidence: Iterable[Evidence]) -> bytes:
    """Return the PDF with a document security store appended, or enlarged.

    Raises:
        ContractError: BUG-PDFA.
    """
    try:
        update = Update(io.BytesIO(data))
        _supply(update, evidence)
        return _written(update)
    except FAULTS as error:
        raise ContractError("BUG-PDFA", detail=f"no security store: {error}") from error


def with_stamp(data: bytes, tsa: Tsa, evidence: Iterable[Evidence] = ()) -> bytes:
    """Return the PDF with a document time stamp appended, and before it, under it, the evidence.

    Raises:
        TransientError: SIGN-TSA-DOWN.
        OperatorError: SIGN-TSA-REFUSED.
        ContractError: BUG-PDFA.
    """
    known = tuple(evidence)
    try:
        try:
            return asyncio.run(_stamped(data, tsa, known))
        except OutgrownError:
            return asyncio.run(_stamped(data, tsa, known))
    except FAULTS as error:
        raise ContractError("BUG-PDFA", detail=f"cannot be stamped: {error}") from error


async def _stamped(data: bytes, tsa: Tsa, evidence: tuple[Evidence, ...]) -> bytes:
    update = Update(io.BytesIO(data))
    if evidence:
        _supply(update, evidence)
    stamper = PdfTimeStamper(tsa, field_name=_new_field(update, is_old=data[:8] < _PDF_1_5))
    out = await stamper.async_timestamp_pdf(update, _DIGEST, tight_size_estimates=True)
    return bytes(out.getvalue())


def _supply(update: Update, evidence: Iterable[Evidence]) -> None:
    known = tuple(evidence)
    DocumentSecurityStore.supply_dss_in_writer(
        update,
        None,
        certs=[one for item in known for one in item.certificates],
        ocsps=[one for item in known for one in item.ocsps],
        crls=[one for item in known for one in item.crls],
    )


def _written(update: Update) -> bytes:
    out = io.BytesIO()
    update.write(out)  # type: ignore[no-untyped-call]
    return out.getvalue()


def _new_field(update: Update, *, is_old: bool) -> str:
    """Return the name of a field for the stamp; in a file that began as PDF 1.4 it is made here.

    PDF/A-1 wants an appearance even of what shows nothing (ISO 19005-1, 6.9).
    """
    name = _free_name(update)
    if not is_old:
        return name
    append_signature_field(update, SigFieldSpec(sig_field_name=name))
    made = next(field for known, _, field in enumerate_sig_fields(update) if known == name)
    made.get_object()[pdf_name("/AP")] = generic.DictionaryObject(
        {pdf_name("/N"): _empty_form(update)}
    )
    return name


def _empty_form(update: Update) -> generic.PdfObject:
    """Return a form that draws nothing: the one that stage `archive` left for it, else a new one.

    Whoever compares revisions takes a new appearance behind a signature for a change of the look.
    """
    try:
        page = update.root["/Pages"]["/Kids"][0]
        found: generic.PdfObject = page["/Resources"]["/XObject"].raw_get(_EMPTY_FORM)
        return found
    except (KeyError, IndexError):
        form = generic.StreamObject(
            {
                pdf_name("/Type"): pdf_name("/XObject"),
                pdf_name("/Subtype"): pdf_name("/Form"),
                pdf_name("/BBox"): generic.ArrayObject([generic.NumberObject(0)] * 4),
            },
            stream_data=b"",
        )
        return update.add_object(form)


def _free_name(update: Update) -> str:
    taken = {name for name, _, _ in enumerate_sig_fields(update)}
    number = 1
    while f"{_STAMP_NAME}{number}" in taken:
        number += 1
    return f"{_STAMP_NAME}{number}"


def last_stamp_ends(data: bytes) -> dt.datetime | None:
    """Return when the certificate of the newest time stamp ends, None without a stamp.

    Raises:
        ContractError: BUG-PDFA.
    """
    try:
        return end_of(PdfFileReader(io.BytesIO(data), strict=False).embedded_timestamp_signatures)
    except FAULTS as error:
        raise ContractError("BUG-PDFA", detail=f"time stamps unreadable: {error}") from error


def end_of(stamps: Sequence[EmbeddedPdfSignature]) -> dt.datetime | None:
    """Return when the certificate of the last stamp ends; raises `FAULTS`."""
    if not stamps:
        return None
    ends: dt.datetime = extract_certificate_info(stamps[-1].signed_data).signer_cert.not_valid_after
    return ends
