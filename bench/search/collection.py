"""The documents that are searched: letters of the generator, and real laws where they are present.

Letters are taken as their text, unprinted: what a page looks like is measured elsewhere. The corpus
in ../shared/samples is clean text of legal documents; nothing of it is kept.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import random
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from bench.generator.content import compose
from bench.generator.model import Letter, Paragraph
from bench.search.noise import noisy
from pipeline.model.search import IndexEntry

CORPUS = Path(__file__).resolve().parents[3] / "shared/samples/corpus/legal_documents.jsonl.gz"
_PAGE_CHARS = 2500
_CODE = re.compile(r"\d{1,4}/(?:\d{4}/)?(?:[A-ZĐ]{1,6})(?:-[A-ZĐ0-9]{1,8}){0,3}")


@dataclass(frozen=True, slots=True)
class Item:
    """A document of the collection."""

    entry: IndexEntry
    is_real: bool = False


def letters(count: int, *, first: int = 0) -> Iterator[Item]:
    """Yield generated letters, fixed by their numbers."""
    for seed in range(first, first + count):
        yield Item(_letter_entry(compose(seed), seed))


def laws(count: int) -> Iterator[Item]:
    """Yield at most so many real legal documents, spread over all; none where they are absent."""
    if not CORPUS.is_file() or count <= 0:
        return
    with gzip.open(CORPUS, "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    step = max(1, -(-len(rows) // count))
    for number, row in enumerate(rows[::step]):
        yield Item(_law_entry(row, number), is_real=True)


def misread(items: list[Item], cer: float) -> Iterator[IndexEntry]:
    """Yield the documents as a reader of scans would give them: pages and fields alike."""
    for number, item in enumerate(items):
        chance = random.Random(f"noise-{number}-{cer}")
        entry = item.entry
        kept = {"issued_date"}
        yield replace(
            entry,
            pages=tuple(noisy(page, cer, chance) for page in entry.pages),
            fields={
                name: value if name in kept else noisy(value, cer, chance)
                for name, value in entry.fields.items()
            },
        )


def _letter_entry(letter: Letter, seed: int) -> IndexEntry:
    issuer = " ".join(letter.issuer_lines)
    fields = {
        "code": letter.code,
        "issuer": issuer,
        "issuer_parent": " ".join(letter.parent_lines),
        "type": letter.type_name,
        "subject": letter.subject,
        "issued_date": letter.date.isoformat(),
        "signer_name": letter.signer,
        "signer_title": " ".join(letter.title_lines),
    }
    head = (
        *letter.parent_lines, issuer, f"Số: {letter.code}",
        f"{letter.place}, ngày {letter.date:%d} tháng {letter.date.month} năm {letter.date.year}",
        letter.type_name, letter.subject, *letter.addressees,
    )  # fmt: skip
    blocks = [
        "".join(span.text for span in block.spans)
        if isinstance(block, Paragraph)
        else "\n".join(" ".join(row) for row in block.rows)
        for block in letter.body
    ]
    text = "\n".join((*head, *blocks, *letter.title_lines, letter.signer, *letter.recipients))
    return _entry(f"letter-{seed}", fields, text)


def _law_entry(row: dict[str, str], number: int) -> IndexEntry:
    title = unicodedata.normalize("NFC", row["title"].rsplit(">", 1)[-1])
    text = unicodedata.normalize("NFC", row["text"])
    code = _CODE.search(text[:2000])
    fields = {"subject": title, "code": code.group() if code else ""}
    return _entry(f"law-{number}", {name: one for name, one in fields.items() if one}, text)


def _entry(name: str, fields: dict[str, str], text: str) -> IndexEntry:
    return IndexEntry(
        document_id=hashlib.sha256(name.encode()).hexdigest(),
        fields={key: unicodedata.normalize("NFC", one) for key, one in fields.items() if one},
        pages=tuple(_pages(unicodedata.normalize("NFC", text))),
        folder="den",
        source_name=f"{name}.pdf",
        pdf=f"/xong/{name}.pdf",
    )


def _pages(text: str) -> Iterator[str]:
    """Part a text into pages at line ends."""
    page: list[str] = []
    size = 0
    for line in text.split("\n"):
        if page and size + len(line) > _PAGE_CHARS:
            yield "\n".join(page)
            page, size = [], 0
        page.append(line)
        size += len(line) + 1
    yield "\n".join(page)
