"""Counts syllables and their pairs in the text corpora, for the doubtful words of the line reader.

    python -m training.make_language --corpus ../shared/samples/corpus \
        --born-digital ../shared/samples/born_digital --out language.npz

The held-out born-digital files are not counted.
"""

from __future__ import annotations

import argparse
import gzip
import itertools
import json
import unicodedata
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from stages.read.line_reader.language import letters_of
from training.born_digital import list_pages, split_files

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

FEWEST_SYLLABLE = 8
"""Rarer syllables are mostly slips and foreign words."""
FEWEST_PAIR = 3
LONGEST = 7
"""Letters of the longest Vietnamese syllable (nghiêng)."""


def count(texts: Iterable[str]) -> tuple[Counter[str], Counter[tuple[str, str]]]:
    """Count syllables and pairs within each text."""
    alone: Counter[str] = Counter()
    pairs: Counter[tuple[str, str]] = Counter()
    for text in texts:
        words = [letters_of(word) for word in unicodedata.normalize("NFC", text).split()]
        kept = [word if 0 < len(word) <= LONGEST else "" for word in words]
        alone.update(word for word in kept if word)
        pairs.update((a, b) for a, b in itertools.pairwise(kept) if a and b)
    return alone, pairs


def write_table(
    alone: Counter[str], pairs: Counter[tuple[str, str]], out: Path, *, fewest: int
) -> None:
    """Write the table of log probabilities.

    Args:
        alone: counts of syllables.
        pairs: counts of pairs.
        out: the .npz file.
        fewest: count from which a syllable is kept.
    """
    syllables = sorted(word for word, times in alone.items() if times >= fewest)
    numbers = {word: number for number, word in enumerate(syllables)}
    total = sum(alone[word] for word in syllables)
    kept = sorted(
        (numbers[a] * len(syllables) + numbers[b], times / alone[a])
        for (a, b), times in pairs.items()
        if times >= min(fewest, FEWEST_PAIR) and a in numbers and b in numbers
    )
    np.savez_compressed(
        out,
        syllables=np.frombuffer("\n".join(syllables).encode("utf-8"), np.uint8),
        alone=np.log([alone[word] / total for word in syllables]).astype(np.float16),
        pairs=np.array([key for key, _ in kept], np.uint32),
        following=np.log([share for _, share in kept]).astype(np.float16),
    )
    print(f"{len(syllables)} syllables, {len(kept)} pairs, {out.stat().st_size} bytes")


def read_texts(corpus: Path, born_digital: Path | None) -> Iterator[str]:
    """Yield the paragraphs of the corpora and the pages of the born-digital training files."""
    with gzip.open(corpus / "legal_documents.jsonl.gz", "rt", encoding="utf-8") as rows:
        for row in rows:
            yield from str(json.loads(row)["text"]).split("\n")
    with gzip.open(corpus / "administrative_prose.txt.gz", "rt", encoding="utf-8") as rows:
        yield from rows
    if born_digital is not None:
        for page in list_pages(split_files(born_digital)[0]):
            yield " ".join(text for text, _ in page.words)


def main() -> None:
    """Read the command line and write the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpus", type=Path, required=True)
    parser.add_argument("--born-digital", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    alone, pairs = count(read_texts(options.corpus, options.born_digital))
    write_table(alone, pairs, options.out, fewest=FEWEST_SYLLABLE)


if __name__ == "__main__":
    main()
