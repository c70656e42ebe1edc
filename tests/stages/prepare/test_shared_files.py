"""Every odd and hostile file of the shared samples gets an answer, and tilts are found."""

from __future__ import annotations

import csv
import time
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from pipeline.model.errors import DocumentError
from pipeline.model.records import Document, MediaType
from stages.inspect import FileInspector
from stages.prepare import Options, PagePreparer
from tests.stages.prepare.paper import encoded, prepared

SAMPLES = Path(__file__).parents[4] / "shared" / "samples"
MAX_PAGES = 3
MAX_S = 20.0
pytestmark = [
    pytest.mark.shared,
    pytest.mark.skipif(not SAMPLES.is_dir(), reason="shared samples are absent"),
]


def kind_of(path: Path) -> MediaType:
    """Tell a file's kind by its first bytes, as intake does; PDF where nothing fits."""
    head = path.read_bytes()[:4]
    if head[:3] == b"\xff\xd8\xff":
        return MediaType.JPEG
    if head == b"\x89PNG":
        return MediaType.PNG
    return MediaType.TIFF if head[:2] in {b"II", b"MM"} else MediaType.PDF


@pytest.mark.parametrize("folder", ["broken", "images"])
def test_every_file_gets_an_answer(folder: str, preparer: PagePreparer) -> None:
    """An inspection or a refusal, and for its pages a picture or a refusal; no hang."""
    inspector = FileInspector()
    files = [path for path in sorted((SAMPLES / folder).iterdir()) if path.suffix != ".tsv"]
    assert len(files) >= 50
    answers = {}
    for path in files:
        document = Document(id="0" * 64, media_type=kind_of(path), size_bytes=1)
        began = time.monotonic()
        try:
            found = inspector.inspect(path, document, source_name=path.name)
        except DocumentError as error:
            answers[path.name] = error.code
            continue
        for entry in found.pages[:MAX_PAGES]:
            try:
                page = preparer.prepare(path, document, entry)
            except DocumentError as error:
                answers[path.name] = error.code
                continue
            assert page.gray.shape == page.reading.shape
            assert page.width_mm > 0
            answers[path.name] = "picture"
        assert time.monotonic() - began < MAX_S, path.name
    assert len(answers) == len(files)


def test_turned_pages_of_real_layout(tmp_path: Path) -> None:
    """The error is at most 0.1° on nine of ten pages turned by a known angle, and never gross."""
    preparer = PagePreparer(Options())
    errors, wrong = [], 0
    with (SAMPLES / "deskew" / "truth.tsv").open(encoding="utf-8", newline="") as stream:
        rows = [row for row in csv.DictReader(stream, delimiter="\t") if "_ori" in row["file"]]
    for row in rows:
        image = Image.open(SAMPLES / "deskew" / row["file"])
        quarter = int(row["file"].partition("_ori")[2].partition(".")[0])
        data = encoded(image, "PNG", dpi=(150, 150), compress_level=1)
        page = prepared(tmp_path, data, MediaType.PNG, preparer=preparer)
        wrong += page.rotation_deg != -quarter % 360
        errors.append(abs(page.skew_deg - float(row["tilt_cw_deg"])))
    assert wrong == 0
    assert float(np.quantile(errors, 0.9)) <= 0.1
    assert max(errors) <= 0.2
