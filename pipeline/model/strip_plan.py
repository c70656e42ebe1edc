"""A plan as a person writes it: `1 2 3r90 | 4 5 | -6`, the same on the strip and by keyboard."""

from __future__ import annotations

import re
from dataclasses import replace

from pipeline.model.errors import InputError
from pipeline.model.stacks import Part, StackPlan

_PAGE = re.compile(r"(\d{1,6})(?:r(90|180|270))?")


def written(plan: StackPlan) -> str:
    """Return a plan in words."""
    parts = [
        " ".join(
            f"{number}r{turn_deg}" if turn_deg else str(number)
            for number, turn_deg in zip(
                part.pages, part.turns_deg or (0,) * len(part.pages), strict=True
            )
        )
        for part in plan.parts
    ]
    dropped = " ".join(f"-{number}" for number in plan.dropped)
    return " | ".join([*parts, *([dropped] if dropped else [])])


def read(text: str, *, before: StackPlan) -> StackPlan:
    """Return the plan that a person wrote; each page stands in it once.

    Args:
        text: the words.
        before: what was proposed: says which pages there are, and their dossiers.

    Raises:
        InputError: INPUT-STACK-PLAN, with the page concerned or the piece not understood.
    """
    parts: list[Part] = []
    dropped: list[int] = []
    for piece in text.split("|"):
        pages: list[int] = []
        turns: list[int] = []
        for word in piece.split():
            if word.startswith("-") and word[1:].isdecimal() and len(word) < 8:
                dropped.append(int(word[1:]))
                continue
            found = _PAGE.fullmatch(word)
            if found is None:
                raise InputError("INPUT-STACK-PLAN", detail=word[:40])
            pages.append(int(found[1]))
            turns.append(int(found[2] or 0))
        if pages:
            parts.append(
                replace(
                    _before(pages[0], before),
                    pages=tuple(pages),
                    turns_deg=tuple(turns) if any(turns) else (),
                )
            )
    _check([*(n for part in parts for n in part.pages), *dropped], before)
    if not parts:
        raise InputError("INPUT-STACK-PLAN", detail="0")
    return StackPlan(parts=tuple(parts), dropped=tuple(sorted(dropped)))


def _before(page: int, before: StackPlan) -> Part:
    """Return a part of the dossier that a page lay in, surely cut: a person says so."""
    found = next((part for part in before.parts if page in part.pages), Part(pages=(page,)))
    return Part(pages=(page,), dossier=found.dossier, cover_page=found.cover_page)


def _check(numbers: list[int], before: StackPlan) -> None:
    known = {*(number for part in before.parts for number in part.pages), *before.dropped}
    odd = [number for number in numbers if number not in known or numbers.count(number) > 1]
    odd += sorted(known - set(numbers))
    if odd:
        raise InputError("INPUT-STACK-PLAN", detail=str(odd[0]), page=odd[0])
