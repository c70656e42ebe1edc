"""Limits of what is taken in; they bound the memory and time of every later step."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """Options of `stages.inspect`."""

    max_file_bytes: int = 2_000_000_000
    """Larger files are refused (DOC-TOO-LARGE)."""
    max_pages: int = 5000
    """Documents of more pages are refused (DOC-TOO-LARGE)."""
    max_page_pixels: int = 120_000_000
    """Pages of more pixels stay unread (PAGE-TOO-LARGE); 10,000 × 10,000 px is taken."""
    max_page_side_mm: float = 2500.0
    """Longer pages stay unread (PAGE-TOO-LARGE); A0 is 1189 mm long."""
    max_decompressed_bytes: int = 512_000_000
    """Largest decompressed size of one stream, image or folder member (DOC-BOMB beyond)."""
