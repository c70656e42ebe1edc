"""What is packed, and what came of it."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from pipeline.structure.profile import Profile
from pipeline.structure.records import Place

VIETNAM = dt.timezone(dt.timedelta(hours=7), "+07")
"""Times in packages bear +07:00 (TT 05/2025)."""
_NAMESPACE = uuid.UUID("6f0f6a8e-6a53-5b0b-9a0e-0a5f3c1d2b47")
"""Ours: package names follow from what they hold, so that a repetition has the same name."""

HOSO, TAILIEU = "hoso", "tailieu"
"""Package of one dossier; package of one document that lies in none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PackedEvent:
    """Something that was done to a document, for the preservation record."""

    kind: str
    """`digitization`, `digital signature generation`, … (PREMIS event type vocabulary)."""
    at: dt.datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PackedDocument:
    """One document with its file."""

    document_id: str
    values: Mapping[str, str]
    """By the field names of the profile; `ordinal` is set."""
    path: Path
    digest: str
    """sha-256 that the file must have."""
    size_bytes: int
    events: tuple[PackedEvent, ...] = ()
    page_count: int = 0
    media_type: str = "application/pdf"


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """What one package holds."""

    kind: str
    """`hoso` or `tailieu`."""
    key: str
    """Identity of what is packed: dossier's place or document's id; stable."""
    code: str
    """Code of the dossier, or of the loose document's would-be dossier."""
    values: Mapping[str, str]
    place: Place
    documents: Callable[[], Iterator[PackedDocument]]
    """Yields the documents in order, one at a time, each time it is called."""
    document_ids: tuple[str, ...]
    """Their ids, in the same order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Consignment:
    """One delivery: where it goes, and how."""

    name: str
    """Of the batch; part of every package's identity."""
    revision: int
    """1 for the first delivery, one more for each supplement and replacement."""
    status: str
    """`new`, `supplement` or `replacement`."""
    profile: Profile
    agency_code: str
    agency_name: str
    fonds: str
    software: str
    """`sohoa 0.1.0`."""
    created_at: dt.datetime

    def object_id(self, content: Content) -> str:
        """Return the package's name; the same content of the same delivery has the same name."""
        if self.profile.package is None:
            raise ValueError("the profile has no package format")
        made = uuid.uuid5(
            _NAMESPACE, f"{self.name}\x1f{self.revision}\x1f{content.kind}\x1f{content.key}"
        )
        return self.profile.package.object_id.format(uuid=str(made).upper())


class Signer(Protocol):
    """Signs the manifest of a delivery."""

    def sign(self, data: bytes) -> bytes:
        """Return a detached CMS signature (RFC 5652, DER) over data.

        Raises:
            OperatorError: SIGN-…
            TransientError: SIGN-TOKEN-DOWN.
        """

    def verify(self, data: bytes, signature: bytes) -> str | None:
        """Return who signed exactly these bytes, None when the signature does not fit them."""
