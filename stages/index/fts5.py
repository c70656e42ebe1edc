"""Expressions of a plan as FTS5 MATCH texts (sqlite.org/fts5.html, section 3).

Every row is a quoted string of words as `analysis` makes them, so no text that people type can be
syntax.
"""

from __future__ import annotations

from collections.abc import Iterable

from stages.index.plan import All, Expression, Words


def match_text(
    expression: Expression, *, required: Expression | None = None, refused: Expression | None = None
) -> str:
    """Return a MATCH text for an expression, with what must and must not be met besides."""
    wanted = _text(expression)
    if required is not None:
        wanted = f"({wanted}) AND ({_text(required)})"
    return f"({wanted}) NOT ({_text(refused)})" if refused is not None else wanted


def any_of(rows: Iterable[str]) -> str:
    """Return a MATCH text for at least one of some words, in any column."""
    return " OR ".join(_quoted(row) for row in rows)


def both(some: Iterable[str], one: str) -> str:
    """Return a MATCH text for at least one of some words together with one more."""
    return f"({any_of(some)}) AND {_quoted(one)}"


def _text(expression: Expression) -> str:
    if isinstance(expression, Words):
        row = _quoted(expression.row) + (" *" if expression.is_prefix else "")
        return f"{{{' '.join(expression.columns)}}} : {row}"
    joint = " AND " if isinstance(expression, All) else " OR "
    return joint.join(f"({_text(part)})" for part in expression.parts)


def _quoted(row: str) -> str:
    return '"' + row.replace('"', "") + '"'
