"""Runs the recogniser network over the lines of a page and gives words with places.

It knows ink maps and pixels; it decides nothing about rows, order or fields.
"""

from __future__ import annotations

import itertools
import json
import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from stages._networks import open_network
from stages.read.line_reader import crop, decode, language, person_names
from stages.read.line_reader.records import Box, ReadLine, ReadWord

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

DOUBT = 0.70
"""A line whose least certain word is below this gets other readings."""


LOOK_BESIDE = 0.98
"""Words with a raw confidence below this are compared with their neighbours."""

LEAST_SECOND = 1e-3
"""What the network holds less likely is not thought of, whatever stands beside it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """The straight line in logits that turns a raw confidence into a probability."""

    slope: float
    """Factor on the logit of the raw confidence."""
    offset: float
    """Added to it."""

    def probability(self, raw: float) -> float:
        """Return the calibrated probability of a raw confidence, both 0..1."""
        clipped = min(max(raw, 1e-6), 1 - 1e-6)
        logit = self.slope * math.log(clipped / (1 - clipped)) + self.offset
        return 1 / (1 + math.exp(-logit))


@dataclass(frozen=True, slots=True, kw_only=True)
class LineAnswer:
    """What the network said of one line."""

    ids: NDArray[np.int64]
    """Best class per step, shape (steps,)."""
    peaks: NDArray[np.float32]
    """Probability of that class, shape (steps,)."""
    logits: NDArray[np.float32]
    """Shape (steps, 1 + alphabet)."""
    ink: NDArray[np.float32]
    """The ink map that was read, shape (96, width)."""


class Recogniser:
    """The recogniser network with its alphabet and calibration. One thread may use it at a time."""

    def __init__(self, model_dir: Path, *, threads: int, batch: int) -> None:
        """Open the network.

        Args:
            model_dir: folder with rec.onnx and meta.json.
            threads: threads inside one run.
            batch: lines in one run at most.
        """
        meta = json.loads((model_dir / "meta.json").read_text(encoding="utf-8"))
        self.charset: tuple[str, ...] = tuple(meta["charset"])
        self._calibration = Calibration(**meta["calibration"])
        self._pairs = language.SyllablePairs.load(model_dir / "language.npz")
        self._session = open_network(model_dir / "rec.onnx", threads=threads, keeps_memory=False)
        self._batch = batch

    def answers(self, maps: Sequence[NDArray[np.float32]]) -> list[LineAnswer]:
        """Run the network over ink maps of shape (96, width) and keep their order."""
        found: dict[int, LineAnswer] = {}
        for group in crop.width_batches([ink.shape[1] for ink in maps], most_lines=self._batch):
            batch, widths = crop.pad_batch([maps[position] for position in group])
            ids, peaks, lengths, logits = self._session.run(
                ["ids", "conf", "lengths", "logits"], {"x": batch, "widths": widths}
            )
            for row, position in enumerate(group):
                steps = int(lengths[row])
                found[position] = LineAnswer(
                    ids=ids[row, :steps],
                    peaks=peaks[row, :steps],
                    logits=logits[row, :steps],
                    ink=maps[position],
                )
        return [found[position] for position in range(len(maps))]

    def read(self, gray: NDArray[np.uint8], boxes: Sequence[Box]) -> list[ReadLine | None]:
        """Read lines of a page.

        Args:
            gray: page image, shape (height, width), 0 black to 255 white.
            boxes: the lines, pixels of that image.

        Returns:
            One entry per box, in their order; None where nothing is written.
        """
        return self.read_maps([(box, crop.crop_line(gray, box)) for box in boxes])

    def read_maps(self, maps: Sequence[tuple[Box, NDArray[np.float32]]]) -> list[ReadLine | None]:
        """Read lines of a page from ink maps already cut, each with the box that it was cut by."""
        answers = self.answers([ink for _, ink in maps])
        return [self._line(answer, box) for answer, (box, _) in zip(answers, maps, strict=True)]

    def words_of(self, answer: LineAnswer) -> list[decode.WordSpan]:
        """Return the words of the best path, doubtful ones settled by their neighbours.

        Their confidence is not calibrated.
        """
        chars = decode.best_path(answer.ids, answer.peaks, self.charset)
        spans = decode.word_spans(chars, answer.ids, answer.peaks)
        family_at = person_names.family_at([span.text for span in spans])
        for position, span in enumerate(spans):
            if span.raw_confidence < LOOK_BESIDE and language.may_be_settled(span.text):
                spans[position] = self._settled(spans, position, answer, family_at)
            elif family_at is None and 0 < position < len(spans) - 1:
                spans[position] = self._thought_over(spans, position, answer)
        return spans

    def _thought_over(
        self, spans: Sequence[decode.WordSpan], position: int, answer: LineAnswer
    ) -> decode.WordSpan:
        """Return a sure word, or the one that differs in a mark where only that is ever written.

        A degraded `tìm kiếm` is read `tìm kiểm` with 0.99; the hundredth that is left is enough
        where one pair is common and the other was never seen.
        """
        span = spans[position]
        before, behind = spans[position - 1].text, spans[position + 1].text
        if not self._pairs.is_odd(before, span.text, behind):
            return span
        shares = decode.shares_of(answer.logits[span.first : span.last + 1])
        readings = [(span.text, span.raw_confidence)]
        left, right = language.letters_of(before), language.letters_of(behind)
        for other in self._pairs.siblings(span.text):
            if not self._pairs.has_pair(left, other) or not self._pairs.has_pair(other, right):
                continue
            share = decode.share_of_other(span.text, other, shares, self.charset)
            if share > LEAST_SECOND:
                readings.append((other, share))
        text, share = self._pairs.choose(before, readings, behind)
        return span if text == span.text else replace(span, text=text, raw_confidence=share)

    def _settled(
        self,
        spans: Sequence[decode.WordSpan],
        position: int,
        answer: LineAnswer,
        family_at: int | None,
    ) -> decode.WordSpan:
        span = spans[position]
        steps = answer.logits[max(0, span.first - 1) : span.last + 2]
        found = dict(decode.beam_readings(steps, self.charset, most=8))
        first = found.pop(span.text, span.raw_confidence)
        before = spans[position - 1].text if position else ""
        behind = spans[position + 1].text if position + 1 < len(spans) else ""
        readings = [(span.text, first), *found.items()]
        if family_at is not None and position >= family_at:
            text, share = person_names.choose(
                readings,
                is_family=position == family_at,
                is_middle=position == family_at + 1 < len(spans) - 1,
            )
            return replace(span, text=text, raw_confidence=share)
        is_name = language.is_name(span.text, position)
        weight = language.NAME_WEIGHT if is_name else language.WEIGHT
        text, share = self._pairs.choose(before, readings, behind, weight=weight)
        return replace(span, text=text, raw_confidence=share)

    def text_of(self, answer: LineAnswer) -> str:
        """Return the words of `words_of` joined by single spaces."""
        return " ".join(span.text for span in self.words_of(answer))

    def readings_of(self, answer: LineAnswer) -> list[tuple[str, float]]:
        """Return readings of a line with their probability (0..1, not calibrated), best first."""
        return decode.beam_readings(answer.logits, self.charset)

    def _line(self, answer: LineAnswer, box: Box) -> ReadLine | None:
        spans = self.words_of(answer)
        if not spans:
            return None
        left, _, right, _ = crop.cut_span(box)
        per_px = (right - left) / answer.ink.shape[1]
        words = tuple(
            ReadWord(
                text=span.text,
                x0=left + start * per_px,
                y0=box.y0,
                x1=left + end * per_px,
                y1=box.y1,
                confidence=self._calibration.probability(span.raw_confidence),
            )
            for span, (start, end) in zip(spans, decode.step_edges(spans, answer.ink), strict=True)
        )
        confidence = min(word.confidence for word in words)
        return ReadLine(
            words=words,
            x0=box.x0,
            y0=box.y0,
            x1=box.x1,
            y1=box.y1,
            confidence=confidence,
            alternatives=self._others(answer, words) if confidence < DOUBT else (),
        )

    def _others(self, answer: LineAnswer, words: Sequence[ReadWord]) -> tuple[str, ...]:
        best = " ".join(word.text for word in words)
        readings = decode.beam_readings(answer.logits, self.charset)
        return tuple(itertools.islice((text for text, _ in readings if text != best), 3))
