"""Questions in people's words."""

from __future__ import annotations

from stages.index.language import read_question


def wanted(text: str) -> list[str]:
    """Return the folded wanted terms of a question."""
    return [term.folded for term in read_question(text).wanted]


def test_words_phrases_and_refusals_are_told_apart() -> None:
    """A minus refuses only in front of a word and after a space."""
    question = read_question('số "hóa đơn" -nháp QĐ-UBND - quý -"bản sao"')
    assert [term.folded for term in question.wanted] == ["so", "hoa don", "qd", "ubnd", "quy"]
    assert [term.folded for term in question.unwanted] == ["nhap", "ban sao"]


def test_a_star_asks_for_the_start_of_a_word() -> None:
    """Two letters are needed; a lone star is punctuation."""
    assert [term.is_prefix for term in read_question("quy* a* *").wanted] == [True, False]
    assert read_question("quy*").has_prefix


def test_an_open_quote_is_closed() -> None:
    """A forgotten quotation mark does not lose the words."""
    assert wanted('"số hóa') == ["so hoa"]


def test_codes_are_recognised() -> None:
    """A number with letters may be a code; a plain phrase or number is none."""
    assert read_question("123/QĐ-UBND").code == read_question("qd ubnd 0123").code == "_123_qd_ubnd"
    assert read_question("QĐ-UBND").notation == "_qd_ubnd"
    assert read_question("12 13").code == read_question("một").notation == ""


def test_long_questions_are_cut() -> None:
    """A pasted page is a question of its first words."""
    assert len(read_question("từ " * 900).wanted) == 24


def test_tones_are_meant_when_one_is_typed() -> None:
    """One tone mark says that the keyboard is Vietnamese."""
    assert read_question("so hóa").is_toned
    assert not read_question("so hoa").is_toned
    assert read_question("").is_empty
