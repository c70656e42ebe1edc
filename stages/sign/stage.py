"""Stage `sign`: seals the PDF/A with the agency's key, visibly on page 1.

Makes `sealed` from `pdfa`: PAdES B-B to B-LTA, the text of ô 14 (NĐ 30/2020, PL I), checked again
on the signed bytes. Evidence (a file that came digitally signed) gets no second seal: its
derivative stays unsigned and a report on the signatures it bears is made instead.
"""

from __future__ import annotations

import datetime as dt
import functools
import hashlib
import json
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal

from pyhanko.version import __version__ as pyhanko_version

from pipeline.model.records import POINTS_PER_MM, Remark, Route
from pipeline.model.stage import Done, Effect, Work
from stages.sign.api import SealIdentity, SealProvider
from stages.sign.appearance import (
    CONVERSION_LAW,
    CONVERSION_SIGN,
    CONVERTED_WORD,
    CONVERTER_WORD,
    DEVELOPMENT_LINE,
    TIME_LETTERS,
    Appearance,
    lay_out,
    seal_time,
)
from stages.sign.check import check_look, check_prefix, check_signature
from stages.sign.code import Code, code_of
from stages.sign.examine import examine
from stages.sign.font import SealFont, load_font
from stages.sign.identity import check_period
from stages.sign.picture import PagePicture, draw_pages, draw_part, unit_of
from stages.sign.place import PLACES, Placed, place_box
from stages.sign.raising import Raiser, Sealed
from stages.sign.report import Verdict
from stages.sign.sealing import Visible
from stages.sign.services import Services
from stages.sign.timestamping import TsaOptions

