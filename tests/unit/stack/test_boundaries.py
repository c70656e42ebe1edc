"""Where documents begin: by sheets, by heads, by blank pages; doubts; what is missing."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pipeline.model.stacks import PageSigns, Separator
from stages.stack.boundaries import Options, missing_in, piled, plan_of

FIRST = PageSigns(
    number=0, nation_x=0.66, has_motto=True, has_number=True, has_date=True, has_issuer=True
)
NEXT = PageSigns(number=0, printed=2)
PLAIN = PageSigns(number=0)
FORM = PageSigns(number=0, nation_x=0.5, has_motto=True, is_form=True)
ANNEX = PageSigns(number=0, is_annex=True)
BLANK = PageSigns(number=0, is_blank=True)
COVER = PageSigns(number=0, is_cover=True)


def stack(*pages: PageSigns) -> list[PageSigns]:
    return [replace(page, number=number) for number, page in enumerate(pages, 1)]


def sheet(ordinal: int, batch: str = "kho3", dossier: str = "") -> PageSigns:
    return PageSigns(number=0, separator=Separator(batch=batch, dossier=dossier, ordinal=ordinal))


def dossier_sheet(ordinal: int, dossier: str) -> PageSigns:
    separator = Separator(batch="kho3", dossier=dossier, ordinal=ordinal, is_dossier=True)
    return PageSigns(number=0, separator=separator)


def test_documents_begin_at_heads_and_keep_annexes_forms_and_backs() -> None:
    plan = plan_of(stack(FIRST, NEXT, BLANK, ANNEX, FORM, FIRST, PLAIN, FIRST), "kho3", Options())
    assert [part.pages for part in plan.parts] == [(1, 2, 3, 4, 5), (6, 7), (8,)]
    assert not plan.doubts
    assert not plan.dropped


def test_a_page_that_may_be_either_makes_the_stack_wait() -> None:
    half = PageSigns(number=0, has_date=True, has_issuer=True, nation_x=None)
    plan = plan_of(stack(FIRST, NEXT, half), "kho3", Options())
    assert [(one.code, one.page) for one in plan.doubts] == [("STACK-DOUBTFUL", 3)]


def test_sheets_alone_say_it_where_there_are_any() -> None:
    plan = plan_of(
        stack(sheet(1, dossier="H05"), BLANK, FIRST, FIRST, sheet(2), PLAIN, BLANK),
        "kho3",
        Options(),
    )
    assert [(part.pages, part.dossier) for part in plan.parts] == [((3, 4), "H05"), ((6, 7), "")]
    assert plan.dropped == (1, 2, 5)
    assert not plan.doubts


def test_all_behind_a_sheet_of_a_dossier_is_of_it_and_cut_by_heads() -> None:
    pages = stack(
        FIRST, dossier_sheet(1, "H05"), BLANK, FIRST, NEXT, FIRST, dossier_sheet(2, "H06"), PLAIN
    )
    plan = plan_of(pages, "kho3", Options())
    assert [(part.pages, part.dossier) for part in plan.parts] == [
        ((1,), ""),
        ((4, 5), "H05"),
        ((6,), "H05"),
        ((8,), "H06"),
    ]
    assert plan.dropped == (2, 3, 7)
    assert not plan.doubts


def test_sheets_of_documents_lie_within_those_of_dossiers() -> None:
    """A row of documents' sheets may begin anew in each dossier; one may name another dossier."""
    pages = stack(
        dossier_sheet(1, "H05"), sheet(1), FIRST, FIRST, sheet(2, dossier="H09"), PLAIN,
        dossier_sheet(2, "H06"), sheet(1), FIRST,
    )  # fmt: skip
    plan = plan_of(pages, "kho3", Options())
    assert [(part.pages, part.dossier) for part in plan.parts] == [
        ((3, 4), "H05"),
        ((6,), "H09"),
        ((9,), "H06"),
    ]
    assert not plan.doubts


def test_a_lost_sheet_of_a_dossier_is_a_doubt() -> None:
    pages = stack(dossier_sheet(1, "H05"), FIRST, dossier_sheet(3, "H07"), FIRST)
    doubts = plan_of(pages, "kho3", Options()).doubts
    assert [(one.code, one.page, one.detail) for one in doubts] == [
        ("STACK-SHEET-MISSING", 3, "1 → 3")
    ]


def test_a_cover_is_a_document_of_its_own_and_no_page_of_a_letter() -> None:
    """What lies behind it begins a document, whatever it looks like, and knows its cover."""
    pages = stack(FIRST, NEXT, COVER, BLANK, PLAIN, NEXT, FIRST)
    plan = plan_of(pages, "kho3", Options())
    assert [(part.pages, part.cover_page) for part in plan.parts] == [
        ((1, 2), 0),
        ((3, 4), 3),
        ((5, 6), 3),
        ((7,), 3),
    ]
    assert not plan.doubts
    assert not plan.dropped


