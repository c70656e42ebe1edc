"""A waiting stack of six sheets, for the walk and the tour."""

from __future__ import annotations

import io
from collections.abc import Iterable
from pathlib import Path

from PIL import Image

from pipeline.assembly.strips import HouseStrips
from pipeline.backlog.splitter import picture_path
from pipeline.ledger.batch_rows import ItemDraft
from pipeline.ledger.batches import Batches
from pipeline.ledger.ledger import Ledger
from pipeline.ledger.stacks import Stacks
from pipeline.model.records import Document, MediaType
from pipeline.model.stacks import Doubt, PageSigns, Part, StackPlan


def waiting_strip(folder: Path, ledger: Ledger, pictures: Iterable[Image.Image]) -> HouseStrips:
    """Make it: page 1 begins, page 3 may begin a document, page 6 bears a mark."""
    Batches(ledger.engine).create("kho3", {})
    stacks = Stacks(ledger.engine)
    stacks.add("kho3", [ItemDraft(path="/scan/hộp 1.pdf")], piles="")
    stacks.kept(1, Document(id="a" * 64, media_type=MediaType.PDF, size_bytes=1))
    signs = [PageSigns(number=number, is_marked=number == 6) for number in range(1, 7)]
    plan = StackPlan(
        parts=(Part(pages=(1, 2, 3, 4)), Part(pages=(5, 6))),
        doubts=(Doubt(code="STACK-DOUBTFUL", page=3),),
    )
    stacks.looked_at(1, signs, plan)
    for number, picture in zip(range(1, 6), pictures, strict=True):
        made = io.BytesIO()
        picture.save(made, "JPEG")
        path = picture_path(folder / "parts", 1, number)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(made.getvalue())
    return HouseStrips(stacks=stacks, parts_dir=folder / "parts")
