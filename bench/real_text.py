"""CER of a run's text on real pages whose lines are known (`../shared/samples/real_text`).

Each true line is looked for in the whole text of its page and scored at its best place (edit
distance, no spaces, dashes and quotes folded). The truth does not hold stamps, signatures and
notes, so what no line claims is not counted as inserted; a line that is nowhere counts as lost.
"""

from __future__ import annotations

import json
from collections import defaultdict
from pathlib import Path
from typing import Any

from bench.scoring import TextScore, score_page


def score_real_text(shared: Path, records: dict[str, dict[str, Any]]) -> tuple[TextScore, int]:
    """Score of all known lines.

    Args:
        shared: folder of the samples.
        records: name of the letter's file → its record from `sohoa run --json`.

    Returns:
        The score, and how many pages came without any text (they are not scored).
    """
    pages: dict[tuple[str, int], list[str]] = defaultdict(list)
    listing = shared / "real_text" / "lines.jsonl"
    for line in listing.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        pages[(row["letter"], row["letter_page"])].append(row["text"])
    total, silent = TextScore(), 0
    for (letter, number), lines in pages.items():
        text = _page_text(records.get(letter), number)
        if not text.strip():
            silent += 1
            continue
        total += score_page(lines, text, count_inserted=False)
    return total, silent


def _page_text(record: dict[str, Any] | None, number: int) -> str:
    if record is None or not record.get("text"):
        return ""
    pages = Path(record["text"]).read_text(encoding="utf-8").split("\f")
    return pages[number - 1] if number <= len(pages) else ""
