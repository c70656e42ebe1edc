"""State secrets stop here, before any text is stored (decree 28/2018)."""

from stages.guard.finder import StampFinder
from stages.guard.stage import GuardStage, Options

__all__ = ["GuardStage", "Options", "StampFinder"]
