"""The plan: the order of stages, proved before anything runs.

Every artifact a stage needs is made earlier; no two stages make the same kind; nothing that makes a
PDF stands behind `sign`. Like OCR-D's chain check, at start and not in the middle of the night.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.model.errors import ContractError
from pipeline.model.stage import Stage

FROM_PAGE_LINE: frozenset[str] = frozenset({"original", "pages", "layers", "text"})
"""Kinds that exist before the first stage behind the guard."""


@dataclass(frozen=True, slots=True)
class Plan:
    """Guard first, then the stages in order."""

    guard: Stage
    stages: tuple[Stage, ...]

    def __post_init__(self) -> None:
        """Prove the order; raises ContractError BUG-STAGE."""
        have = set(FROM_PAGE_LINE)
        for stage in self.stages:
            missing = stage.needs - have
            if missing:
                raise ContractError("BUG-STAGE", detail=f"{stage.name} needs {sorted(missing)}")
            twice = stage.makes & have
            if twice:
                raise ContractError("BUG-STAGE", detail=f"{stage.name} makes {sorted(twice)} again")
            have |= stage.makes
        _names_differ(self.stages)


def _names_differ(stages: Sequence[Stage]) -> None:
    names = [stage.name for stage in stages]
    if len(set(names)) != len(names):
        raise ContractError("BUG-STAGE", detail=f"names repeat: {names}")
