"""Stage `sign`: seals the PDF/A with the agency's key, visibly on page 1.

Makes `sealed` from `pdfa`: PAdES B-B to B-LTA, the text of ô 14 (NĐ 30/2020, PL I), checked again
on the signed bytes. Evidence (a file that came digitally signed) gets no second seal: its
derivative stays unsigned and a report on the signatures it bears is made instead.

The work itself (`sealer.py`) is imported with the first document: pyHanko and fontTools take a
second of processor time, in which the page workers can already read.
"""

from __future__ import annotations

import datetime as dt
import functools
import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pyhanko.version import __version__ as pyhanko_version

from pipeline.model.stage import Done, Effect, Work
from stages.sign.api import SealProvider
from stages.sign.options import Options
from stages.sign.services import Services

if TYPE_CHECKING:
    from stages.sign.sealer import Sealer

_REVISION = 3


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
        return self._sealer.run(work)

    def seal_own(self, data: bytes, *, now: dt.datetime) -> bytes:
        """Seal a PDF that the agency itself made: agency and time, no kind of copy, no mark.

        Raises:
            TransientError, OperatorError, ContractError: as `run`.
        """
        return self._sealer.seal_own(data, now=now)

    @functools.cached_property
    def _sealer(self) -> Sealer:
        from stages.sign.sealer import Sealer  # pyHanko and fontTools, see above

        services = self.services or self.options.services()
        return Sealer(provider=self.provider, options=self.options, services=services)
