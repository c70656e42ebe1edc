"""One gate for everything that arrives: start-up scan, events and rescans all pass through it.

A file is ready when it has not changed for a while and its end has arrived. Why not simply take
what an event names: scanners write page by page, copies over a network pause, an event may come
before, between or never (SMB, NFS), and a file found at start may still be growing. A file that
stays quiet but incomplete is taken in the end: a truncated scan must get its answer too.
Pure logic: time comes from an injected clock, looks come from the listing.
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass

Fingerprint = Hashable
"""What must stay the same: size, time of change, inode – of every member of a folder."""


class Verdict(enum.Enum):
    """What the gate says of one look."""

    WAIT = "wait"
    READY = "ready"


@dataclass(slots=True)
class _Watch:
    fingerprint: Fingerprint
    since_s: float
    """When the fingerprint was first seen."""
    missing: str | None = ""
    """What has not arrived; empty while not looked for."""


class SettleGate:
    """Tells when a candidate has settled; not thread-safe, one gate a folder."""

    def __init__(self, *, quiet_s: float, give_up_s: float, clock: Callable[[], float]) -> None:
        """Make a gate that has seen nothing.

        Args:
            quiet_s: seconds without change before anything is taken.
            give_up_s: seconds without change after which an incomplete file is taken too.
            clock: monotonic seconds.
        """
        self._quiet_s = quiet_s
        self._give_up_s = max(give_up_s, quiet_s)
        self._clock = clock
        self._watched: dict[str, _Watch] = {}

    def look(
        self, name: str, fingerprint: Fingerprint, missing_part: Callable[[], str | None]
    ) -> Verdict:
        """Take note of one look at a candidate.

        Args:
            name: its name in the folder.
            fingerprint: what it looks like now.
            missing_part: asked at most once for each quiet fingerprint: what has not arrived yet.

        Returns:
            READY when it may be claimed.
        """
        now_s = self._clock()
        watch = self._watched.get(name)
        if watch is None or watch.fingerprint != fingerprint:
            self._watched[name] = _Watch(fingerprint=fingerprint, since_s=now_s)
            return Verdict.WAIT
        quiet_for_s = now_s - watch.since_s
        if quiet_for_s < self._quiet_s:
            return Verdict.WAIT
        if watch.missing == "":
            watch.missing = missing_part()
        if watch.missing is not None and quiet_for_s < self._give_up_s:
            return Verdict.WAIT
        return Verdict.READY

    def forget(self, name: str) -> None:
        """Drop what is known of a name (it was claimed, or must be looked at anew)."""
        self._watched.pop(name, None)

    def keep_only(self, names: Iterable[str]) -> None:
        """Drop all names that are no longer listed."""
        kept = set(names)
        for name in [name for name in self._watched if name not in kept]:
            del self._watched[name]

    def missing(self) -> dict[str, str]:
        """Return what the gate waits for, by name: for people who ask why nothing happens."""
        return {name: watch.missing for name, watch in self._watched.items() if watch.missing}

    def next_due_s(self) -> float | None:
        """Return the seconds until a look could first say READY; None when nothing is watched."""
        if not self._watched:
            return None
        now_s = self._clock()
        return max(0.0, min(self._due_s(watch) for watch in self._watched.values()) - now_s)

    def _due_s(self, watch: _Watch) -> float:
        return watch.since_s + (self._give_up_s if watch.missing else self._quiet_s)