def test_each_page_stands_in_the_plan_once() -> None:
    """Empty pages before a cover too: they are left out, and can be taken in again."""
    bare = stack(BLANK, COVER, FIRST, BLANK, dossier_sheet(1, "H05"), BLANK, BLANK, NEXT)
    with_sheet = stack(BLANK, COVER, FIRST, dossier_sheet(1, "H05"), BLANK, BLANK, sheet(1), NEXT)
    for pages in (bare, with_sheet):
        for options in (Options(), Options(blank_separates=True)):
            plan = plan_of(pages, "kho3", options)
            numbers = [*(number for part in plan.parts for number in part.pages), *plan.dropped]
            assert sorted(numbers) == list(range(1, 9))


def test_a_cover_lies_in_the_dossier_that_a_sheet_names() -> None:
    """The dossier's own sheet before it, or that of a document behind it."""
    plan = plan_of(stack(dossier_sheet(1, "H05"), COVER, FIRST), "kho3", Options())
    assert [(part.pages, part.dossier) for part in plan.parts] == [((2,), "H05"), ((3,), "H05")]
    plan = plan_of(stack(COVER, sheet(1, dossier="H06"), FIRST), "kho3", Options())
    assert [(part.pages, part.dossier) for part in plan.parts] == [((1,), "H06"), ((3,), "H06")]


@pytest.mark.parametrize(
    ("second", "code"),
    [(sheet(3), "STACK-SHEET-MISSING"), (sheet(2, batch="kho4"), "STACK-OTHER-BATCH")],
)
def test_a_lost_or_foreign_sheet_is_a_doubt(second: PageSigns, code: str) -> None:
    plan = plan_of(stack(sheet(1), FIRST, second, FIRST), "kho3", Options())
    assert [one.code for one in plan.doubts] == [code]


def test_blank_pages_part_documents_where_it_is_set() -> None:
    plan = plan_of(stack(PLAIN, PLAIN, BLANK, BLANK, FIRST), "kho3", Options(blank_separates=True))
    assert [part.pages for part in plan.parts] == [(1, 2), (5,)]
    assert plan.dropped == (3, 4)
    assert not plan.doubts


def test_a_page_without_a_picture_and_an_empty_stack_wait() -> None:
    broken = PageSigns(number=0, unread="PAGE-CORRUPT")
    codes = [one.code for one in plan_of(stack(FIRST, broken), "kho3", Options()).doubts]
    assert "STACK-PAGE" in codes
    assert [one.code for one in plan_of(stack(BLANK), "kho3", Options()).doubts] == ["STACK-EMPTY"]


def test_everything_waits_where_it_is_set() -> None:
    plan = plan_of(stack(FIRST), "kho3", Options(confirm="always"))
    assert [one.code for one in plan.doubts] == ["STACK-ALWAYS"]


@pytest.mark.parametrize(
    ("printed", "missing"),
    [
        ([None, 2, 3], ()),
        ([None, 3], (2,)),
        ([None, None, 3], ()),
        ([None, 2, 5], (3, 4)),
        ([None, 2, None, 2, 3], ()),
        ([None, 2, 2016], ()),
        ([1, 2], ()),
    ],
)
def test_jumps_of_page_numbers_are_missing_sheets(
    printed: list[int | None], missing: tuple[int, ...]
) -> None:
    pages = stack(*(PageSigns(number=0, printed=one) for one in printed))
    assert missing_in(pages) == missing


def test_the_number_of_pages_tells_of_the_last_ones() -> None:
    pages = stack(PageSigns(number=0, printed=1, printed_of=3), BLANK)
    assert missing_in(pages) == (2, 3)


@pytest.mark.parametrize(
    ("count", "is_reversed", "order"),
    [
        (6, False, [1, 4, 2, 5, 3, 6]),
        (6, True, [1, 6, 2, 5, 3, 4]),
        (5, True, [1, 5, 2, 4, 3]),
        (1, True, [1]),
    ],
)
def test_piles_are_interleaved(count: int, is_reversed: bool, order: list[int]) -> None:
    assert piled(count, is_reversed=is_reversed) == order


def test_separators_say_the_same_again() -> None:
    one = Separator(batch="kho-3", dossier="H05/ĐẤT 12:1", ordinal=12)
    assert Separator.parse(one.payload()) == one
    assert Separator.parse("SOHOA1:kho3:H05") is None
    with pytest.raises(ValueError, match="SOHOA1"):
        Separator(batch="kho3", dossier="Đ" * 20, ordinal=1).payload()
