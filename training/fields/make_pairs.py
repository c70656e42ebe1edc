"""Makes `config/rules/pairs.txt`: pairs of words whose tones print leaves no choice about.

`python -m training.fields.make_pairs --corpus ../shared/samples/corpus/legal_documents.jsonl.gz`.
From texts of laws (free of copyright in Viet Nam, Law on Intellectual Property, article 15) it
keeps the pairs of small words that occur often and, tones taken away, are nearly always the same
pair (`pho thong` is `phổ thông`). To them come the sixty names of years (`Ất Tỵ`) and the quarters
(`quý II`), which texts of laws hardly hold and letters always do. Extraction mends the tones of
subjects with them. About 2 minutes.
"""

from __future__ import annotations

import argparse
import gzip
import itertools
import json
import re
import sys
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

from bench.fields import modern_tones
from stages.extract.folding import fold

_STEMS = ("Giáp", "Ất", "Bính", "Đinh", "Mậu", "Kỷ", "Canh", "Tân", "Nhâm", "Quý")
_BRANCHES = (
    "Tý", "Sửu", "Dần", "Mão", "Thìn", "Tỵ", "Ngọ", "Mùi", "Thân", "Dậu", "Tuất", "Hợi",
)  # fmt: skip
_QUARTERS = ("I", "II", "III", "IV")
_WORD = re.compile(r"[a-zà-ỹđ]{2,7}")


def texts(corpus: Path) -> Iterator[str]:
    """Yield the documents' texts, NFC."""
    with gzip.open(corpus, "rt", encoding="utf-8") as stream:
        for line in stream:
            row = json.loads(line)
            text = max((value for value in row.values() if isinstance(value, str)), key=len)
            yield unicodedata.normalize("NFC", text)


def count_pairs(corpus: Path) -> Counter[tuple[str, str]]:
    """Count pairs of small words that stand side by side."""
    counts: Counter[tuple[str, str]] = Counter()
    for text in texts(corpus):
        for sentence in re.split(r"[^\w ]+|\d+", text):
            words = sentence.split()
            counts.update(
                (modern_tones(a), modern_tones(b))
                for a, b in itertools.pairwise(words)
                if _WORD.fullmatch(a) and _WORD.fullmatch(b)
            )
    return counts


def sure_pairs(
    counts: Counter[tuple[str, str]], *, least: int, share: float, most: int
) -> list[str]:
    """Return pairs that hold at least this share of their plain letters' occurrences."""
    plain: dict[tuple[str, str], Counter[tuple[str, str]]] = defaultdict(Counter)
    for pair, count in counts.items():
        plain[fold(pair[0]), fold(pair[1])][pair] += count
    kept: list[tuple[int, str]] = []
    for readings in plain.values():
        whole = sum(readings.values())
        best, count = readings.most_common(1)[0]
        if whole >= least and count >= share * whole and fold(" ".join(best)) != " ".join(best):
            kept.append((count, " ".join(best)))
    return sorted(pair for _, pair in sorted(kept, reverse=True)[:most])


def named_times() -> list[str]:
    """Return the names of the sixty years of a cycle and of the quarters of a year."""
    years = [f"{_STEMS[at % 10]} {_BRANCHES[at % 12]}" for at in range(60)]
    return [*years, *(f"quý {quarter}" for quarter in _QUARTERS)]


def main(arguments: list[str] | None = None) -> int:
    """Run the command line; returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpus", type=Path, required=True)
    parser.add_argument("--out", type=Path, default=Path("config/rules/pairs.txt"))
    parser.add_argument("--least", type=int, default=25, help="occurrences of the plain letters")
    parser.add_argument("--share", type=float, default=0.985)
    parser.add_argument("--most", type=int, default=14_000)
    options = parser.parse_args(arguments)
    pairs = sure_pairs(
        count_pairs(options.corpus), least=options.least, share=options.share, most=options.most
    )
    pairs = sorted([*pairs, *named_times()])
    options.out.write_text("\n".join(pairs) + "\n", encoding="utf-8")
    print(f"{len(pairs)} pairs")
    return 0


if __name__ == "__main__":
    sys.exit(main())
