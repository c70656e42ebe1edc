"""A stack through the whole job by the command line: sheets out, documents in, secrets away."""

from __future__ import annotations

import hashlib
import io
from pathlib import Path

import numpy as np
import pikepdf
import pytest
import zxingcpp
from PIL import Image

from pipeline.assembly.house import House
from pipeline.assembly.separator_sheets import separator_sheets
from pipeline.cli import main
from pipeline.model.records import JobState
from pipeline.model.stacks import Separator

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

LETTERS = ("04-thong-bao-lech.pdf", "10-cong-van-mat.pdf")


def _stack(samples: Path, target: Path, batch: str) -> None:
    """A sheet before each letter; the second letter bears MẬT."""
    with pikepdf.new() as stack:
        for ordinal, name in enumerate(LETTERS, 1):
            sheet = separator_sheets([Separator(batch=batch, dossier="H05", ordinal=ordinal)])
            target.with_suffix(".sheet").write_bytes(sheet)
            for path in (target.with_suffix(".sheet"), samples / "scans" / name):
                with pikepdf.open(path) as part:
                    stack.pages.extend(part.pages)
            _stick(stack.pages[-1], f"ASN{ordinal:05d}")
        stack.save(target, deterministic_id=True)
    target.with_suffix(".sheet").unlink()


def _stick(page: pikepdf.Page, text: str) -> None:
    """A label with a bar code over the upper right corner."""
    image = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.Code128).to_image(scale=4)
    label = io.BytesIO()
    Image.fromarray(np.asarray(image)).save(label, "PDF", resolution=200)
    with pikepdf.open(label) as drawn:
        box = page.mediabox
        right, top = float(box[2]), float(box[3])
        page.add_overlay(drawn.pages[0], pikepdf.Rectangle(right - 140, top - 40, right - 10, top))


def test_a_stack_becomes_documents_and_a_secret_takes_it_out_of_the_store(
    samples: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each document once, without its sheet, with its origin; nothing of the secret is named."""
    folder = tmp_path / "quét"
    folder.mkdir()
    scan = folder / "hop-1.pdf"
    _stack(samples, scan, "kho3")
    digest = hashlib.sha256(scan.read_bytes()).hexdigest()
    data = ["--data", str(tmp_path / "data")]
    assert main(["batch", "new", "kho3", *data]) == 0
    assert main(["separators", "kho3", str(tmp_path / "sheets.pdf"), "--count", "2", *data]) == 0
    assert (tmp_path / "sheets.pdf").read_bytes().startswith(b"%PDF")
    for _ in range(2):  # the second time changes nothing
        assert main(["batch", "add", "kho3", str(folder), "--stacks", *data]) == 0
        assert main(["batch", "run", "kho3", *data]) == 1  # one is quarantined: no full success
    capsys.readouterr()
    with House.open(tmp_path / "data") as house:
        jobs = house.history.jobs(limit=10)
        assert sorted(job.state.value for job in jobs) == ["done", "quarantined"]
        done = next(job for job in jobs if job.state is JobState.DONE)
        told = {one.code: one.facts for one in house.history.remarks(done.id)}
        assert told["STACK-PART"]["stack"] == digest
        assert told["STACK-PART"]["pages"] == "2"
        assert told["PAPER-CODE"] == {"text": "ASN00001"}
        assert done.source_name == "hop-1 tr.2-2.pdf"
        items = {item.document_id: item for item in house.batches.items("kho3")}
        assert items[done.id].dossier == {"notation": "H05"}
        (secret,) = (item for one, item in items.items() if one != done.id)
        assert secret.path.startswith("#")
        assert secret.part is None
        assert not house.store.exists(digest)
        assert house.store.quarantine_path(digest).is_file()
        assert not list(house.layout.parts.glob("*/*"))
    assert main(["explain", done.id, *data]) == 0
    assert digest in capsys.readouterr().out
    assert main(["audit", "--rate", "0", *data]) == 0
