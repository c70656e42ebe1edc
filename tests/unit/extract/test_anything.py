"""Whatever a reader makes of a page, extraction answers and never raises."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.model.records import FIELD_NAMES, Box, Page, Quality, Verdict, Word
from stages.extract.fields import extract_fields
from tests.unit.extract.paper import TODAY, rules

_WORDS = (
    "Số: /QĐ-UBND ngày tháng năm 2024 05 CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM ỦY BAN NHÂN DÂN "
    "QUYẾT ĐỊNH Nơi nhận: KT. CHỦ TỊCH - V/v Kính gửi: Trần Văn Thử ĐẢNG SẢN * TM. ; ./."
)
_LIKELY = st.sampled_from(_WORDS.split())
_TEXT = st.one_of(
    _LIKELY,
    st.text(
        st.characters(codec="utf-8", exclude_categories=("Cs", "Z", "C")), min_size=1, max_size=12
    ),
)


@st.composite
def words(draw: st.DrawFn) -> Word:
    """Any word anywhere."""
    x, y = draw(st.floats(-20, 620)), draw(st.floats(-20, 860))
    return Word(
        text=draw(_TEXT),
        box=Box(x0=x, y0=y, x1=x + draw(st.floats(0, 200)), y1=y + draw(st.floats(0, 40))),
        confidence=draw(st.floats(0, 1)),
        line=draw(st.integers(0, 8)),
        is_handwritten=draw(st.booleans()),
    )


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.lists(words(), max_size=40), max_size=3))
def test_any_words_give_every_field_once(pages: list[list[Word]]) -> None:
    document = [
        Page(
            number=ordinal, width_mm=210, height_mm=297, dpi=300, skew_deg=0, rotation_deg=0,
            is_blank=not some, quality=Quality(verdict=Verdict.GOOD), words=tuple(some),
        )
        for ordinal, some in enumerate(pages, 1)
    ]  # fmt: skip
    fields = extract_fields(document, rules(), today=TODAY)
    assert tuple(item.name for item in fields) == FIELD_NAMES
    assert all(0.0 <= item.confidence <= 1.0 for item in fields)
