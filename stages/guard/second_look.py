"""A second opinion on a sighting: the spot is straightened and read by Tesseract as one line.

The network proposes, reading disposes: other words that read clearly (`NHẬT`, `SAO Y`) are no mark;
a mark that reads as one is sure; what cannot be read leaves the network's word. Warm after the
first use; 10 to 20 ms a spot, and most pages have none.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import tesserocr
from numpy.typing import NDArray
from PIL import Image
from rapidfuzz.distance import Levenshtein

from pipeline.model.errors import OperatorError
from stages.guard.marks_table import letters_of

_PLACES = (
    "/usr/share/tesseract-ocr/5/tessdata",
    "/usr/share/tesseract-ocr/4.00/tessdata",
    "/usr/share/tessdata",
    "/usr/local/share/tessdata",
    "/opt/homebrew/share/tessdata",
)
_SECRET = ("mat", "toimat", "tuyetmat")
_URGENT = ("hoatoc", "khan", "thuongkhan")
_LAST_OF_URGENT = ("toc", "khan")
_BEFORE = (("to[il1]mat$", "TỐI"), ("y?e[tr]mat$", "TUYỆT"), ("[op]ng.?khan$", "THƯỢNG"))
_PX_PER_MM = 300 / 25.4
"""Of the strip."""
_EDGE_PX = 12
"""Paper added around the strip: the engine reads no ink at an edge."""
_COMPANIONS = frozenset({"do", "hoa", "toc", "toi", "tuyet", "thuong", "hen", "gio", "so", "ban"})
"""Words that may stand beside a mark in its frame."""
_SENTENCE_LETTERS = 4
"""Fewer letters beside a mark are scraps of what it lies on."""
_BEFORE_IN_SENTENCES = frozenset({"bi", "bao", "co"})
"""`BÍ MẬT`, `BẢO MẬT`, `CƠ MẬT`."""
_TURNS_DEG = tuple(range(-48, 49, 3))
_HALF_MM = (22.0, 3.6)
"""Half of the strip that is read: inside a frame of 8 mm."""
SPOT_MM = 40.0
"""A spot is looked at so far around its middle."""
_LEFT_MM = 34.0
"""To the left the strip reaches farther: `TUYỆT` stands before `MẬT`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the spot reads as."""

    word: str
    """The mark's word it spells, else empty."""
    is_other: bool
    """It clearly reads as something else."""
    before: str = ""
    """The mark's word that stands before it: `TỐI`, `TUYỆT`, `THƯỢNG`, else empty."""


def find_tessdata() -> Path:
    """Return the folder of Tesseract's Vietnamese model.

    Raises:
        OperatorError: SYS-TOOL-MISSING.
    """
    told = os.environ.get("TESSDATA_PREFIX")
    places = [told, f"{told}/tessdata"] if told else []
    for place in (*places, *_PLACES):
        if (Path(place) / "vie.traineddata").is_file():
            return Path(place)
    raise OperatorError("SYS-TOOL-MISSING", detail="tesseract-ocr-vie: vie.traineddata")


@dataclass(frozen=True, slots=True, kw_only=True)
class SpotWord:
    """A word as read in a straightened spot at 300 dpi."""

    letters: str
    """Plain letters, lower case, never empty."""
    sure: float
    """0–1."""
    is_capital: bool
    """All its letters are capitals, as a mark's are."""
    x0: int
    x1: int
    height: int


class SecondLook:
    """Reads spots; one thread."""

    def __init__(self) -> None:
        """Find the model; the engine starts at the first spot.

        Raises:
            OperatorError: SYS-TOOL-MISSING.
        """
        self._folder = find_tessdata()
        self._engine: tesserocr.PyTessBaseAPI | None = None

    def read(
        self,
        dark: NDArray[np.uint8],
        x_px: float,
        y_px: float,
        dpi: float,
        *,
        within_mm: float | None = None,
    ) -> list[SpotWord]:
        """Return the words that a spot reads as, straightened, from left to right.

        Args:
            dark: picture with dark ink on light paper.
            x_px: middle of the word seen, pixels of `dark`.
            y_px: the same, downwards.
            dpi: resolution of `dark`.
            within_mm: read no farther to the left and right than this; None as far as marks reach.
        """
        strip = _straight(_cut(dark, x_px, y_px, dpi))
        if within_mm is not None:
            middle = round(_LEFT_MM * _PX_PER_MM) + _EDGE_PX
            reach = round(within_mm * _PX_PER_MM)
            strip = np.ascontiguousarray(strip[:, max(0, middle - reach) : middle + reach])
            strip = np.pad(strip, ((0, 0), (_EDGE_PX, _EDGE_PX)), constant_values=255)
        return self.read_strip(strip)

    def read_strip(self, strip: NDArray[np.uint8]) -> list[SpotWord]:
        """Return the words of one level line at about 300 dpi, dark on light, left to right."""
        if self._engine is None:
            self._engine = tesserocr.PyTessBaseAPI(
                path=str(self._folder), lang="vie", psm=tesserocr.PSM.SINGLE_LINE
            )
        self._engine.SetImage(Image.fromarray(strip))
        self._engine.SetSourceResolution(300)
        self._engine.Recognize()
        return list(_words(self._engine))


def _words(engine: tesserocr.PyTessBaseAPI) -> Iterator[SpotWord]:
    level = tesserocr.RIL.WORD
    walk = engine.GetIterator()
    if walk is None:
        return
    for item in tesserocr.iterate_level(walk, level):
        box = item.BoundingBox(level)
        text = str(item.GetUTF8Text(level) or "") if box is not None else ""
        letters = letters_of(text)
        if letters:
            yield SpotWord(
                letters=letters,
                sure=float(item.Confidence(level)) / 100,
                is_capital=text.isupper(),
                x0=box[0],
                x1=box[2],
                height=box[3] - box[1],
            )


