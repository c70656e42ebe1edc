"""Messages of other bodies that are dropped: opened by who knows their format."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline.model.inward import Package
from stages.sign import Options as SignOptions

Judge = Callable[[Sequence[bytes]], tuple[str, str]]
"""Certificates in DER → what the signer's is worth, and whose it is (`stages.sign.judging`)."""


def judge_of(options: SignOptions) -> Judge:
    """Return who judges signers of messages, by the same roots as signers of PDFs."""

    def judge(certificates: Sequence[bytes]) -> tuple[str, str]:
        from stages.sign.judging import CertificateJudge
        from stages.sign.status import StatusSource

        asked = StatusSource(timeout_s=options.status_timeout_s)
        return CertificateJudge(
            trust=tuple(map(Path, options.trust)),
            intermediates=tuple(map(Path, options.intermediates)),
            online=asked if options.evidence_online else None,
        )(certificates)

    return judge


@dataclass(frozen=True, slots=True, kw_only=True)
class LazyUnpacker:
    """Port `Unpacker`; what reads XML is loaded with the first file that looks like a message."""

    judge: Judge
    signature: str = "any"
    """`[intake] message_signature`."""

    def is_message(self, head: bytes) -> bool:
        """Tell from the first bytes whether it may be a message."""
        if not head.lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n").startswith(b"<"):
            return False
        from stages.deliver.edxml.incoming import is_message

        return is_message(head)

    def open(self, message: bytes) -> Package:
        """Return what a message carries; raises as the port says."""
        from stages.deliver.edxml.incoming import EdxmlUnpacker

        return EdxmlUnpacker(judge=self.judge, signature=self.signature).open(message)
