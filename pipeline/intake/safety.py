"""Which folders may lie where: checked once at start, all faults in one report.

A result written into a drop folder would be taken for a new paper, for ever; a drop folder inside
another would be taken for a document of page images; a drop folder in the code would let whoever
may drop a scan replace the program.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from pipeline.model.errors import OperatorError


def check_folders(
    drops: Mapping[str, Path],
    *,
    results: Mapping[str, Path],
    data_dir: Path,
    state_dirs: Iterable[Path] = (),
    code_dirs: Iterable[Path] = (),
) -> None:
    """Refuse an arrangement of folders that cannot work.

    Args:
        drops: name → drop folder.
        results: name → results folder.
        data_dir: folder of the whole state; drop folders may lie in it, it may not lie in one.
        state_dirs: folders of the state that no drop folder may touch (store, scratch, output).
        code_dirs: folders of the code that no drop folder may touch.

    Raises:
        OperatorError: SYS-CONFIG, every fault on a line.
    """
    faults: list[str] = []
    real = {name: path.resolve() for name, path in drops.items()}
    for name, drop in real.items():
        inside = {"the data folder": data_dir.resolve()}
        inside |= {f"the results of {other}": path.resolve() for other, path in results.items()}
        faults += [f"the drop folder {name} holds {what}" for what in _below(inside, drop)]
        touching = [path.resolve() for path in (*state_dirs, *code_dirs)]
        faults += [f"the drop folder {name} touches {p}" for p in touching if _overlap(drop, p)]
    faults += _among_each_other(real)
    if faults:
        raise OperatorError("SYS-CONFIG", detail="\n".join(faults))


def _below(places: Mapping[str, Path], drop: Path) -> list[str]:
    return [what for what, path in places.items() if path.is_relative_to(drop)]


def _overlap(one: Path, other: Path) -> bool:
    return one.is_relative_to(other) or other.is_relative_to(one)


def _among_each_other(drops: Mapping[str, Path]) -> list[str]:
    names: Sequence[str] = sorted(drops)
    return [
        f"the drop folders {one} and {other} overlap"
        for index, one in enumerate(names)
        for other in names[index + 1 :]
        if _overlap(drops[one], drops[other])
    ]
