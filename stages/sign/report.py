"""What `verify` says of a file's signatures: records, JSON, and lines for people.

In Vietnamese first, in the order in which the law lists it (TT 15/2025/TT-BKHCN, PL II): signer,
issuer, time of signing, integrity, validity, period of the certificate.
"""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any


class Verdict(enum.Enum):
    """As ETSI EN 319 102-1, 5.1.3: TOTAL-PASSED, TOTAL-FAILED, INDETERMINATE."""

    VALID = "valid"
    INVALID = "invalid"
    UNKNOWN = "unknown"


_EXIT_CODES = {Verdict.VALID: 0, Verdict.INVALID: 1, Verdict.UNKNOWN: 2}
_VERDICT_WORDS = {
    Verdict.VALID: "HỢP LỆ / VALID",
    Verdict.INVALID: "KHÔNG HỢP LỆ / INVALID",
    Verdict.UNKNOWN: "CHƯA XÁC ĐỊNH / UNKNOWN",
}


class Problem(enum.Enum):
    """Why a signature is not simply valid; the value is said to people."""

    BROKEN = "Nội dung đã bị sửa sau khi ký / the signed content was changed"
    FORGED = "Chữ ký không khớp với khóa / the signature does not match the key"
    CHANGED = (
        "Tệp bị sửa sau khi ký theo cách không được phép / changed after signing in a way that "
        "is not allowed"
    )
    COVERAGE = "Chữ ký không bao trùm cả tệp / the signature does not cover the file as it must"
    UNTRUSTED = (
        "Chưa có chứng thư gốc tin cậy để kiểm tra / no trusted root certificate to check against"
    )
    EXPIRED = "Chứng thư không có hiệu lực tại thời điểm xét / certificate out of its period"
    REVOKED = "Chứng thư đã bị thu hồi / the certificate is revoked"
    WEAK = "Thuật toán yếu (SHA-1 hoặc cũ hơn) / weak algorithm"
    UNREADABLE = "Không đọc được chữ ký / the signature cannot be read"
    DEVELOPMENT = "Chữ ký thử nghiệm, không có giá trị pháp lý / development signature"
    LOCAL_TIME = "Giờ ký ghi giờ địa phương như giờ UTC / local time was written as UTC"


@dataclass(frozen=True, slots=True, kw_only=True)
class SignatureReport:
    """One signature."""

    field: str
    """Name of its form field."""
    kind: str
    """SubFilter (ISO 32000-1, table 252) without the slash, empty when absent."""
    verdict: Verdict
    problems: tuple[Problem, ...] = ()
    signer: str = ""
    issuer: str = ""
    serial: str = ""
    """Serial number of the certificate, hex."""
    signed_at: dt.datetime | None = None
    """Time of the timestamp where there is one, else as the signer says."""
    has_timestamp: bool = False
    is_intact: bool = False
    """The signed bytes are what was signed."""
    covers_file: bool = False
    """Nothing was added after this signature."""
    changes: str = ""
    """What was added afterwards: `none`, `lta_updates`, `form_filling`, `annotations`, `other`."""
    not_before: dt.datetime | None = None
    not_after: dt.datetime | None = None
    is_trusted: bool = False
    algorithm: str = ""
    """Digest algorithm."""

    def to_json(self) -> dict[str, Any]:
        """Return the signature as a JSON object."""
        return {
            "field": self.field,
            "kind": self.kind,
            "verdict": self.verdict.value,
            "problems": [problem.name for problem in self.problems],
            "signer": self.signer,
            "issuer": self.issuer,
            "serial": self.serial,
            "signed_at": _iso(self.signed_at),
            "has_timestamp": self.has_timestamp,
            "is_intact": self.is_intact,
            "covers_file": self.covers_file,
            "changes": self.changes,
            "not_before": _iso(self.not_before),
            "not_after": _iso(self.not_after),
            "is_trusted": self.is_trusted,
            "algorithm": self.algorithm,
        }

    def lines(self) -> Iterator[str]:
        """Yield the signature for people."""
        yield f"Chữ ký / signature {self.field} [{self.kind}]: {_VERDICT_WORDS[self.verdict]}"
        yield f"  Người ký / signer: {self.signer}"
        yield f"  Đơn vị cấp / issuer: {self.issuer}"
        stamped = "dấu thời gian / timestamp" if self.has_timestamp else "tự khai / self-reported"
        yield f"  Thời điểm ký / signed at: {_iso(self.signed_at) or '?'} ({stamped})"
        yield f"  Toàn vẹn / integrity: {_yes(self.is_intact)}"
        yield f"  Sửa sau khi ký / later changes: {self.changes or '?'}"
        period = f"{_iso(self.not_before) or '?'} – {_iso(self.not_after) or '?'}"
        yield f"  Hiệu lực chứng thư / certificate period: {period}"
        yield f"  Tin cậy / trusted: {_yes(self.is_trusted)}"
        for problem in self.problems:
            yield f"  ! {problem.value}"


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifyReport:
    """All signatures of a file."""

    file: str
    """Name of the file."""
    signatures: tuple[SignatureReport, ...]
    """In the order in which they were made."""

    @property
    def verdict(self) -> Verdict:
        """INVALID when one is, VALID when all are and there is one, else UNKNOWN."""
        verdicts = {signature.verdict for signature in self.signatures}
        if Verdict.INVALID in verdicts:
            return Verdict.INVALID
        return Verdict.VALID if verdicts == {Verdict.VALID} else Verdict.UNKNOWN

    @property
    def exit_code(self) -> int:
        """0 valid, 1 invalid, 2 unknown."""
        return _EXIT_CODES[self.verdict]

    def to_json(self) -> dict[str, Any]:
        """Return the report as a JSON object."""
        return {
            "file": self.file,
            "verdict": self.verdict.value,
            "signatures": [signature.to_json() for signature in self.signatures],
        }

    def lines(self) -> Iterator[str]:
        """Yield the report for people."""
        yield f"{self.file}: {_VERDICT_WORDS[self.verdict]}"
        if not self.signatures:
            yield "  Không có chữ ký số / no digital signature"
        for signature in self.signatures:
            yield from signature.lines()


def _iso(moment: dt.datetime | None) -> str | None:
    return None if moment is None else moment.isoformat(timespec="seconds")


def _yes(fact: bool) -> str:  # noqa: FBT001 - one word out of one fact
    return "có / yes" if fact else "không / no"
