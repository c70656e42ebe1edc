"""The generator says the truth about what it draws, and says it again for the same seed."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import numpy as np
import pytest

from bench.generator.content import Wishes, compose, load
from bench.generator.model import Letter
from bench.generator.printer import print_letter
from bench.generator.scanner import PRESETS, ScanSettings, preset_settings
from bench.generator.studio import fields_of, make_scan
from bench.generator.truthfile import read_truths, write_truths

LOW_DPI = 120
TYPES = [row["name"] for row in load("prose")["type"]]


@pytest.mark.parametrize("seed", [3, 12])
def test_same_seed_gives_same_pixels_and_truth(seed: int) -> None:
    settings = ScanSettings(dpi=LOW_DPI, noise=3.0, skew_deg=1.0, bleed=0.1, faint_patches=0.2)
    one, two = (make_scan(compose(seed), settings, seed=seed) for _ in range(2))
    assert one.truth == two.truth
    for left, right in zip(one.pages, two.pages, strict=True):
        assert np.array_equal(left.pixels, right.pixels)


def test_other_seed_gives_another_letter() -> None:
    assert compose(1) != compose(2)


@pytest.mark.parametrize("seed", range(4))
def test_every_word_box_holds_ink_and_the_page_elsewhere_does_not(seed: int) -> None:
    wishes = Wishes(arrival=False, secrecy="", urgency="", has_table=False)
    letter = replace(compose(seed, wishes), is_signed=False)
    scan = make_scan(letter, ScanSettings(dpi=LOW_DPI), seed=seed)
    for page, image in zip(scan.truth.pages, scan.pages, strict=True):
        dark = image.pixels.min(axis=2) < 200
        height, width = dark.shape
        covered = np.zeros_like(dark)
        for line in page.lines:
            for word in line.words:
                x0, y0, x1, y1 = word.box
                rows = slice(max(0, int(y0 * height) - 1), int(y1 * height) + 2)
                cols = slice(max(0, int(x0 * width) - 1), int(x1 * width) + 2)
                assert dark[rows, cols].any(), (line.text, word.text)
                covered[rows, cols] = True
            assert line.box[0] <= min(word.box[0] for word in line.words)
            assert line.box[3] >= max(word.box[3] for word in line.words)
        outside = dark & ~covered
        assert outside.sum() < 2000, "only the rules of the head have no words"


def test_hand_entries_have_boxes_with_ink_of_their_own() -> None:
    wishes = Wishes(number_style="handwritten", day_style="handwritten", arrival=False)
    letter = compose(5, wishes)
    printed = print_letter(letter, seed=5, dpi=LOW_DPI)
    words = [word for record in printed.sheets[0].records for word in record.words]
    by_hand = {word.text: word.box for word in words if word.is_handwritten}
    assert by_hand[letter.number] == printed.number_box
    assert by_hand[f"{letter.date.day:02d}"] == printed.day_box
    line = next(r.text() for r in printed.sheets[0].records if r.text().startswith("Số"))
    assert line == f"Số: {letter.code}"


@pytest.mark.parametrize("type_name", TYPES)
def test_head_follows_the_decree_for_every_type(type_name: str) -> None:
    letter = compose(40, Wishes(type_name=type_name, kind="province_committee"))
    texts = _texts(letter)
    assert "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM" in texts
    assert "Độc lập - Tự do - Hạnh phúc" in texts
    assert letter.signer in texts
    assert (type_name.upper() in texts) == (type_name != "Công văn")
    assert "Nơi nhận:" in texts
    whole = " ".join(texts)
    assert letter.subject in whole
    assert letter.notation.endswith("-UBND") or letter.notation.startswith("UBND-")


def test_party_documents_have_their_own_head() -> None:
    texts = _texts(compose(3, Wishes(kind="party_province", type_name="Công văn")))
    assert "ĐẢNG CỘNG SẢN VIỆT NAM" in texts
    assert "*" in texts
    assert any(text.startswith("Số ") and "-CV/BTGDVTU" in text for text in texts)


def _texts(letter: Letter) -> list[str]:
    printed = print_letter(letter, seed=1, dpi=60)
    return [record.text() for sheet in printed.sheets for record in sheet.records]


def test_a_hundred_letters_are_all_consistent() -> None:
    for seed in range(100):
        letter = compose(seed)
        fields = fields_of(letter)
        assert fields["code"] == f"{fields['number']}/{fields['notation']}"
        assert dt.date(2020, 3, 5) < letter.date < dt.date(2026, 11, 1)
        assert fields["secrecy"] in {"", "MẬT", "TỐI MẬT", "TUYỆT MẬT"}
        assert "{" not in repr(letter.body) + letter.subject
        assert len(fields["subject"]) > 5


def test_share_of_handwritten_numbers_is_the_one_asked_for() -> None:
    wishes = Wishes(handwritten_share=0.6)
    styles = [compose(seed, wishes).number_style for seed in range(400)]
    assert 0.5 < sum(style != "printed" for style in styles) / 400 < 0.7
    assert {"printed", "handwritten", "stamped"} == set(styles)


@pytest.mark.parametrize("preset", PRESETS)
def test_presets_stay_inside_what_they_promise(preset: str) -> None:
    drawn = [preset_settings(preset, seed) for seed in range(60)]
    limit = {"clean": 0.0, "office": 1.5, "bad": 6.0, "mixed": 6.0}[preset]
    assert all(abs(settings.skew_deg) <= limit for settings in drawn)
    assert all(settings.rotation_deg in {0, 90, 180, 270} for settings in drawn)


def test_unknown_preset_is_named_in_the_error() -> None:
    with pytest.raises(ValueError, match="unknown preset 'worse'"):
        preset_settings("worse", 1)


def test_truth_survives_writing_and_reading(tmp_path) -> None:
    scan = make_scan(compose(1), ScanSettings(dpi=60), seed=1)
    write_truths(tmp_path / "truth.jsonl", [scan.truth])
    (record,) = read_truths(tmp_path / "truth.jsonl")
    assert record["fields"] == scan.truth.fields
    assert record["pages"][0]["lines"][0]["text"] == scan.truth.pages[0].lines[0].text
    assert record["number_handwritten"] == (scan.truth.number_style != "printed")
