"""Opens signed PDFs of strangers: bounded, quick on large object streams, lenient where it is safe.

pyHanko reads the head of an object stream anew for every object in it: a file with 480 objects a
stream costs 770,000 numbers (9 s under load, measured on a real 14-page draft). Here each head is
read once. One habit of a vendor is mended in memory: the identifier of plain RSA with parameters of
RSASSA-PSS behind it, where the signature is plain (PKCS#1 v1.5), as other readers take it; the
algorithm identifier is no part of what is signed.
"""

from __future__ import annotations

import io
import re
from typing import Any

from asn1crypto import algos
from pyhanko.pdf_utils import generic, misc
from pyhanko.pdf_utils.decode_limits import DecodePurpose
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature

SIGNATURES_MAX = 64
_RSA = bytes.fromhex("06092a864886f70d010101")
_PSS_UNDER_RSA = re.compile(re.escape(_RSA) + rb"(?=\x30.\xa0)", re.DOTALL)
"""The identifier of RSA followed by a sequence whose first element has tag [0]: PSS parameters."""


class Reader(PdfFileReader):
    """Reads the head of every object stream once."""

    def __init__(self, data: bytes) -> None:
        """Open a file, taking what a strict reader would refuse."""
        self._heads: dict[int, tuple[object, dict[int, int]]] = {}
        super().__init__(io.BytesIO(data), strict=False)

    def _get_object_from_stream(self, idnum: int, stmnum: int, idx: int) -> Any:
        stream = generic.Reference(stmnum, 0, self).get_object()
        if not isinstance(stream, generic.StreamObject) or stream["/Type"] != "/ObjStm":
            raise misc.PdfReadError("no object stream")
        if not 0 <= idx < int(stream["/N"]):
            return generic.NullObject()
        known = self._heads.get(id(stream))
        data = stream.read_data(DecodePurpose.OBJECT_STREAM)
        if known is None or known[0] is not stream:
            known = (stream, _head(data, int(stream["/N"])))
            self._heads[id(stream)] = known
        offset = known[1].get(idnum)
        if offset is None:
            return generic.NullObject()
        at = io.BytesIO(data)
        at.seek(int(stream["/First"]) + offset)
        try:
            return generic.read_object(at, generic.Reference(idnum, 0, self))
        except (misc.PdfStreamError, misc.PdfReadError):
            return generic.NullObject()


def _head(data: bytes, count: int) -> dict[int, int]:
    """Return number → offset of the objects; the first one of a number counts."""
    words = data.split(None, 2 * count)[: 2 * count]
    try:
        numbers = [int(word) for word in words]
    except ValueError:
        return {}
    head: dict[int, int] = {}
    for number, offset in zip(numbers[::2], numbers[1::2], strict=False):
        head.setdefault(number, offset)
    return head


def mend(signature: EmbeddedPdfSignature) -> bool:
    """Mend a signature's algorithm identifier in memory; return whether there was need, ever.

    Raises:
        ValueError: it cannot be read even so.
    """
    try:
        signature.signer_info["signature_algorithm"].native  # noqa: B018 - parses it now
    except ValueError:
        if _PSS_UNDER_RSA.search(signature.pkcs7_content) is None:
            raise
        signature.signer_info["signature_algorithm"] = algos.SignedDigestAlgorithm(
            {"algorithm": "rsassa_pkcs1v15"}
        )
        signature.is_mended = True  # type: ignore[attr-defined]  # read below
    return bool(getattr(signature, "is_mended", False))
