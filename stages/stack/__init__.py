"""Stacks into documents: codes on paper, signs of first pages, boundaries with a confidence."""

from stages.stack.boundaries import Options
from stages.stack.tools import PageStackTools

__all__ = ["Options", "PageStackTools"]
