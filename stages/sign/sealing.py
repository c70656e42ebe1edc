"""Puts a PAdES signature at level B-B or B-T on a PDF (ETSI EN 319 142-1, 6.3) as an update.

SubFilter ETSI.CAdES.detached, SHA-256, attribute signing-certificate-v2 (RFC 5035), time of signing
in /M and not in the CMS, all by pyHanko. The received bytes stay an untouched prefix: metadata and
page content are never rewritten (pyHanko would write its own XMP; that is switched off here).
"""

from __future__ import annotations

import asyncio
import datetime as dt
import io
from dataclasses import dataclass

from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.sign.fields import SigFieldSpec, SigSeedSubFilter, enumerate_sig_fields
from pyhanko.sign.general import SigningError
from pyhanko.sign.signers.pdf_cms import PdfCMSSignedAttributes, Signer
from pyhanko.sign.signers.pdf_signer import PdfSignatureMetadata, PdfSigner
from pyhanko.sign.timestamps import TimeStamper

from pipeline.model.errors import ContractError
from stages.sign.appearance import Appearance, AppearanceStyle
from stages.sign.timestamping import OutgrownError, Tsa
from stages.sign.update import Update

DIGEST = "sha256"
_FIELD_NAME = "Seal"


@dataclass(frozen=True, slots=True, kw_only=True)
class Visible:
    """Where and what the signature shows."""

    rectangle: tuple[float, float, float, float]
    """In PDF space of page 1, points: left, bottom, right, top."""
    rotation_deg: int
    """Of the page when shown, clockwise."""
    appearance: Appearance


def seal_bytes(
    data: bytes,
    *,
    signer: Signer,
    timestamper: TimeStamper | None,
    now: dt.datetime,
    visible: Visible,
    rooms: dict[object, int] | None = None,
) -> bytes:
    """Return the PDF with a signature appended.

    Args:
        data: PDF/A bytes.
        signer: lent by the provider for this one signature.
        timestamper: adds a signature timestamp (level B-T) when given.
        now: time of signing, aware; goes into /M.
        visible: the appearance on page 1.
        rooms: known lengths of signatures by key and certificates; enlarged here. To find a length
            costs as much as a signature.

    Raises:
        ContractError: BUG-PDFA when pyHanko cannot extend what `archive` made.
    """
    known = {} if rooms is None else rooms
    try:
        try:
            return asyncio.run(_seal(data, signer, timestamper, now, visible, known))
        except OutgrownError:
            return asyncio.run(_seal(data, signer, timestamper, now, visible, known))
    except (PdfError, SigningError, OutgrownError) as error:
        raise ContractError("BUG-PDFA", detail=f"cannot be signed: {error}") from error


async def _seal(
    data: bytes,
    signer: Signer,
    timestamper: TimeStamper | None,
    now: dt.datetime,
    visible: Visible,
    rooms: dict[object, int],
) -> bytes:
    update = Update(io.BytesIO(data))
    name = _free_field_name(update)
    session = PdfSigner(
        PdfSignatureMetadata(
            field_name=name,
            md_algorithm=DIGEST,
            subfilter=SigSeedSubFilter.PADES,
            # The CMS has a known size, and `Tsa` says how much room a token needs.
            tight_size_estimates=True,
        ),
        signer=signer,
        timestamper=timestamper,
        stamp_style=AppearanceStyle(
            border_width=0, appearance=visible.appearance, rotation_deg=visible.rotation_deg
        ),
        new_field_spec=SigFieldSpec(
            name,
            on_page=0,
            box=visible.rectangle,  # type: ignore[arg-type]  # fractions of a point are fine
        ),
    ).init_signing_session(update)
    session.system_time = now
    key = _room_key(signer, timestamper)
    if key not in rooms:
        rooms[key] = await session.estimate_signature_container_size(None)
    reserved = rooms[key]
    document = session.prepare_tbs_document(None, reserved)
    digest, out = document.digest_tbs_document()
    await document.perform_signature(
        document_digest=digest.document_digest,
        pdf_cms_signed_attrs=PdfCMSSignedAttributes(signing_time=now),
    )
    return bytes(out.getvalue())  # type: ignore[attr-defined]


def _room_key(signer: Signer, timestamper: TimeStamper | None) -> object:
    """Return what the length of a signature depends on."""
    certificates = sorted(certificate.sha256 for certificate in signer.cert_registry)
    mechanism = signer.get_signature_mechanism_for_digest(DIGEST).dump()
    room = timestamper.token_bytes if isinstance(timestamper, Tsa) else None
    signing = signer.signing_cert
    own = None if signing is None else signing.sha256
    return (own, mechanism, *certificates, timestamper is None, room)


def _free_field_name(update: IncrementalPdfFileWriter) -> str:
    taken = {name for name, _, _ in enumerate_sig_fields(update)}
    number = 1
    while f"{_FIELD_NAME}{number}" in taken:
        number += 1
    return f"{_FIELD_NAME}{number}"
