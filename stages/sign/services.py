"""What sealing asks of the outside: time stamps, the status of certificates, trusted roots.

Made once a process from the options of the stage and shared by all folders and threads, so that the
limits (four questions at once) and what is kept (status answers) hold for all of them.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.model.errors import OperatorError
from stages.sign.verapdf import WarmVeraPdf

if TYPE_CHECKING:
    from stages.sign.chain import Chains
    from stages.sign.timestamping import Tsa


@dataclass(frozen=True, slots=True, kw_only=True)
class TsaOptions:
    """How a time stamping authority is asked."""

    url: str
    timeout_s: float = 180.0
    tries: int = 3
    at_once: int = 4
    try_pause_s: float = 2.0
    """Between two tries of one question."""
    down_pause_s: float = 60.0
    """After a failed question nobody asks for so long."""


@dataclass(frozen=True, kw_only=True)
class Services:
    """Opened at first use; raises OperatorError SYS-CONFIG when it cannot be."""

    tsa_options: TsaOptions
    trust: tuple[str, ...]
    """Files or folders of trusted certificates."""
    intermediates: tuple[str, ...] = ()
    """Files or folders that complete chains."""
    status_timeout_s: float = 20.0
    status_age_max_s: float = 3600.0
    verapdf_jar: Path | None = None
    """veraPDF, where the keeper has it."""

    @functools.cached_property
    def rooms(self) -> dict[object, int]:
        """Lengths of signatures that are known, see `seal_bytes`."""
        return {}

    @functools.cached_property
    def verapdf(self) -> WarmVeraPdf:
        """The judge of PDF/A, kept warm."""
        if self.verapdf_jar is None:
            raise OperatorError("SYS-CONFIG", detail="[stages.sign] verapdf_jar is not set")
        return WarmVeraPdf(self.verapdf_jar)

    @functools.cached_property
    def tsa(self) -> Tsa:
        """The time stamping authority."""
        if not self.tsa_options.url:
            raise OperatorError("SYS-CONFIG", detail="[stages.sign] tsa_url is not set")
        from stages.sign.timestamping import Tsa  # pyHanko, only where something is sealed

        return Tsa(self.tsa_options)

    @functools.cached_property
    def chains(self) -> Chains:
        """The way to the trusted roots."""
        from stages.sign.chain import Chains  # pyHanko, only where something is sealed
        from stages.sign.status import StatusSource
        from stages.sign.trust import load_trust

        trust = load_trust(
            [Path(one) for one in self.trust], others=[Path(one) for one in self.intermediates]
        )
        if not trust.roots:
            raise OperatorError("SYS-CONFIG", detail="[stages.sign] trust names no root")
        status = StatusSource(timeout_s=self.status_timeout_s, age_max_s=self.status_age_max_s)
        return Chains(trust=trust, status=status)
