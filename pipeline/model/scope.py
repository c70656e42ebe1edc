"""Whose documents a person may see: those of some drop folders, and some one by one."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """Documents of these folders and these documents; where there is no scope, all of them."""

    folders: frozenset[str] = frozenset()
    """Drop folders that belong to the person's units."""
    document_ids: frozenset[str] = frozenset()
    """Documents that were handed over to the person's units, whatever folder they came by."""

    def holds(self, *, folder: str, document_id: str) -> bool:
        """Return whether a document may be seen."""
        return folder in self.folders or document_id in self.document_ids


def plain_unit(unit: str) -> str:
    """Return a unit's name as it is compared: letter case and further spaces do not matter."""
    return " ".join(unit.split()).casefold()
