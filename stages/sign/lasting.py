"""Until when a sealed PDF proves itself without being stamped again."""

from __future__ import annotations

import datetime as dt
import io

from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.general import extract_certificate_info
from pyhanko.sign.validation.generic_cms import extract_tst_data_iter
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature

from pipeline.model.errors import ContractError
from stages.sign.levels import FAULTS, end_of


def provable_until(data: bytes) -> dt.datetime | None:
    """Return when the proof of a PDF's signatures ends; None when it bears none.

    The newest document time stamp's certificate decides (ETSI EN 319 142-1, 6.3), else those of the
    time stamps over the signatures, else those of the signers themselves.

    Raises:
        ContractError: BUG-PDFA, the signatures cannot be read.
    """
    try:
        reader = PdfFileReader(io.BytesIO(data), strict=False)
        signatures = reader.embedded_regular_signatures
        if not signatures:
            return None
        ends = end_of(reader.embedded_timestamp_signatures)
        if ends is not None:
            return ends
        return min(_end_of_proof(one) for one in signatures)
    except (*FAULTS, LookupError) as error:
        raise ContractError("BUG-PDFA", detail=f"signatures unreadable: {error}") from error


def _end_of_proof(signature: EmbeddedPdfSignature) -> dt.datetime:
    tokens = extract_tst_data_iter(signature.signer_info, signed=False)
    proofs = list(tokens) or [signature.signed_data]
    ends: dt.datetime = max(
        extract_certificate_info(one).signer_cert.not_valid_after for one in proofs
    )
    return ends