_REVISION = 2
_INK_DPI = 100.0
"""Of the measurement of ink under the box."""
_CODE_ID_CHARS = 32
"""As many hex digits name a document beyond doubt."""
_NARROW_PT = 120.0
"""The line with the time takes 118 pt at 10 pt."""
_EVIDENCE_REMARKS = {
    Verdict.VALID: "SIGN-EVIDENCE-VALID",
    Verdict.INVALID: "SIGN-EVIDENCE-INVALID",
    Verdict.UNKNOWN: "SIGN-EVIDENCE-UNKNOWN",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """How the signature looks and how strictly it is checked."""

    kind: Literal["SAO Y", "SAO LỤC", "TRÍCH SAO"] = "SAO Y"
    """Kind of copy (NĐ 30/2020, Đ25)."""
    agency: str = ""
    """Name of the agency that makes the copy; left out when empty."""
    conversion_mark: bool = False
    """Show the mark of conversion from paper too (NĐ 137/2024, Đ4): sign, time, who converted."""
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


@dataclass(frozen=True, kw_only=True)
class SignStage:
    """Port `Stage`: PDF/A to sealed PDF/A."""

    provider: SealProvider
    options: Options = field(default_factory=Options)
    services: Services | None = None
    """Shared with other folders' stages; made from the options when not given."""

    @property
    def name(self) -> str:
        """Name of the stage's package."""
        return "sign"

    @property
    def revision(self) -> int:
        """Raised whenever the same input may give another result."""
        return _REVISION

    @property
    def options_digest(self) -> str:
        """Short digest of options and tool versions."""
        return hashlib.sha256(repr((self.options, pyhanko_version)).encode()).hexdigest()[:12]

    @property
    def needs(self) -> frozenset[str]:
        """Kinds of artifact that must exist before."""
        return frozenset({"pdfa"})

    @property
    def makes(self) -> frozenset[str]:
        """Kinds of artifact that exist afterwards; of evidence there is a `report` instead."""
        return frozenset({"sealed"})

    @property
    def effect(self) -> Effect:
        """No effect outside."""
        return Effect.PURE

    def run(self, work: Work) -> Done:
        """Seal one document; of evidence make the artifact `report` (JSON) instead.

        Raises:
            DocumentError: the evidence cannot be opened, see `verify`.
            TransientError: SIGN-TSA-DOWN, SIGN-STATUS-DOWN, SIGN-TOKEN-DOWN: the document waits.
            OperatorError: SIGN-IDENTITY, SIGN-PIN, SIGN-EXPIRED, SIGN-NOT-YET, SIGN-REVOKED,
                SIGN-USAGE, SIGN-CHAIN, SIGN-TSA-REFUSED, SYS-TOOL-MISSING (font), SYS-CONFIG.
            ContractError: BUG-PDFA, BUG-APPEARANCE, BUG-STAGE when a check fails.
        """
        if work.inspection.route is Route.EVIDENCE:
            return self._examine(work)
        return self._seal(work)

    def _examine(self, work: Work) -> Done:
        options = self.options
        report = examine(
            work.artifacts["original"],
            trust=[Path(path) for path in options.trust],
            intermediates=[Path(path) for path in options.intermediates],
            online_timeout_s=options.status_timeout_s if options.evidence_online else None,
            timeout_s=options.evidence_timeout_s,
        )
        report = replace(report, file=work.source_name)
        remarks = tuple(
            Remark(code=_EVIDENCE_REMARKS[one.verdict], facts=one.facts())
            for one in report.signatures
        )
        return Done(
            artifacts={"report": json.dumps(report.to_json(), ensure_ascii=False).encode()},
            remarks=remarks or (Remark(code=_EVIDENCE_REMARKS[report.verdict]),),
        )

    def seal_own(self, data: bytes, *, now: dt.datetime) -> bytes:
        """Seal a PDF that the agency itself made: agency and time, no kind of copy, no mark.

        Raises:
            TransientError, OperatorError, ContractError: as `run`.
        """
        return self._sealed(data, now, None)[0].data

    def _seal(self, work: Work) -> Done:
        sealed, placed = self._sealed(work.artifacts["pdfa"].read_bytes(), work.now, work)
        target = work.scratch / "sealed.pdf"
        target.write_bytes(sealed.data)
        if _is_drawn(work.document.id, self.options.verapdf_share):
            self._services.verapdf.check(target)
        remarks = (*_remarks(self.provider.identity, placed), *sealed.remarks)
        return Done(artifacts={"sealed": target}, remarks=remarks)

    def _sealed(self, before: bytes, now: dt.datetime, work: Work | None) -> tuple[Sealed, Placed]:
        """Return a PDF sealed; a copy bears its kind and mark (`work`), the agency's own none."""
        identity = self.provider.identity
        check_period(identity, now)
        first = next(draw_pages(before, dpi=self.options.look_dpi, first_only=True, is_quick=True))
        unit = unit_of(before)
        appearance = self._appearance(identity, first.frame.width_pt * unit, now, work)
        placed = self._place(appearance, first, before, unit)
        visible = Visible(
            rectangle=first.frame.to_pdf(placed.box),
            rotation_deg=first.frame.rotation_deg,
            appearance=appearance,
        )
        with self.provider.signer() as signer:
            sealed = self._raiser(identity).seal(before, signer=signer, now=now, visible=visible)
        self._check(before, sealed, first, placed)
        return sealed, placed

    def _raiser(self, identity: SealIdentity) -> Raiser:
        options = self.options
        # The development authority publishes no status, and nobody trusts it.
        is_asked = bool(options.trust) and not identity.is_development
        return Raiser(
            services=self._services,
            level=options.level,
            is_lower_allowed=options.lower_when_down,
            status=options.status if is_asked else "off",
        )

    @functools.cached_property
    def _services(self) -> Services:
        return self.services or self.options.services()

    def _appearance(
        self, identity: SealIdentity, page_width_pt: float, now: dt.datetime, work: Work | None
    ) -> Appearance:
        options = self.options
        is_marked = work is not None and options.conversion_mark
        texts = (
            *((DEVELOPMENT_LINE,) if identity.is_development else ()),
            *((options.kind,) if work is not None else ()),
            options.agency,
            seal_time(now),
            *(self._mark(now) if is_marked else ()),
        )
        # On a page too narrow for both margins the text takes the whole width.
        inside_pt = page_width_pt - 2 * options.inset_right_mm * POINTS_PER_MM
        width_max_pt = min(
            options.width_max_mm * POINTS_PER_MM,
            inside_pt if inside_pt > _NARROW_PT else page_width_pt,
        )
        return lay_out(
            texts,
            self._font,
            size_pt=options.size_pt,
            width_max_pt=width_max_pt,
            room_pt=max(inside_pt, width_max_pt),
            code=self._code(work) if work and is_marked and options.conversion_code else None,
        )

    def _code(self, work: Work) -> Code:
        """Return the code of the mark; short, for each letter makes it larger."""
        options = self.options
        return code_of(
            "\n".join(
                (
                    CONVERSION_LAW,
                    options.converter or options.agency,
                    seal_time(work.now),
                    work.document.id[:_CODE_ID_CHARS],
                )
            )
        )

    def _mark(self, now: dt.datetime) -> tuple[str, ...]:
        """Return the mark of conversion: sign, who, when (NĐ 137/2024, Đ4.1a)."""
        options = self.options
        return (
            CONVERSION_SIGN,
            f"{CONVERTER_WORD} {options.converter or options.agency}".rstrip(),
            f"{CONVERTED_WORD} {seal_time(now)}",
        )

    @functools.cached_property
    def _font(self) -> SealFont:
        options = self.options
        letters = "".join(
            (
                *(options.kind, options.agency, options.converter),
                *(DEVELOPMENT_LINE, TIME_LETTERS),
                *(CONVERSION_SIGN, CONVERTER_WORD, CONVERTED_WORD),
            )
        )
        return _font_of(self.options.fonts, letters)

    def _place(
        self, appearance: Appearance, first: PagePicture, data: bytes, unit: float
    ) -> Placed:
        """Place the box; where a unit is no point it shrinks, and viewers fit the text into it."""
        options = self.options
        return place_box(
            first,
            (appearance.width_pt / unit, appearance.height_pt / unit),
            order=options.places,
            inset_right_mm=options.inset_right_mm / unit,
            inset_top_mm=options.inset_top_mm / unit,
            ink_share_max=options.ink_share_max,
            look=lambda box: draw_part(data, first.frame, box, dpi=_INK_DPI),
        )

    def _check(self, before: bytes, sealed: Sealed, first: PagePicture, placed: Placed) -> None:
        check_prefix(before, sealed.signed)
        check_prefix(sealed.signed, sealed.data)
        check_signature(sealed.signed)
        after = sealed.data
        dpi, first_only = self.options.look_dpi, not self.options.look_all_pages
        rest = draw_pages(before, dpi=dpi, first_only=False, is_quick=True)
        old = [first] if first_only else rest
        new = draw_pages(after, dpi=dpi, first_only=first_only, is_quick=True)
        check_look(old, new, placed.box)


def _is_drawn(document_id: str, share: float) -> bool:
    """Tell whether a document is among the share; the same document always answers the same."""
    return int(document_id[:8], 16) < share * (1 << 32)


@functools.lru_cache(maxsize=4)
def _font_of(fonts: tuple[str, ...], letters: str) -> SealFont:
    """Return the subset; it takes half a second and is the same for every folder's stage."""
    return load_font([Path(font) for font in fonts], letters)


def _remarks(identity: SealIdentity, placed: Placed) -> tuple[Remark, ...]:
    remarks = []
    if identity.is_development:
        remarks.append(Remark(code="SIGN-DEVELOPMENT"))
    if placed.is_over_ink:
        remarks.append(Remark(code="SIGN-OVER-INK", page=1, facts={"place": placed.place}))
    return tuple(remarks)
