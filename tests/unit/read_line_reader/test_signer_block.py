"""Lines of a signer's block under a seal: where they reach to, and which reading stays."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pytest
from numpy.typing import NDArray

from stages._seals import Seal
from stages.read.line_reader.records import Box, ReadLine, ReadWord
from stages.read.line_reader.under_seal import belief, lines_under_seal, worth

SEAL = Seal(x=600.0, y=300.0, radius_px=100.0)
PAGE = np.full((600, 1000), 255, np.uint8)
POST = Box(x0=620, y0=120, x1=780, y1=140)
"""Above the seal, untouched, around 700."""


def line(box: Box, *parts: tuple[str, float]) -> ReadLine:
    """A line as read."""
    words = tuple(
        ReadWord(text=text, x0=box.x0, y0=box.y0, x1=box.x1, y1=box.y1, confidence=sure)
        for text, sure in parts
    )
    return ReadLine(
        words=words, x0=box.x0, y0=box.y0, x1=box.x1, y1=box.y1, confidence=0.5, alternatives=()
    )


def reads(what: Callable[[Box], tuple[tuple[str, float], ...]]) -> Callable[..., list[ReadLine]]:
    """A reader that says what stands in a box."""

    def read(_: NDArray[np.uint8], boxes: Sequence[Box]) -> list[ReadLine]:
        return [line(box, *what(box)) for box in boxes]

    return read


def texts(boxes: Sequence[Box], what: Callable[[Box], tuple[tuple[str, float], ...]]) -> list[str]:
    """What is read of a page with these boxes."""
    _, lines = lines_under_seal([PAGE, PAGE], SEAL, boxes, lambda *_: [], reads(what))  # type: ignore[arg-type]
    return [item.text for item in lines]


@pytest.mark.parametrize("left", [660.0, 680.0])
def test_a_name_whose_first_word_is_hidden_is_read_as_far_as_the_post_is_wide(left: float) -> None:
    name = Box(x0=left, y0=330, x1=790, y1=350)

    def what(box: Box) -> tuple[tuple[str, float], ...]:
        rest = (("Minh", 0.99), ("Giang", 0.99))
        return (("Quách", 0.6), *rest) if box.x0 <= 612 else rest

    assert texts([POST, name], what) == ["Quách Minh Giang"]
    assert texts([name], what) == ["Minh Giang"]


def test_a_post_whose_end_the_pen_hides_is_read_as_far_right_as_left() -> None:
    name = Box(x0=620, y0=330, x1=760, y1=350)
    post = Box(x0=640, y0=210, x1=690, y1=230)

    def what(box: Box) -> tuple[tuple[str, float], ...]:
        if box.y0 == name.y0:
            return (("Lê", 0.99), ("Thị", 0.99), ("Liễu", 0.99))
        return (("CHỦ", 0.99), ("TỊCH", 0.99)) if box.x1 >= 735 else (("CHỦ", 0.99),)

    assert sorted(texts([post, name], what)) == ["CHỦ TỊCH", "Lê Thị Liễu"]


def test_a_letter_that_the_box_cut_is_read() -> None:
    name = Box(x0=622, y0=330, x1=790, y1=350)

    def what(box: Box) -> tuple[tuple[str, float], ...]:
        first = "Vũ" if box.x0 < 610 else "ũ"
        return ((first, 0.8), ("Diệu", 0.9), ("Tuyết", 0.9))

    assert texts([name], what) == ["Vũ Diệu Tuyết"]


def test_a_whole_name_is_worth_more_than_surer_letters() -> None:
    box = Box(x0=0, y0=0, x1=9, y1=9)
    whole = line(box, ("Tạ", 0.5), ("Minh", 0.9), ("Mạnh", 0.9))
    rest = line(box, ("Minh", 0.95), ("Mạnh", 0.95))
    assert belief(rest) > belief(whole)
    assert worth(whole) > worth(rest)
    assert worth(None) == belief(None) < 0
