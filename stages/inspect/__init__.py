"""Open what was received, say what it is, refuse what cannot be worked on."""

from __future__ import annotations

from stages.inspect.inspector import FileInspector
from stages.inspect.options import Options

__all__ = ["FileInspector", "Options"]
