"""The demo set holds every kind of scan the main job must handle, with its truth outside."""

from __future__ import annotations

import io
from collections import Counter
from pathlib import Path

import pikepdf
import pytest
from PIL import Image

from bench.generator.content import compose
from bench.generator.files import PageImage, write_folder, write_image, write_pdf, write_tiff
from bench.generator.samples import SAMPLES, Sample, write_samples
from bench.generator.scanner import ScanSettings
from bench.generator.sets import SetRecipe, make_document, write_set
from bench.generator.studio import make_scan
from bench.generator.truthfile import read_truths


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("samples")
    write_samples(folder, workers=2)
    return folder


def test_every_expected_state_and_kind_is_there(folder: Path) -> None:
    truths = read_truths(folder / "truth.jsonl")
    states = Counter(truth["expected_state"] for truth in truths)
    assert states == {"registered": 11, "duplicate": 1, "quarantined": 1, "rejected": 1}
    assert len({truth["fields"]["type"] for truth in truths}) >= 6
    assert len({truth["fields"]["issuer"] for truth in truths}) >= 8
    pages = [page for truth in truths for page in truth["pages"]]
    assert {180} < {page["rotation_deg"] for page in pages}
    assert max(abs(page["skew_deg"]) for page in pages) > 3
    assert {200, 300} == {page["dpi"] for page in pages}
    assert {"colour", "gray", "bitonal"} == {page["mode"] for page in pages}
    assert any(page["is_blank"] for page in pages)
    assert any(len(truth["pages"]) == 3 for truth in truths)
    assert any(truth["number_handwritten"] for truth in truths)
    assert any(truth["fields"]["urgency"] == "HỎA TỐC" for truth in truths)


def test_truth_lies_outside_the_drop_and_names_every_file(folder: Path) -> None:
    named = {Path(truth["file"]).name for truth in read_truths(folder / "truth.jsonl")}
    assert named == {entry.name for entry in (folder / "scans").iterdir()}


def test_duplicate_is_byte_for_byte_the_same(folder: Path) -> None:
    truth = next(t for t in read_truths(folder / "truth.jsonl") if t["duplicate_of"])
    assert (folder / truth["file"]).read_bytes() == (folder / truth["duplicate_of"]).read_bytes()


def test_files_open_with_the_pages_the_truth_says(folder: Path) -> None:
    for truth in read_truths(folder / "truth.jsonl"):
        path = folder / truth["file"]
        count = len(truth["pages"])
        if truth["expected_state"] == "rejected":
            with pytest.raises(pikepdf.PdfError):
                pikepdf.open(path, attempt_recovery=False)
        elif path.is_dir():
            assert len(list(path.iterdir())) == count
        elif path.suffix == ".pdf":
            with pikepdf.open(path) as pdf:
                assert len(pdf.pages) == count
        else:
            with Image.open(path) as image:
                assert getattr(image, "n_frames", 1) == count


def test_sample_page_counts_and_names_are_fixed() -> None:
    assert len({sample.name for sample in SAMPLES}) == len(SAMPLES) == 13
    assert all(isinstance(sample, Sample) and sample.name.isascii() for sample in SAMPLES)


def _page(mode: str) -> PageImage:
    settings = ScanSettings(dpi=60, mode=mode)
    return make_scan(compose(2), settings, seed=2).pages[0]


def test_bitonal_pages_lie_in_pdf_as_g4_and_look_the_same(tmp_path: Path) -> None:
    page = _page("bitonal")
    write_pdf(tmp_path / "a.pdf", [page])
    with pikepdf.open(tmp_path / "a.pdf") as pdf:
        image = pdf.pages[0].Resources.XObject.Im0
        assert image.Filter == "/CCITTFaxDecode"
        seen = pikepdf.PdfImage(image).as_pil_image().convert("L")
    assert seen.tobytes() == Image.fromarray(page.pixels).tobytes()


@pytest.mark.parametrize("compression", ["group4", "tiff_lzw", "jpeg"])
def test_tiffs_of_each_compression_open(tmp_path: Path, compression: str) -> None:
    page = _page("bitonal" if compression == "group4" else "colour")
    write_tiff(tmp_path / "a.tif", [page, page], compression=compression)
    with Image.open(tmp_path / "a.tif") as image:
        assert image.n_frames == 2
        assert round(image.info["dpi"][0]) == 60


def test_images_and_folders_open(tmp_path: Path) -> None:
    write_folder(tmp_path / "d", [_page("gray"), _page("colour")])
    write_image(tmp_path / "a.png", _page("gray"))
    assert sorted(entry.name for entry in (tmp_path / "d").iterdir()) == [
        "trang-1.jpg", "trang-2.jpg",
    ]  # fmt: skip
    with Image.open(io.BytesIO((tmp_path / "a.png").read_bytes())) as image:
        assert image.mode == "L"


def test_written_files_are_the_same_for_the_same_seed(tmp_path: Path) -> None:
    recipe = SetRecipe(count=1, seed=9, preset="bad")
    for name in ("one", "two"):
        write_set(tmp_path / name, recipe, workers=1)
    ones = sorted((tmp_path / "one").rglob("*.*"))
    assert len(ones) == 2
    for one in ones:
        two = tmp_path / "two" / one.relative_to(tmp_path / "one")
        assert one.read_bytes() == two.read_bytes()


def test_longer_set_begins_with_the_shorter() -> None:
    short, long = SetRecipe(count=1, seed=4), SetRecipe(count=50, seed=4)
    assert make_document(short, 0).truth == make_document(long, 0).truth


def test_set_without_secrets_has_none() -> None:
    recipe = SetRecipe(count=1, seed=1, with_secrets=False)
    assert not make_document(recipe, 3).truth.fields["secrecy"]
