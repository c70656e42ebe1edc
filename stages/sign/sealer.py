"""What the stage `sign` does with one document: places, seals, checks; examines evidence."""

from __future__ import annotations

import datetime as dt
import functools
import json
from dataclasses import dataclass, replace
from pathlib import Path

from pipeline.model.records import POINTS_PER_MM, Remark, Route
from pipeline.model.stage import Done, Work
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
from stages.sign.options import Options
from stages.sign.picture import PagePicture, draw_pages, draw_part, unit_of
from stages.sign.place import Placed, place_box
from stages.sign.raising import Raiser, Sealed
from stages.sign.report import Verdict
from stages.sign.sealing import Visible
from stages.sign.services import Services

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


@dataclass(frozen=True, kw_only=True)
class Sealer:
    """The work of the stage; one object serves all threads."""

    provider: SealProvider
    options: Options
    services: Services

    def run(self, work: Work) -> Done:
        """Seal one document, or examine evidence; raises as `SignStage.run`."""
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
            self.services.verapdf.check(target)
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
            services=self.services,
            level=options.level,
            is_lower_allowed=options.lower_when_down,
            status=options.status if is_asked else "off",
        )

    def _appearance(
        self, identity: SealIdentity, page_width_pt: float, now: dt.datetime, work: Work | None
    ) -> Appearance:
        options = self.options
        # A file that a computer set in type was never paper: the mark would say what is not so.
        is_paper = work is not None and work.inspection.route is Route.SCAN
        is_marked = is_paper and options.conversion_mark
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
