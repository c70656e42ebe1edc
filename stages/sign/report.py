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
    STATUS_UNKNOWN = (
        "Chưa kiểm tra được chứng thư có bị thu hồi hay không / revocation could not be checked"
    )
    USAGE = "Chứng thư không dùng để ký số / the certificate is not meant for signing"
    STAMP_UNTRUSTED = (
        "Dấu thời gian không thuộc nơi cấp tin cậy / the time stamp's authority is not trusted"
    )
    WEAK = "Thuật toán yếu (SHA-1 hoặc cũ hơn) / weak algorithm"
    UNREADABLE = "Không đọc được chữ ký / the signature cannot be read"
    DEVELOPMENT = "Chữ ký thử nghiệm, không có giá trị pháp lý / development signature"
    ODD_ENCODING = "Thuật toán ghi sai quy cách / the algorithm is written in a wrong form"
    TOO_COMPLEX = (
        "Tệp quá phức tạp, kiểm tra không xong trong thời hạn / too complex to be checked in time"
    )
    LOCAL_TIME = "Giờ ký ghi giờ địa phương như giờ UTC / local time was written as UTC"


_SUB_INDICATIONS = {
    Problem.BROKEN: "HASH_FAILURE",
    Problem.FORGED: "SIG_CRYPTO_FAILURE",
    Problem.COVERAGE: "FORMAT_FAILURE",
    Problem.CHANGED: "FORMAT_FAILURE",
    Problem.UNREADABLE: "FORMAT_FAILURE",
    Problem.TOO_COMPLEX: "SIGNED_DATA_NOT_FOUND",
    Problem.REVOKED: "REVOKED_NO_POE",
    Problem.EXPIRED: "OUT_OF_BOUNDS_NO_POE",
    Problem.WEAK: "CRYPTO_CONSTRAINTS_FAILURE_NO_POE",
    Problem.UNTRUSTED: "NO_CERTIFICATE_CHAIN_FOUND",
    Problem.USAGE: "CHAIN_CONSTRAINTS_FAILURE",
    Problem.STATUS_UNKNOWN: "TRY_LATER",
}
"""ETSI EN 319 102-1, table 6; the first problem in this order names the whole."""
_INDICATIONS = {
    Verdict.VALID: "TOTAL-PASSED",
    Verdict.INVALID: "TOTAL-FAILED",
    Verdict.UNKNOWN: "INDETERMINATE",
}
_LABELS = {
    "signer": "Người ký / signer",
    "issuer": "Đơn vị cấp / issuer",
    "signed_at": "Thời điểm ký / signed at",
    "integrity": "Toàn vẹn / integrity",
    "changes": "Sửa sau khi ký / later changes",
    "period": "Hiệu lực chứng thư / certificate period",
    "status": "Trạng thái lúc ký / status at signing",
}
"""What is told of each signature (TT 15/2025/TT-BKHCN, PL II), in order."""
_FACT_CHARS_MAX = 400
_STATUS_WORDS = {
    "good": "còn hiệu lực / valid",
    "not_offered": "nơi cấp không công bố / its issuer publishes none",
    "status_unknown": "chưa kiểm tra được / not known",
    "revoked": "đã bị thu hồi / revoked",
    "out_of_period": "ngoài thời hạn / out of its period",
    "untrusted": "không xét: chưa tin cậy / not judged: not trusted",
}


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
    status: str = ""
    """Of the certificate at the time of signing: value of `proof.Standing`."""
    proved_at: dt.datetime | None = None
    """Time that a trusted time stamp proves; the certificate is judged at it, else now."""
    algorithm: str = ""
    """Digest algorithm."""

    @property
    def sub_indication(self) -> str:
        """ETSI EN 319 102-1, 5.1.3; empty for a valid signature."""
        if self.verdict is Verdict.VALID:
            return ""
        return next((sub for one, sub in _SUB_INDICATIONS.items() if one in self.problems), "")

    def to_json(self) -> dict[str, Any]:
        """Return the signature as a JSON object."""
        return {
            "field": self.field,
            "kind": self.kind,
            "verdict": self.verdict.value,
            "indication": _INDICATIONS[self.verdict],
            "sub_indication": self.sub_indication,
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
            "status": self.status,
            "proved_at": _iso(self.proved_at),
            "algorithm": self.algorithm,
        }

    def facts(self) -> dict[str, str]:
        """Return what the law lists, in its order, name → words; what is not known is left out."""
        stamped = "dấu thời gian / timestamp" if self.has_timestamp else "tự khai / self-reported"
        period = f"{_iso(self.not_before)} – {_iso(self.not_after)}" if self.not_before else ""
        told = {
            "signer": self.signer,
            "issuer": self.issuer,
            "signed_at": f"{_iso(self.signed_at)} ({stamped})" if self.signed_at else "",
            "integrity": _yes(self.is_intact),
            "changes": self.changes,
            "period": period,
            "status": _STATUS_WORDS[self.status] if self.status else "",
            "problems": "; ".join(problem.value for problem in self.problems),
        }
        return {name: words[:_FACT_CHARS_MAX] for name, words in told.items() if words}

    def lines(self) -> Iterator[str]:
        """Yield the signature for people."""
        yield f"Chữ ký / signature {self.field} [{self.kind}]: {_VERDICT_WORDS[self.verdict]}"
        facts = self.facts()
        for name, label in _LABELS.items():
            yield f"  {label}: {facts.get(name, '?')}"
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
            "lines": [*self.lines()],
        }

    def lines(self) -> Iterator[str]:
        """Yield the report for people."""
        yield f"{self.file}: {_VERDICT_WORDS[self.verdict]}"
        if not self.signatures:
            yield "  Không có chữ ký số / no digital signature"
        for signature in self.signatures:
            yield from signature.lines()


def report_from_json(told: dict[str, Any]) -> VerifyReport:
    """Return the report that `VerifyReport.to_json` told; raises KeyError, ValueError."""
    return VerifyReport(
        file=told["file"], signatures=tuple(_signature_from_json(one) for one in told["signatures"])
    )


def _signature_from_json(told: dict[str, Any]) -> SignatureReport:
    times = ("signed_at", "not_before", "not_after", "proved_at")
    left_out = {"verdict", "problems", "indication", "sub_indication"}
    made: dict[str, Any] = {name: value for name, value in told.items() if name not in left_out}
    made |= {name: told[name] and dt.datetime.fromisoformat(told[name]) for name in times}
    return SignatureReport(
        verdict=Verdict(told["verdict"]),
        problems=tuple(Problem[name] for name in told["problems"]),
        **made,
    )


def _iso(moment: dt.datetime | None) -> str | None:
    return None if moment is None else moment.isoformat(timespec="seconds")


def _yes(fact: bool) -> str:  # noqa: FBT001 - one word out of one fact
    return "có / yes" if fact else "không / no"
