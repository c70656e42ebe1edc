"""Records to bytes and back: pages as JSON, layers as a ZIP of stored members.

The only place that knows these two formats. Both are deterministic: the same records give the same
bytes, so that a repeated stage gives the same digest.
"""

from __future__ import annotations

import dataclasses
import json
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from pipeline.model.records import (
    Box,
    Field,
    FieldSource,
    ImageLayer,
    Inspection,
    Mark,
    Page,
    PageEntry,
    PageLayers,
    Quality,
    Route,
    Verdict,
    Word,
)

_EPOCH = (1980, 1, 1, 0, 0, 0)


def _dump(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def _box_out(box: Box | None) -> list[float] | None:
    if box is None:
        return None
    return [round(box.x0, 2), round(box.y0, 2), round(box.x1, 2), round(box.y1, 2)]


def _box_in(raw: list[float]) -> Box:
    return Box(x0=raw[0], y0=raw[1], x1=raw[2], y1=raw[3])


def _word_out(word: Word) -> list[Any]:
    return [
        word.text,
        _box_out(word.box),
        round(word.confidence, 4),
        word.line,
        word.block,
        int(word.is_handwritten),
    ]


def _word_in(raw: list[Any]) -> Word:
    text, box, confidence, line, block, is_handwritten = raw
    return Word(
        text=text,
        box=_box_in(box),
        confidence=confidence,
        line=line,
        block=block,
        is_handwritten=bool(is_handwritten),
    )


def pages_to_json(pages: Iterable[Page]) -> bytes:
    """Return pages as UTF-8 JSON."""
    out = []
    for page in pages:
        row = {
            f.name: getattr(page, f.name)
            for f in dataclasses.fields(page)
            if f.name not in {"words", "quality", "marks"}
        }
        row["quality"] = [page.quality.verdict.value, list(page.quality.reasons)]
        row["words"] = [_word_out(word) for word in page.words]
        row["marks"] = [
            [m.text, _box_out(m.box), round(m.confidence, 4), m.colour] for m in page.marks
        ]
        out.append(row)
    return _dump(out)


def pages_from_json(data: bytes) -> tuple[Page, ...]:
    """Return the pages that `pages_to_json` wrote."""
    pages = []
    for row in json.loads(data):
        verdict, reasons = row.pop("quality")
        words = tuple(_word_in(raw) for raw in row.pop("words"))
        marks = tuple(
            Mark(text=text, box=_box_in(box), confidence=confidence, colour=colour)
            for text, box, confidence, colour in row.pop("marks")
        )
        quality = Quality(verdict=Verdict(verdict), reasons=tuple(reasons))
        pages.append(Page(quality=quality, words=words, marks=marks, **row))
    return tuple(pages)


def field_to_json(item: Field) -> dict[str, Any]:
    """Return a field as a JSON object."""
    return {
        "name": item.name,
        "value": item.value,
        "confidence": round(item.confidence, 4),
        "source": item.source.value,
        "page": item.page,
        "box": _box_out(item.box),
        "alternatives": list(item.alternatives),
    }


def field_from_json(raw: dict[str, Any]) -> Field:
    """Return the field that `field_to_json` wrote."""
    return Field(
        name=raw["name"],
        value=raw["value"],
        confidence=raw["confidence"],
        source=FieldSource(raw["source"]),
        page=raw["page"],
        box=None if raw["box"] is None else _box_in(raw["box"]),
        alternatives=tuple(raw["alternatives"]),
    )


def inspection_to_json(inspection: Inspection) -> bytes:
    """Return an inspection as UTF-8 JSON."""
    return _dump(
        {
            "route": inspection.route.value,
            "signatures": inspection.signatures,
            "remarks": list(inspection.remarks),
            "pages": [[p.number, p.has_text_layer, p.fault] for p in inspection.pages],
        }
    )


def inspection_from_json(data: bytes) -> Inspection:
    """Return the inspection that `inspection_to_json` wrote."""
    raw = json.loads(data)
    return Inspection(
        route=Route(raw["route"]),
        signatures=raw["signatures"],
        remarks=tuple(raw["remarks"]),
        pages=tuple(
            PageEntry(number=number, has_text_layer=has_text, fault=fault)
            for number, has_text, fault in raw["pages"]
        ),
    )


def write_layers(path: Path, pages: Iterable[PageLayers]) -> None:
    """Write layers of pages into a new ZIP; members are stored, their times fixed.

    Layout: `NNNNNN/page.json`, `NNNNNN/K.image`, `NNNNNN/K.mask` for image K of page N.
    """
    with zipfile.ZipFile(path, "x", compression=zipfile.ZIP_STORED) as archive:
        for page in pages:
            _write_page_layers(archive, page)


def _write_page_layers(archive: zipfile.ZipFile, page: PageLayers) -> None:
    prefix = f"{page.number:06d}"
    images = []
    for ordinal, image in enumerate(page.images):
        row = {
            f.name: getattr(image, f.name)
            for f in dataclasses.fields(image)
            if f.name not in {"data", "mask", "box"}
        }
        row["box"] = [image.box.x0, image.box.y0, image.box.x1, image.box.y1]
        row["has_mask"] = image.mask is not None
        images.append(row)
        archive.writestr(zipfile.ZipInfo(f"{prefix}/{ordinal}.image", _EPOCH), image.data)
        if image.mask is not None:
            archive.writestr(zipfile.ZipInfo(f"{prefix}/{ordinal}.mask", _EPOCH), image.mask)
    head = {
        "number": page.number,
        "width_mm": page.width_mm,
        "height_mm": page.height_mm,
        "profile": page.profile,
        "fallback": page.fallback,
        "images": images,
    }
    archive.writestr(zipfile.ZipInfo(f"{prefix}/page.json", _EPOCH), _dump(head))


def read_layers(path: Path) -> Iterator[PageLayers]:
    """Yield the pages that `write_layers` wrote, in order of number, one in memory at a time."""
    with zipfile.ZipFile(path) as archive:
        heads = sorted(name for name in archive.namelist() if name.endswith("/page.json"))
        for name in heads:
            yield _read_page_layers(archive, name)


def _read_page_layers(archive: zipfile.ZipFile, name: str) -> PageLayers:
    prefix = name.removesuffix("/page.json")
    head = json.loads(archive.read(name))
    images = []
    for ordinal, row in enumerate(head.pop("images")):
        mask = archive.read(f"{prefix}/{ordinal}.mask") if row.pop("has_mask") else None
        box = _box_in(row.pop("box"))
        stencil = row.pop("stencil_rgb")
        images.append(
            ImageLayer(
                data=archive.read(f"{prefix}/{ordinal}.image"),
                mask=mask,
                box=box,
                stencil_rgb=None if stencil is None else tuple(stencil),
                **row,
            )
        )
    return PageLayers(images=tuple(images), **head)
