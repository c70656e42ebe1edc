"""What the line reader hands out: lines of words with boxes and confidences.

The records carry numbers of one page image and nothing of the pipeline, so that the reader can
be tested and trained on its own. They never carry pixels.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """An upright rectangle in pixels of the page image, origin at the top left corner."""

    x0: float
    """Left edge, px."""
    y0: float
    """Upper edge, px."""
    x1: float
    """Right edge, px; never less than x0."""
    y1: float
    """Lower edge, px; never less than y0."""

    @property
    def width_px(self) -> float:
        """Width in pixels, 0 or more."""
        return self.x1 - self.x0

    @property
    def height_px(self) -> float:
        """Height in pixels, 0 or more."""
        return self.y1 - self.y0

    @property
    def middle_y(self) -> float:
        """Vertical centre, px."""
        return (self.y0 + self.y1) / 2

    def union(self, other: Box) -> Box:
        """Return the smallest box around both."""
        return Box(
            x0=min(self.x0, other.x0),
            y0=min(self.y0, other.y0),
            x1=max(self.x1, other.x1),
            y1=max(self.y1, other.y1),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadWord:
    """One word as read: what stands between two spaces of a line."""

    text: str
    """The characters, Unicode NFC, without spaces, never empty."""
    x0: float
    """Left edge, pixels of the page image given to the reader."""
    y0: float
    """Upper edge, px."""
    x1: float
    """Right edge, px."""
    y1: float
    """Lower edge, px."""
    confidence: float
    """Calibrated probability that every character of the word is right, 0..1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadLine:
    """One text line as read, its words from left to right."""

    words: tuple[ReadWord, ...]
    """Words in order of reading, at least one."""
    x0: float
    """Left edge of the detected line, pixels of the page image."""
    y0: float
    """Upper edge, px."""
    x1: float
    """Right edge, px."""
    y1: float
    """Lower edge, px."""
    confidence: float
    """Probability that the whole line is right, 0..1: the least of its words' confidences."""
    alternatives: tuple[str, ...]
    """Other readings of the whole line, best first; empty where the reader did not doubt."""

    @property
    def box(self) -> Box:
        """Where the line stands."""
        return Box(x0=self.x0, y0=self.y0, x1=self.x1, y1=self.y1)

    @property
    def text(self) -> str:
        """The words joined by single spaces."""
        return " ".join(word.text for word in self.words)
