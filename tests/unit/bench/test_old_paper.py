"""Old paper says what it is: heads of its years, every kind's own fault, the truth as printed."""

from __future__ import annotations

import unicodedata
from dataclasses import replace

import numpy as np
import pytest

from bench.generator.content import Wishes, load
from bench.generator.old_paper import KINDS, PRESETS, kind_of, old_paper
from bench.generator.sets import SetRecipe, make_document
from bench.generator.studio import StudioWishes, make_scan

WISHES = Wishes(secrecy="", number_style="printed", day_style="printed", month_style="printed")
LOW_DPI = 75


def test_a_set_of_old_paper_goes_through_the_kinds() -> None:
    assert [kind_of("old", number) for number in range(len(KINDS) + 1)] == [*KINDS, KINDS[0]]
    assert kind_of("old-fax", 4) == "fax"
    with pytest.raises(ValueError, match="old-typewriter"):
        kind_of("old-papyrus", 0)


@pytest.mark.parametrize("seed", range(40))
def test_head_and_number_are_those_of_the_year(seed: int) -> None:
    letter = old_paper("stained", seed, WISHES).letter
    titles = {"VIỆT NAM DÂN CHỦ CỘNG HÒA", "ĐẢNG LAO ĐỘNG VIỆT NAM"}
    assert (letter.nation in titles) == (letter.date.isoformat() < "1976-07-02")
    assert 1946 <= letter.date.year < 1990
    joints = {row["joint"] for row in load("old_agencies")["kind"]}
    assert letter.code == f"{letter.number}{letter.joint}{letter.notation}"
    assert letter.joint in joints
    assert "{" not in letter.notation


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_differs_from_the_same_paper_without_its_fault(kind: str) -> None:
    old = old_paper(kind, 4, WISHES)
    settings = replace(old.settings, dpi=LOW_DPI)
    plain = replace(settings, mottle=0.0, spread_mm=0.0, fax_lines_per_mm=0.0, bleed=0.0, stains=0,
                    torn_mm=0.0, mode="gray")  # fmt: skip
    faulty = make_scan(old.letter, settings, seed=4, wishes=old.wishes)
    bare = StudioWishes() if old.wishes.look is not None else old.wishes
    clean = make_scan(old.letter, plain, seed=4, wishes=bare)
    first, second = faulty.pages[0].pixels, clean.pages[0].pixels
    if kind in {"gray150"}:
        assert old.settings.dpi == 150
    else:
        assert first.shape != second.shape or np.abs(first.astype(int) - second).mean() > 0.2


def test_telegrams_know_neither_tones_nor_small_letters() -> None:
    old = old_paper("telegram", 2, WISHES)
    settings = replace(old.settings, dpi=LOW_DPI)
    truth = make_scan(old.letter, settings, seed=2, wishes=old.wishes).truth
    text = " ".join(line.text for page in truth.pages for line in page.lines if line.kind == "text")
    assert text == text.upper()
    assert not any(unicodedata.combining(char) for char in unicodedata.normalize("NFD", text))
    assert truth.fields["type"] == "Công điện"
    assert truth.fields["subject"] == truth.fields["subject"].upper()


def test_small_paper_is_small() -> None:
    old = old_paper("small", 3, WISHES)
    page = make_scan(old.letter, replace(old.settings, dpi=LOW_DPI), seed=3, wishes=old.wishes)
    truth, pixels = page.truth.pages[0], page.pages[0].pixels
    assert (truth.width_mm, truth.height_mm) != (210.0, 297.0)
    assert pixels.shape[1] == pytest.approx(truth.width_mm / 25.4 * LOW_DPI, abs=1)


def test_the_same_seed_makes_the_same_old_paper() -> None:
    recipe = SetRecipe(count=1, seed=8, preset="old-typewriter")
    one, two = make_document(recipe, 0), make_document(recipe, 0)
    assert one.truth == two.truth
    assert np.array_equal(one.pages[0].pixels, two.pages[0].pixels)


def test_every_preset_of_old_paper_makes_a_document() -> None:
    assert {kind_of(preset, 0) for preset in PRESETS} == set(KINDS)
