"""Prints how many bytes of memory each further document of a package costs at the peak.

A process of its own: servers that other tests keep running allocate in theirs meanwhile.
"""

from __future__ import annotations

import sys
import tracemalloc
from pathlib import Path

from pipeline.packaging.sip import SipWriter
from tests.unit.packaging.consigned import RULES, consignment, dossier

FEW, MANY = 100, 1000


def peak_bytes(folder: Path, count: int) -> int:
    """Return the peak while a package of so many small documents is written."""
    content = dossier(folder, count)
    list(content.documents())
    tracemalloc.start()
    writer = SipWriter(consignment=consignment(), rules_dir=RULES)
    with (folder / f"{count}.zip").open("wb") as file:
        writer.write(file, content)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak


if __name__ == "__main__":
    place = Path(sys.argv[1])
    few, many = peak_bytes(place, FEW), peak_bytes(place, MANY)
    print((many - few) / (MANY - FEW))
