"""What a seal left of posts and names is mended where one thing only can have stood there."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.model.records import Box, Word
from stages.extract.names import family_from_rest, whole_words
from stages.extract.posts import agree, read_post
from stages.extract.rules import load_rules
from stages.extract.signer import Signer, find_signer
from tests.unit.extract.paper import Paper

RULES = load_rules(Path(__file__).parents[3] / "config" / "rules")


def words(text: str, *, sure: float = 0.9) -> tuple[Word, ...]:
    """Words of a row beside each other."""
    return tuple(
        Word(
            text=part, box=Box(x0=40.0 * n, y0=0, x1=40.0 * n + 36, y1=14), confidence=sure, line=0
        )
        for n, part in enumerate(text.split())
    )


@pytest.mark.parametrize(
    ("rest", "family"),
    [
        ("hạm", "Phạm"), ("uyễn", "Nguyễn"), ("ayền", "Nguyễn"), ("ui", "Bùi"), ("bui", "Bùi"),
        ("Đui", "Bùi"), ("uỳnh", "Huỳnh"), ("rần", "Trần"), ("n", ""), ("iá", ""), ("", ""),
    ],
)  # fmt: skip
def test_a_family_name_is_known_by_its_end(rest: str, family: str) -> None:
    assert family_from_rest(rest, RULES.family_names) == family


@pytest.mark.parametrize(
    ("read", "whole"),
    [
        ("hạm Văn Mười", "Phạm Văn Mười"),
        ("n Hòa An", "Hòa An"),
        ("Lê hành An", "Lê Hành An"),
        ("của Ủy ban", "của Ủy ban"),
        ("và gửi kèm theo", "và gửi kèm theo"),
        ("Trần Thị Bưởi", "Trần Thị Bưởi"),
    ],
)
def test_a_name_keeps_its_words_and_prose_stays_prose(read: str, whole: str) -> None:
    assert " ".join(word.text for word in whole_words(words(read), RULES)) == whole


def test_what_was_mended_is_never_sure() -> None:
    assert whole_words(words("hạm Văn Mười"), RULES)[0].confidence < 0.5
    assert whole_words(words("Lê hành An"), RULES)[1].confidence < 0.5
    assert whole_words(words("Trần Thị Bưởi"), RULES)[0].confidence == 0.9


def signer_of(name: str, *, shift_mm: float = 0.0) -> Signer:
    """The signer of a page whose name stands so far right of the post's axis."""
    paper = Paper().body().signed("GIÁM ĐỐC", name="")
    paper.centred(150.0 + shift_mm, 212, name, confidence=0.95)
    found = find_signer([paper.page()], RULES)
    assert found is not None
    return found


def test_a_name_that_lost_its_first_word_stands_right_of_the_post() -> None:
    centred, right = (signer_of("Lưu Quyết", shift_mm=mm) for mm in (0.0, 4.5))
    assert (centred.name, right.name) == ("Lưu Quyết", "Lưu Quyết")
    assert centred.name_confidence > 0.9
    assert right.name_confidence < 0.5
    assert signer_of("Lưu Văn Quyết", shift_mm=4.5).name_confidence > 0.9


def test_a_mended_name_is_surer_where_it_is_centred() -> None:
    centred, right = (signer_of("hạm Văn Mười", shift_mm=mm) for mm in (0.0, 4.5))
    assert (centred.name, right.name) == ("Phạm Văn Mười", "Phạm Văn Mười")
    assert right.name_confidence < 0.5 < centred.name_confidence < 0.8


def lines(*texts: str) -> list[str]:
    """Lines of a post as they come out."""
    posts = agree([read_post(text, RULES) for text in texts], RULES.signer_bodies)
    return [post.text for post in posts]


def test_the_deputy_of_one_of_two_posts_is_named() -> None:
    assert lines("KT. BỘ TRƯỞNG, CHỦ NHIỆM", "CHỦ NHIỆM") == [
        "KT. BỘ TRƯỞNG, CHỦ NHIỆM",
        "PHÓ CHỦ NHIỆM",
    ]
    assert lines("BỘ TRƯỞNG, CHỦ NHIỆM", "PHÓ CHỦ NHIỆM")[0] == "KT. BỘ TRƯỞNG, CHỦ NHIỆM"


def test_a_lone_k_is_an_authority_whose_t_is_hidden() -> None:
    assert lines("K THỦ TƯỚNG") == ["KT. THỦ TƯỚNG", "PHÓ THỦ TƯỚNG"]


def test_a_scrap_below_leaves_doubt() -> None:
    posts = [read_post("THỦ TƯỚNG", RULES), read_post("TƯỞN", RULES)]
    (kept,) = agree(posts, RULES.signer_bodies)
    assert kept.text == "THỦ TƯỚNG"
    assert kept.likeness <= 80
