"""Tones of a subject that pairs of words settle."""

from __future__ import annotations

import pytest

from stages.extract.echoes import mend_words
from stages.extract.rows import Row
from tests.unit.extract.paper import Paper, rules


@pytest.mark.parametrize(
    ("read", "meant"),
    [
        ("nhân dịp Tết Nguyên đán Át Ty - năm 2025", "nhân dịp Tết Nguyên đán Ất Tỵ - năm 2025"),
        ("kết quả quy III năm 2026", "kết quả quý III năm 2026"),
        ("giáo dục phô thông", "giáo dục phổ thông"),
        ("quy chế làm việc của Sở", "quy chế làm việc của Sở"),
        ("gặp ông Át tại xã Ty An", "gặp ông Át tại xã Ty An"),
        ("đất ở của xã Tân Hội năm 2025", "đất ở của xã Tân Hội năm 2025"),
    ],
)
def test_pairs_settle_tones(read: str, meant: str) -> None:
    page = Paper().at(30, 60, read, confidence=0.9).page()
    row = Row(words=page.words)
    assert " ".join(mend_words([row], [page], rules())) == meant


def test_no_year_is_called_so_however_sure_the_reader_was() -> None:
    page = Paper().at(30, 60, "đón Xuân Ất Ty 2025", confidence=0.99).page()
    row = Row(words=page.words)
    assert " ".join(mend_words([row], [page], rules())) == "đón Xuân Ất Tỵ 2025"


def test_a_sure_word_is_left_alone() -> None:
    page = Paper().at(30, 60, "kết quả quy III năm 2026", confidence=0.99).page()
    row = Row(words=page.words)
    assert " ".join(mend_words([row], [page], rules())) == "kết quả quy III năm 2026"
