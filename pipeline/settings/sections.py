"""Sections that belong to no stage: the engine's room, the page's address, the watched folders."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from pipeline.settings.layout import Layout

_FOLDER_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,40}")
RESULTS_FOLDER = "ket-qua"
"""Folder beside the drop folders that holds the results."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineOptions:
    """How much of the machine the work may take, and how often it tries."""

    workers: int = field(default=0, metadata={"min": 0, "max": 1024})
    """Page workers, processes; 0 means one for each core."""
    page_timeout_s: float = field(default=120.0, metadata={"min": 1.0, "max": 86400.0})
    """Seconds one page may take before its worker is ended; it is then tried once more, alone."""
    document_threads: int = field(default=4, metadata={"min": 1, "max": 256})
    """Documents that walk the document line at the same time."""
    retry_cap: int = field(default=5, metadata={"min": 0, "max": 1000})
    """Further attempts after a fault that time may heal."""
    retry_base_s: float = field(default=2.0, metadata={"min": 0.0, "max": 3600.0})
    """Seconds before the first further attempt; doubled each time, with jitter."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WebOptions:
    """Where the page for clerks is served."""

    host: str = "127.0.0.1"
    """Address to listen on; other machines see the page only when this is changed."""
    port: int = field(default=8080, metadata={"min": 0, "max": 65535})
    """TCP port; 0 lets the system choose."""
    names: tuple[str, ...] = ()
    """Further names or addresses under which people reach the page (`sohoa.xa-an-binh.local`),
    besides this machine's loopback; requests under other names are refused."""
    idle_minutes: int = field(default=60, metadata={"min": 1, "max": 1440})
    """Minutes without use after which a person must sign in again."""
    session_hours: int = field(default=12, metadata={"min": 1, "max": 168})
    """Hours after which a person must sign in again, however busy."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FolderSettings:
    """One drop folder: where it lies, where its results go, how its papers are treated."""

    name: str = "den"
    path: Path | None = None
    """Drop folder; below the watch root when relative, `<watch root>/<name>` when not set."""
    results_path: Path | None = None
    """Folder of the results (`xong`, `loi`, `cho-ra-soat`); below the watch root when relative,
    `<watch root>/ket-qua/<name>` when not set."""
    review: Literal["never", "doubtful", "always"] = "doubtful"
    """Which documents wait for a person."""
    seal_now: bool = False
    """Seal at a lower level at once when time stamps or certificate status cannot be had, to be
    raised later by `sohoa renew`; else documents wait unsealed."""
    units: tuple[str, ...] = ()
    """Units whose people see all its documents. People of the whole agency see every folder; others
    see those of their units' folders and what the register says was handed over to their units."""
    book: str = "den"
    """Register book (sổ đăng ký văn bản đến) that its documents are entered in."""
    priority: int = field(default=0, metadata={"min": -100, "max": 100})
    """Pages of a lower number go first altogether; equal numbers share fairly."""
    mode: Literal["auto", "events", "polling"] = "auto"
    """How arrivals are noticed: the kernel's events, or listing again and again (SMB, NFS)."""
    quiet_s: float | None = field(default=None, metadata={"min": 0.0, "max": 3600.0})
    """Seconds without change before a file is taken; as in [intake] when not set."""
    give_up_s: float | None = field(default=None, metadata={"min": 0.0, "max": 86400.0})
    """Seconds without change after which an incomplete file is taken; as in [intake] when not
    set."""

    def __post_init__(self) -> None:
        """Refuse a name that cannot be a folder's.

        Raises:
            ValueError: the name or the book is not usable.
        """
        if _FOLDER_NAME.fullmatch(self.name) is None or self.name == RESULTS_FOLDER:
            raise ValueError("a folder's name is a-z, 0-9, - and _, at most 41 letters")
        if not self.book.strip():
            raise ValueError("the book has a name")

    def drop_path(self, layout: Layout) -> Path:
        """Return the drop folder, absolute."""
        return layout.watch_root / (self.path or self.name)

    def results_root(self, layout: Layout) -> Path:
        """Return the results folder, absolute."""
        return layout.watch_root / (self.results_path or Path(RESULTS_FOLDER) / self.name)
