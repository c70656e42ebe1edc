"""Options of the intake: how long to wait, how often to look, how large a file may be."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

_DAY_S = 86_400.0


@dataclass(frozen=True, slots=True, kw_only=True)
class IntakeOptions:
    """When a dropped file is taken, and how the drop folders are looked at."""

    quiet_s: float = field(default=2.0, metadata={"min": 0.0, "max": 3600.0})
    """Seconds without change before a file is taken."""
    give_up_s: float = field(default=30.0, metadata={"min": 0.0, "max": _DAY_S})
    """Seconds without change after which a file is taken although its end seems to be missing."""
    rescan_s: float = field(default=10.0, metadata={"min": 0.1, "max": 3600.0})
    """Seconds between two listings when nothing seems to happen: events can be lost."""
    poll_s: float = field(default=1.0, metadata={"min": 0.05, "max": 3600.0})
    """Seconds between two listings while something settles, and on folders without events."""
    max_bytes: int = field(default=2 << 30, metadata={"min": 1})
    """Largest file or folder of page images that is read, bytes."""
    message_signature: Literal["any", "intact", "trusted"] = "any"
    """What signature an edXML message must bear to be taken: any or none (the document says which);
    one that fits; or one whose certificate leads to [stages.sign] trust. One that does not fit is
    refused always."""

    def __post_init__(self) -> None:
        """Refuse times that contradict each other.

        Raises:
            ValueError: give_up_s is shorter than quiet_s.
        """
        if self.give_up_s < self.quiet_s:
            raise ValueError("give_up_s is not shorter than quiet_s")
