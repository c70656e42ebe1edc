"""One document from unsigned to the level asked for, or to a lower one with a remark.

Before the key is used the certificate's standing is asked: what is revoked or out of its period
never seals. A service that is away makes the document wait, unless a lower level is allowed.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from pyhanko.sign.signers.pdf_cms import Signer

from pipeline.model.errors import OperatorError, TransientError
from pipeline.model.records import Remark
from stages.sign.levels import LEVELS, evidence_of_newest, with_evidence, with_stamp
from stages.sign.sealing import Visible, seal_bytes
from stages.sign.services import Services
from stages.sign.timestamping import Tsa

LOWER = "SIGN-LEVEL-LOWER"
_STATUS_UNKNOWN = "SIGN-STATUS-UNKNOWN"
_OUTAGES = frozenset({"SIGN-TSA-DOWN", "SIGN-STATUS-DOWN"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Sealed:
    """A sealed PDF."""

    data: bytes
    signed: bytes
    """The same up to the signature, without what was appended for higher levels."""
    level: str
    remarks: tuple[Remark, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Raiser:
    """Seals at a level."""

    services: Services
    level: str
    """One of `LEVELS`."""
    is_lower_allowed: bool
    status: str
    """`warn`, `require` or `off`: the question before sealing below B-LT."""

    def seal(self, data: bytes, *, signer: Signer, now: dt.datetime, visible: Visible) -> Sealed:
        """Return the sealed PDF.

        Raises:
            TransientError, OperatorError, ContractError: see `SignStage.run`.
        """
        remarks = list(self._standing(signer))
        lowered: TransientError | None = None
        level = "B-B"
        try:
            stamper = None if self.level == "B-B" else self.services.tsa
            signed = self._signed(data, signer, stamper, now, visible)
            level = "B-B" if stamper is None else "B-T"
        except TransientError as error:
            lowered = self._allowed(error)
            signed = self._signed(data, signer, None, now, visible)
        raised = signed
        if lowered is None and self.level in LEVELS[2:]:
            try:
                raised = self._raised(signed)
                level = self.level
            except TransientError as error:
                lowered = self._allowed(error)
        if lowered is not None:
            facts = {"level": level, "asked": self.level, "cause": lowered.code}
            remarks.append(Remark(code=LOWER, facts=facts))
        return Sealed(data=raised, signed=signed, level=level, remarks=tuple(remarks))

    def _signed(
        self, data: bytes, signer: Signer, stamper: Tsa | None, now: dt.datetime, visible: Visible
    ) -> bytes:
        return seal_bytes(
            data,
            signer=signer,
            timestamper=stamper,
            now=now,
            visible=visible,
            rooms=self.services.rooms,
        )

    def _raised(self, signed: bytes) -> bytes:
        evidence = evidence_of_newest(signed, self.services.chains)
        if self.level == "B-LTA":
            return with_stamp(signed, self.services.tsa, evidence)
        return with_evidence(signed, evidence)

    def _standing(self, signer: Signer) -> tuple[Remark, ...]:
        is_needed = self.level in LEVELS[2:]
        if self.status == "off" and not is_needed:
            return ()
        try:
            found = self.services.chains.evidence(signer.signing_cert, tuple(signer.cert_registry))
        except (TransientError, OperatorError) as error:
            is_unknown = isinstance(error, TransientError) or error.code == "SIGN-CHAIN"
            is_outage = error.code in _OUTAGES
            if is_needed and is_outage and self.is_lower_allowed:
                return ()  # the level is lowered below, with its own remark
            if is_needed or not is_unknown or self.status == "require":
                raise
            facts = {"cause": error.code, "detail": error.detail[:200]}
            return (Remark(code=_STATUS_UNKNOWN, facts=facts),)
        # Whoever checks may lack what the keeper's store of intermediates had.
        for certificate in found.certificates:
            signer.cert_registry.register(certificate)
        return ()

    def _allowed(self, error: TransientError) -> TransientError:
        if not self.is_lower_allowed or error.code not in _OUTAGES:
            raise error
        return error