def _cut(dark: NDArray[np.uint8], x_px: float, y_px: float, dpi: float) -> NDArray[np.uint8]:
    """Return a square of 80 mm around the spot at 300 dpi, paper where the picture ends."""
    half = SPOT_MM / 25.4 * dpi
    size = round(2 * SPOT_MM / 25.4 * 300)
    scale = 300 / dpi
    matrix = np.array([[scale, 0, (half - x_px) * scale], [0, scale, (half - y_px) * scale]])
    cut = cv2.warpAffine(dark, matrix, (size, size), flags=cv2.INTER_LINEAR, borderValue=255.0)
    return np.asarray(cut, np.uint8)


def _straight(spot: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return the strip through the middle, turned so that its rows are sharpest."""
    px = 300 / 25.4
    middle = spot.shape[0] / 2
    small = cv2.resize(255 - spot, (236, 236), interpolation=cv2.INTER_AREA)
    best = max(_TURNS_DEG, key=lambda turn: _sharpness(np.asarray(small), turn))
    matrix = cv2.getRotationMatrix2D((middle, middle), best, 1.0)
    turned = cv2.warpAffine(spot, matrix, spot.shape[::-1], borderValue=255.0)
    top, bottom = round(middle - _HALF_MM[1] * px), round(middle + _HALF_MM[1] * px)
    left, right = round(middle - _LEFT_MM * px), round(middle + _HALF_MM[0] * px)
    strip = turned[top:bottom, left:right]
    edge = _EDGE_PX
    framed = cv2.copyMakeBorder(strip, edge, edge, edge, edge, cv2.BORDER_CONSTANT, value=255.0)
    return np.asarray(framed, np.uint8)


def _sharpness(ink: NDArray[np.uint8], turn: float) -> float:
    """Return how much the rows near the middle differ when turned so: straight text has gaps."""
    size = ink.shape[0]
    matrix = cv2.getRotationMatrix2D((size / 2, size / 2), turn, 1.0)
    turned = cv2.warpAffine(ink, matrix, (size, size))
    rows = turned[size // 2 - 24 : size // 2 + 24, size // 2 - 70 : size // 2 + 50].sum(axis=1)
    return float(np.square(np.diff(rows.astype(np.float64))).sum()) - 0.0004 * abs(turn)


def judge(words: Sequence[SpotWord], word: str) -> Answer:
    """Return whether the spot reads as that kind of mark, clearly as another word, or not at all.

    Args:
        words: as read.
        word: the word of a mark that the network saw there.
    """
    endings = _SECRET if word in {"MẬT", "TỐI", "TUYỆT"} else _URGENT
    for start in range(len(words)):
        for end in range(start + 1, min(len(words), start + 3) + 1):
            part = words[start:end]
            is_sure = min(item.sure for item in part) > 0.7
            if not _spells("".join(item.letters for item in part), endings, is_sure=is_sure):
                continue
            if _has_neighbours(words, start, end):
                return Answer(word="", is_other=True)
            letters = "".join(item.letters for item in words[max(0, start - 1) : end])
            return Answer(word=word, is_other=False, before=_before(letters))
    middle = round(_LEFT_MM * 300 / 25.4) + _EDGE_PX
    is_other = any(
        item.sure > 0.7
        and len(item.letters) >= 3
        and item.x0 - 12 < middle < item.x1 + 12
        and not _is_near(item.letters, endings)
        and not _is_companion(item.letters)
        for item in words
    )
    return Answer(word="", is_other=is_other)


def _before(letters: str) -> str:
    """Return the word before the last, from what is left of its letters."""
    for pattern, word in _BEFORE:
        if re.search(pattern, letters):
            return word
    return ""


def _spells(letters: str, endings: Sequence[str], *, is_sure: bool) -> bool:
    """Tell whether letters are a mark's; scraps before it count where they are not read clearly."""
    if letters in endings:
        return True
    if not is_sure and letters.endswith(tuple(endings)):
        return True
    return any(len(e) >= 5 and Levenshtein.distance(letters, e) <= 1 for e in endings)


def _is_near(letters: str, endings: Sequence[str]) -> bool:
    """Tell whether letters are nearly a mark's, or those of urgency behind what print added."""
    if endings is _URGENT and letters.endswith(_LAST_OF_URGENT):
        return True
    return any(Levenshtein.distance(letters, e) <= max(1, len(e) // 4) for e in endings)


def _has_neighbours(words: Sequence[SpotWord], start: int, end: int) -> bool:
    """Tell whether clear words of the same line adjoin the mark: then it is part of a sentence.

    Small letters tell so on both sides; on one side they are of a line that the stamp lies on.
    """
    reach = 0.8 * max(item.height for item in words[start:end])
    beside = []
    if start > 0 and words[start].x0 - words[start - 1].x1 < reach:
        beside.append(words[start - 1])
    if end < len(words) and words[end].x0 - words[end - 1].x1 < reach:
        beside.append(words[end])
    clear = [item for item in beside if item.sure > 0.6 and not _is_companion(item.letters)]
    if any(item.letters in _BEFORE_IN_SENTENCES for item in clear):
        return True
    letters = sum(len(item.letters) for item in clear if item.is_capital or len(beside) == 2)
    return letters >= _SENTENCE_LETTERS


def _is_companion(letters: str) -> bool:
    """Tell whether letters are a companion's or, two at least, its end (`…YỆT MẬT`)."""
    return any(
        word == letters or (len(letters) > 1 and word.endswith(letters)) for word in _COMPANIONS
    )
