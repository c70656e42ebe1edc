"""Reads an upright page: lines found, read, joined where a hand wrote between print, and ordered.

This is the door of the package. It knows pixels and models and nothing of the pipeline; it writes
nothing and keeps nothing between pages. One reader belongs to one thread.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from stages._networks import open_network
from stages._seals import Seal
from stages.read.line_reader import crop
from stages.read.line_reader.by_ink import (
    PARTED_LOOKS,
    PRINT_LOOKS,
    InkedHeading,
    by_ink,
    goes_on,
    on_page,
    told_by_print,
    whole_number,
    with_printed_notation,
)
from stages.read.line_reader.columns import split_columns
from stages.read.line_reader.detect import find_lines
from stages.read.line_reader.headings import joined_box, split_headings
from stages.read.line_reader.looks import (
    LOOKS,
    MOST_HEADINGS,
    Look,
    agrees,
    is_heading,
    settled,
    stretched,
)
from stages.read.line_reader.recognise import Recogniser
from stages.read.line_reader.records import Box, ReadLine
from stages.read.line_reader.seals import SealHint, seal_of
from stages.read.line_reader.tables import find_tables, order_lines
from stages.read.line_reader.under_seal import lines_under_seal, pictures_of
from stages.read.line_reader.under_stamp import lines_under_stamps, stamps_of, with_pale_ink

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

MODEL_DIR = Path(__file__).parent / "models"
"""The models that ship with the package; see CARD.md there."""
BATCH = 8
"""Lines in one run of the recogniser."""
_NEAR = 2.8
"""The neighbourhood of a seal, in its radii to each side: a post of 100 mm."""
_NEAR_LEAST_PX = 64


class LineReader:
    """Our own line reader: a detector and a recogniser network on the processor.

    Costs about 0.25 s for a page on one core and 60 MB of memory.
    """

    def __init__(
        self, *, threads: int = 1, model_dir: Path | None = None, batch: int = BATCH
    ) -> None:
        """Open the networks.

        Args:
            threads: threads inside one run, 1 or more; 1 where pages are read side by side.
            model_dir: folder with det.onnx, rec.onnx, language.npz and meta.json.
            batch: lines in one run of the recogniser at most, 1 or more.

        Raises:
            OperatorError: SYS-TOOL-MISSING when a network is absent or damaged.
        """
        folder = model_dir or MODEL_DIR
        self._detector = open_network(folder / "det.onnx", threads=threads, keeps_memory=False)
        self._recogniser = Recogniser(folder, threads=threads, batch=batch)

    def read_page(
        self, gray: NDArray[np.uint8], *, seal_hint: SealHint | None = None
    ) -> list[ReadLine]:
        """Read a page.

        Args:
            gray: page image, shape (height, width), 0 black to 255 white, upright and straight,
                150 dpi or more; for colour scans the red channel, in which seals vanish.
            seal_hint: where a seal may show; lines under it are then read with more care: 12 ms,
                and 90 (150 on 1-bit pages) where there is one.

        Returns:
            The lines in order of reading; boxes in pixels of `gray`. Empty for a blank page.
        """
        boxes = self.find_lines(gray)
        sealed: list[ReadLine] = []
        seal = seal_of(gray, seal_hint) if seal_hint is not None and boxes else None
        if seal is not None and seal_hint is not None:
            pictures = pictures_of(gray, seal_hint, seal)
            # In a 1-bit cut-out the detector finds less than in the page that it was trained on.
            find = self._find_all if seal_hint.is_bitonal else self._find_near
            gone, sealed = lines_under_seal(pictures, seal, boxes, find, self.read_boxes)
            boxes = [box for box in boxes if box not in gone]
        inks = with_pale_ink(seal_hint) if seal_hint is not None and boxes else None
        stamps = stamps_of(inks, seal) if inks is not None else []
        if stamps and inks is not None:
            gone, stamped = lines_under_stamps(
                gray, inks, stamps, boxes, self._find_in, self.read_boxes
            )
            boxes, sealed = [box for box in boxes if box not in gone], sealed + stamped
        read = self._recogniser.read(gray, boxes)
        lines = split_columns([*sealed, *(line for line in read if line is not None)])
        lines = self._looked_at_again(gray, seal_hint, self._join_headings(gray, lines))
        placed = [line.box for line in lines]
        return [lines[position] for position in order_lines(placed, find_tables(gray))]

    def _find_all(self, picture: NDArray[np.uint8], _: Seal) -> list[Box]:
        return self.find_lines(picture)

    def _find_near(self, picture: NDArray[np.uint8], seal: Seal) -> list[Box]:
        """Return lines around a seal, not those that the cut around it cuts."""
        reach = _NEAR * seal.radius_px
        place = Box(x0=seal.x - reach, y0=seal.y - reach, x1=seal.x + reach, y1=seal.y + reach)
        return self._find_in(picture, place)

    def _find_in(self, picture: NDArray[np.uint8], place: Box) -> list[Box]:
        """Return lines of a part of a picture, not those that the cut cuts."""
        left, top = max(0, int(place.x0)), max(0, int(place.y0))
        part = picture[top : int(place.y1), left : int(place.x1)]
        if min(part.shape) < _NEAR_LEAST_PX:
            return []
        share = max(part.shape) / max(picture.shape)
        edge = part.shape[1] - 1
        return [
            Box(x0=box.x0 + left, y0=box.y0 + top, x1=box.x1 + left, y1=box.y1 + top)
            for box in find_lines(self._detector, np.ascontiguousarray(part), share=share)
            if (box.x0 > 1 or left == 0) and box.x1 < edge
        ]

    def find_lines(self, gray: NDArray[np.uint8]) -> list[Box]:
        """Find the text lines of a page, in no particular order, boxes in pixels of `gray`."""
        return find_lines(self._detector, gray)

    def read_boxes(self, gray: NDArray[np.uint8], boxes: Sequence[Box]) -> list[ReadLine | None]:
        """Read given lines of a page; None where nothing is written. Keeps the boxes' order."""
        return self._recogniser.read(gray, boxes)

    def _join_headings(self, gray: NDArray[np.uint8], lines: list[ReadLine]) -> list[ReadLine]:
        boxes = [line.box for line in lines]
        groups = split_headings(boxes, [line.text for line in lines])
        if not groups:
            return lines
        joined = [joined_box([boxes[p] for p in group]) for group in groups]
        read = self._recogniser.read(gray, joined)
        gone = {p for group, line in zip(groups, read, strict=True) if line for p in group}
        kept = [line for p, line in enumerate(lines) if p not in gone]
        return kept + [line for line in read if line is not None]

    def _looked_at_again(
        self, gray: NDArray[np.uint8], hint: SealHint | None, lines: list[ReadLine]
    ) -> list[ReadLine]:
        found = [place for place, line in enumerate(lines) if is_heading(line)]
        found = sorted(found, key=lambda place: lines[place].y0)[:MOST_HEADINGS]
        spots = [(look, lines[place].box) for place in found for look in LOOKS]
        read = self._looked_at(gray, spots)
        lines = list(lines)
        for at, place in enumerate(found):
            others = read[at * len(LOOKS) : (at + 1) * len(LOOKS)]
            agreed = settled(lines[place], others)
            is_sure = agrees(agreed)
            parted = by_ink(gray, hint, lines[place], is_sure=is_sure) if hint else None
            if parted is None or (parted.is_black and is_sure):
                lines[place] = agreed
            else:
                lines[place] = self._settled_by_ink(lines[place], others, parted)
        return lines

    def _settled_by_ink(
        self, line: ReadLine, others: Sequence[ReadLine | None], heading: InkedHeading
    ) -> ReadLine:
        """Settle a heading with looks at its inks, apart and set beside each other."""
        printed = self._looked_at(heading.printed, [(look, heading.box) for look in PRINT_LOOKS])
        printed = on_page(printed, heading.box, line)
        alike = [] if heading.is_black else told_by_print(printed)
        box = heading.parted_box
        looked = self._looked_at(heading.parted, [(look, box) for look in PARTED_LOOKS])
        parted = on_page(looked, box, line)
        voted = whole_number(settled(line, [*others, *parted]), parted)
        if not alike or goes_on(voted, alike[0]):
            return with_printed_notation(voted, printed)
        return settled(replace(alike[0], alternatives=(line.text,)), alike[1:])

    def _looked_at(
        self, picture: NDArray[np.uint8], spots: Sequence[tuple[Look, Box]]
    ) -> list[ReadLine | None]:
        """Read lines of a picture as they are cut by looks."""
        cuts = [(look.of(box), look.stretch) for look, box in spots]
        return self._recogniser.read_maps(
            [(box, stretched(crop.crop_line(picture, box), times)) for box, times in cuts]
        )
