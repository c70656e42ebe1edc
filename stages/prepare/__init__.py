"""Decode, turn, straighten and judge a page."""

from __future__ import annotations

from stages.prepare.look import lean_of
from stages.prepare.options import Options
from stages.prepare.preparer import PagePreparer

__all__ = ["Options", "PagePreparer", "lean_of"]
