"""Commit points: places where a crash must lose nothing.

The runner tells an observer each time it passes one. The default hears nothing; the fault tests
hand in one that kills the process, so every point is proved and the runner never knows of tests.
"""

from __future__ import annotations

from typing import Protocol


class CommitObserver(Protocol):
    """Is told of commit points."""

    def reached(self, point: str) -> None:
        """Hear that `stage.what` was passed, e.g. `sign.stored`."""


class Deaf:
    """Hears nothing."""

    def reached(self, point: str) -> None:
        """Do nothing."""
        del point
