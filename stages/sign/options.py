"""The settings of the stage `sign`; read at every start, so nothing heavy is imported here."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from stages.sign.place import PLACES
from stages.sign.services import Services, TsaOptions


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """How the signature looks and how strictly it is checked."""

    kind: Literal["SAO Y", "SAO LỤC", "TRÍCH SAO"] = "SAO Y"
    """Kind of copy (NĐ 30/2020, Đ25)."""
    agency: str = ""
    """Name of the agency that makes the copy; left out when empty."""
    conversion_mark: bool = False
    """Show the mark of conversion from paper too (NĐ 137/2024, Đ4): sign, time, who converted. Of
    scans alone: a born-digital file was not converted from paper."""
    conversion_code: bool = False
    """With the mark, a QR code too: who converted, when, and the beginning of the received bytes'
    sha-256."""
    converter: str = ""
    """Full name of the person or body that converts, for the mark; the agency when empty."""
    fonts: tuple[str, ...] = (
        "/usr/share/fonts/truetype/croscore/Tinos-Regular.ttf",
        "/usr/share/fonts/truetype/liberation2/LiberationSerif-Regular.ttf",
        "/usr/share/fonts/truetype/liberation/LiberationSerif-Regular.ttf",
    )
    """TrueType files with the metrics of Times New Roman, best first."""
    size_pt: float = 10.0
    """Size of the letters (NĐ 30/2020, PL I)."""
    width_max_mm: float = 75.0
    """Longer agency names are broken into lines."""
    inset_right_mm: float = 12.0
    """From the page's side; the right margin is 15–20 mm."""
    inset_top_mm: float = 6.0
    """From the page's top or bottom; the top margin is 20–25 mm."""
    places: tuple[str, ...] = PLACES
    """Where the signature may stand, best first."""
    ink_share_max: float = 0.0005
    """Share of inked pixels under the box that still counts as empty paper (specks)."""
    look_dpi: float = 72.0
    """Resolution of the comparison before and after; a drawing at 100 takes half as long again."""
    look_all_pages: bool = False
    """Compare all pages and not only the first; costs two drawings a page."""
    verapdf_share: float = field(default=0.0, metadata={"min": 0.0, "max": 1.0})
    """Share of the sealed files that veraPDF judges before they are delivered; 1 for all."""
    verapdf_jar: Path | None = None
    """veraPDF's jar (org.verapdf.apps:cli), where it is installed; needs a JDK."""
    trust: tuple[str, ...] = ()
    """Certificates (PEM, DER) or folders of them: roots against which the agency's own certificate
    and the signatures of received files are checked."""
    intermediates: tuple[str, ...] = ()
    """Certificates or folders of them that complete chains; real signatures often bring the
    signer's certificate alone."""
    level: Literal["B-B", "B-T", "B-LT", "B-LTA"] = "B-B"
    """PAdES level (ETSI EN 319 142-1): B-B signature, B-T with a time stamp, B-LT with the proofs
    of validity inside, B-LTA with a time stamp over those."""
    lower_when_down: bool = False
    """Seal at a lower level at once when a service does not answer, to be raised later by
    `sohoa renew`; else documents wait unsealed."""
    status: Literal["warn", "require", "off"] = "warn"
    """Below B-LT: ask before sealing whether the certificate was revoked. `warn` seals with a
    remark when nobody answers, `require` lets the document wait (TT 15/2025, PL II)."""
    status_timeout_s: float = field(default=20.0, metadata={"min": 0.1, "max": 600.0})
    """Limit for an answer of OCSP and for a CRL."""
    evidence_online: bool = False
    """Ask OCSP and CRL about the signers of received files; else what the files bring must do."""
    evidence_timeout_s: float = field(default=120.0, metadata={"min": 1.0, "max": 3600.0})
    """Limit for examining the signatures of one received file."""
    tsa_url: str = ""
    """Address of the time stamping authority (RFC 3161 over HTTP), for B-T and above."""
    tsa_timeout_s: float = field(default=180.0, metadata={"min": 0.1, "max": 3600.0})
    """Limit for one answer; the state's authority was seen to take 131 s."""
    tsa_tries: int = field(default=3, metadata={"min": 1, "max": 10})
    """Tries before documents wait."""
    tsa_at_once: int = field(default=4, metadata={"min": 1, "max": 64})
    """Questions to the authority at the same time."""
    tsa_down_pause_s: float = field(default=60.0, metadata={"min": 0.0, "max": 3600.0})
    """After a question in vain nobody asks for so long."""

    def services(self) -> Services:
        """Return the services that these options name."""
        return Services(
            tsa_options=TsaOptions(
                url=self.tsa_url,
                timeout_s=self.tsa_timeout_s,
                tries=self.tsa_tries,
                at_once=self.tsa_at_once,
                down_pause_s=self.tsa_down_pause_s,
            ),
            trust=self.trust,
            intermediates=self.intermediates,
            status_timeout_s=self.status_timeout_s,
            verapdf_jar=self.verapdf_jar,
        )
