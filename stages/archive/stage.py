"""Stage `archive`: the searchable PDF/A of a document.

Needs the layers of the page line (scans and evidence) or the original itself (born-digital files);
makes `pdfa` (PDF/A-2u). It comes after `extract`
because title, author and number go into the file before the signature seals it. It never changes a
received byte.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal

import pikepdf

from pipeline.model.codec import read_layers
from pipeline.model.records import PageLayers, Remark, Route
from pipeline.model.stage import Done, Effect, Work
from stages.archive.attachments import attach
from stages.archive.check import check_document
from stages.archive.document import Finish, leave_empty_form, write_document
from stages.archive.metadata import Facts, facts_of
from stages.archive.profile import PROFILES, Profile

_REVISION = 2
_FALLBACK = "LAYERS-FALLBACK"


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """How PDF/A is made."""

    profile: Literal["2u", "2b", "3b", "1b"] = "2u"
    """Kind of PDF/A: 2u text and looks (ISO 19005-2), 2b looks alone, 3b with received file and
    fields attached, 1b for systems that know PDF 1.4 alone. Born-digital files become level b."""
    standin_fonts: str = "/usr/share/fonts/truetype/croscore"
    """Folder of Tinos, Arimo and Cousine, for born-digital files that lack their fonts."""
    convert_timeout_s: float = 300.0
    """Limit for each of the two attempts to convert a born-digital file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchiveStage:
    """Port `Stage`: pages, layers and fields to PDF/A and text."""

    options: Options = field(default_factory=Options)

    @property
    def name(self) -> str:
        """Name of the stage's package."""
        return "archive"

    @property
    def revision(self) -> int:
        """Raised whenever the same input may give another result."""
        return _REVISION

    @property
    def options_digest(self) -> str:
        """Short digest of options and tool versions."""
        facts = (self.options, pikepdf.__version__, pikepdf.__libqpdf_version__)
        return hashlib.sha256(repr(facts).encode()).hexdigest()[:12]

    @property
    def needs(self) -> frozenset[str]:
        """Kinds of artifact that must exist before."""
        return frozenset({"pages", "layers"})

    @property
    def makes(self) -> frozenset[str]:
        """Kinds of artifact that exist afterwards."""
        return frozenset({"pdfa"})

    @property
    def effect(self) -> Effect:
        """No effect outside."""
        return Effect.PURE

    def run(self, work: Work) -> Done:
        """Write the PDF/A of one document and check it.

        Raises:
            OperatorError: SYS-TOOL-MISSING when OCRmyPDF cannot start (route `digital`).
            ContractError: BUG-PDFA when the file does not pass its own check.
        """
        target = work.scratch / "document.pdf"
        facts = replace(
            _facts(work), part=self._profile.part, conformance=self._profile.conformance
        )
        remarks = self._write(work, target, facts)
        return Done(artifacts={"pdfa": target}, remarks=remarks)

    def _write(self, work: Work, target: Path, facts: Facts) -> tuple[Remark, ...]:
        if work.inspection.route is Route.DIGITAL:
            return self._write_digital(work, target, facts)
        return self._write_scan(work, target, facts)

    def _write_scan(self, work: Work, target: Path, facts: Facts) -> tuple[Remark, ...]:
        fallbacks: list[Remark] = []
        layers = _noting_fallbacks(read_layers(work.artifacts["layers"]), fallbacks)
        write_document(
            target, layers, work.pages, facts, profile=self._profile, finish=self._finish(work)
        )
        sizes_pt = [(page.width_pt, page.height_pt) for page in work.pages]
        check_document(target, sizes_pt=sizes_pt, profile=self._profile)
        return tuple(fallbacks)

    def _write_digital(self, work: Work, target: Path, facts: Facts) -> tuple[Remark, ...]:
        # OCRmyPDF and the font tools load in a second; scans, nearly all of the work, need none.
        from stages.archive.digital import AS_PICTURES, CannotConvertError, write_digital

        entries = work.inspection.pages
        try:
            remarks = write_digital(
                work.artifacts["original"],
                work.artifacts["layers"],
                target,
                pages=work.pages,
                own_text=frozenset(entry.number for entry in entries if entry.has_text_layer),
                facts=replace(facts, conformance="B"),
                profile=self._profile,
                finish=self._finish(work),
                fonts=Path(self.options.standin_fonts),
                timeout_s=self.options.convert_timeout_s,
            )
        except CannotConvertError as error:
            remark = Remark(code=AS_PICTURES, facts={"reason": str(error)})
            return (remark, *self._write_scan(work, target, facts))
        check_document(target, sizes_pt=[None] * len(work.pages), profile=self._profile)
        return remarks

    @property
    def _profile(self) -> Profile:
        return PROFILES[self.options.profile]

    def _finish(self, work: Work) -> Finish:
        """Return what the profile has besides pages: attached files, an empty form."""
        if self._profile.part == "1":
            return leave_empty_form
        if not self._profile.attaches:
            return lambda _: None
        return lambda pdf: attach(
            pdf,
            work.artifacts["original"],
            work.document,
            work.fields,
            received_at=work.received_at,
        )


def _noting_fallbacks(layers: Iterable[PageLayers], noted: list[Remark]) -> Iterator[PageLayers]:
    """Pass layers on; note the pages that fell back to a lesser compression."""
    for page in layers:
        if page.fallback == _FALLBACK:
            noted.append(Remark(code=_FALLBACK, page=page.number))
        yield page


def _facts(work: Work) -> Facts:
    return facts_of(
        work.fields,
        source_name=work.source_name,
        source_digest=work.document.id,
        created=work.received_at,
        is_derivative=work.inspection.route is Route.EVIDENCE,
    )
