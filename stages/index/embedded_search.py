"""Answering a question from one generation of the embedded index."""

from __future__ import annotations

import json
import math
import sqlite3
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from pipeline.model.search import (
    DEPTH_MAX,
    FACET_VALUES_MAX,
    FacetValue,
    SearchAnswer,
    SearchRequest,
    SortOrder,
)
from stages.index import document
from stages.index.answer import hit_of
from stages.index.closer import CANDIDATES_MAX, close_ones
from stages.index.fts5 import any_of, both, match_text
from stages.index.generation import Generation
from stages.index.plan import (
    CLOSE_SPAN,
    LOOSE_UNDER,
    NEAR_UNDER,
    ROW_TIERS,
    TIER_STEP,
    WHOLE_BONUS,
    Expression,
    Plan,
    Share,
    Tier,
    plan_of,
)
from stages.index.question import Question

WEIGHED_MAX = 5_000
"""Of a tier that more documents meet, the newest so many are weighed: what they all have in common
says little, and weighing costs some 4 µs each."""
_ROWS_MAX = 200
"""So many that hold the words side by side are noted."""
RARE_MAX = 100_000
"""Of rare pairs, so many holdings are read to choose whom to look at more closely; some 0.2 µs
each."""

_WEIGHTS = ", ".join(str(weight) for weight in document.WEIGHTS)
_FIND = f"SELECT words@.rowid, bm25(words@, {_WEIGHTS}) FROM words@"  # noqa: S608 - constants
_MEET = "SELECT words@.rowid FROM words@"
_DOCUMENTS = "SELECT d.number FROM document@ AS d WHERE "
_CHOSEN = f"{_DOCUMENTS} d.number IN (SELECT value FROM json_each(?))"  # noqa: S608 - constants
_JOIN = " CROSS JOIN document@ AS d ON d.number = words@.rowid"
_ORDERS = {
    SortOrder.NEWEST: "d.issued_date DESC, d.number DESC",
    SortOrder.OLDEST: "d.issued_date = '', d.issued_date, d.number DESC",
    SortOrder.RELEVANCE: "d.issued_date DESC, d.number DESC",
}
_FACETS = {
    "issuer": ("issuer", "issuer_label"),
    "type": ("type", "type_label"),
    "year": ("year", "year"),
    "folder": ("folder", "folder"),
}
_IS_NAMED = "is_named_by_scope"
"""SQL function: whether the request's scope names a document. As values, 25,000 ids cost each of a
question's statements 100 ms; this costs 0.3 µs a row."""
_IN_SCOPE = f"(d.folder IN (SELECT value FROM json_each(?)) OR {_IS_NAMED}(d.id))"  # noqa: S608
_COUNTED = """
SELECT issuer, issuer_label, type, type_label, year, folder, count(*) FROM document@
WHERE number IN (SELECT value FROM json_each(?)) GROUP BY 1, 2, 3, 4, 5, 6
"""


@dataclass(slots=True)
class Where:
    """Conditions on the plain columns of a document."""

    parts: list[str] = field(default_factory=list)
    values: list[object] = field(default_factory=list)

    def add(self, part: str, *values: object) -> None:
        """Add one condition with its values."""
        self.parts.append(part)
        self.values += values

    @property
    def text(self) -> str:
        """The conditions joined, always true when there are none."""
        return " AND ".join(self.parts) or "1"


def where_of(question: Question, request: SearchRequest) -> Where:
    """Return what a request asks besides words."""
    where = Where()
    if question.date_from:
        where.add("d.issued_date >= ?", question.date_from)
    if question.date_to:
        where.add("d.issued_date <> '' AND d.issued_date <= ?", question.date_to)
    if question.folder is not None:
        where.add("d.folder = ?", question.folder)
    for name, value in request.narrowed.items():
        where.add(f"d.{_FACETS[name][0]} = ?" if name in _FACETS else "0 = ?", value)
    if request.as_of is not None:
        where.add("d.number <= ?", request.as_of)
    if request.only_ids is not None:
        where.add("d.id IN (SELECT value FROM json_each(?))", json.dumps([*request.only_ids]))
    if request.without_ids:
        where.add(
            "d.id NOT IN (SELECT value FROM json_each(?))", json.dumps([*request.without_ids])
        )
    if request.scope is not None:
        where.add(_IN_SCOPE, json.dumps([*request.scope.folders]))
    return where


class Asking:
    """One question to one generation, on one connection."""

    def __init__(
        self,
        connection: sqlite3.Connection,
        tables: Generation,
        question: Question,
        request: SearchRequest,
    ) -> None:
        """Read the question's plan."""
        self._connection = connection
        self._tables = tables
        self._question = question
        self._request = request
        self._plan: Plan = plan_of(question)
        self._where = where_of(question, request)
        if request.scope is not None:
            named = request.scope.document_ids.__contains__
            connection.create_function(_IS_NAMED, 1, named, deterministic=True)
        self._counts: dict[str, int] = {}
        self._holders: set[int] | None = None
        """Who holds the words side by side, where that is known of all."""

    def answer(self) -> SearchAnswer:
        """Return hits, number, facets."""
        met, partial = self._everything()
        numbers = list(dict.fromkeys([*met, *partial]))
        is_exact = len(numbers) <= DEPTH_MAX
        del numbers[DEPTH_MAX:]
        request = self._request
        start = min(max(0, request.offset), DEPTH_MAX)
        end = min(start + max(0, request.limit), DEPTH_MAX)
        chosen: list[tuple[int, float]] = []
        if start < end:
            chosen = self._ordered(numbers, met, partial, end)[start:end]
        entries = [(self._tables.entry(self._connection, one), score) for one, score in chosen]
        return SearchAnswer(
            hits=tuple(hit_of(entry, score, self._question) for entry, score in entries),
            total=len(numbers),
            is_total_exact=is_exact,
            facets=self._facets(numbers) if request.with_facets else {},
            mistakes=self._question.mistakes,
            as_of=self._tables.last(self._connection) if request.as_of is None else request.as_of,
        )

    def _everything(self) -> tuple[list[int], dict[int, float]]:
        """Return the documents that meet the whole question, newest first, and those partly."""
        plan = self._plan
        if plan.base is None:
            return self._listed(), {}
        met = self._meeting(plan.base)
        partial = self._close(met)
        if plan.near is not None and len(met) < NEAR_UNDER:
            near = self._sharing(plan.near)
            whole = dict.fromkeys(met, WHOLE_BONUS)
            partial |= {
                one: Tier.NEAR * TIER_STEP + whole.get(one, 0.0) + score
                for one, score in near.items()
                if one not in partial
            }
        if plan.has_loose and len({*met, *partial}) < LOOSE_UNDER:
            loose = self._loose()
            known = {*met, *partial}
            partial |= {
                one: Tier.LOOSE * TIER_STEP + score
                for one, score in loose.items()
                if one not in known
            }
        return met, partial

    def _ordered(
        self, numbers: Sequence[int], met: Sequence[int], partial: dict[int, float], needed: int
    ) -> list[tuple[int, float]]:
        """Return the first documents with their scores in the order asked for.

        No tier is asked for once enough documents, or all that meet the whole question, have their
        place: weighing a tier reads all places of its words, however few documents it holds.
        """
        if self._plan.base is None or self._request.order is not SortOrder.RELEVANCE:
            return [(number, 0.0) for number in self._by_date(numbers)]
        ranked: dict[int, float] = {}
        unranked = set(met)
        near_done = False
        for tier, expression in self._plan.tiers:
            if tier < Tier.NEAR and not near_done:
                _add(ranked, {one: s for one, s in partial.items() if s >= Tier.NEAR * TIER_STEP})
                near_done = True
            if len(ranked) >= needed or not unranked:
                break
            if tier in ROW_TIERS and self._holders is not None and self._holders <= ranked.keys():
                continue  # nobody is left who could meet it: 30 to 60 ms among 200,000
            weighed = self._weighed(tier, expression)
            _add(ranked, weighed)
            unranked -= weighed.keys()
        _add(ranked, {one: score for one, score in partial.items() if one not in ranked})
        if len(ranked) < needed:  # more than were weighed: the rest comes newest first
            _add(ranked, {one: Tier.WORDS * TIER_STEP for one in numbers if one not in ranked})
        return list(ranked.items())

    def _by_date(self, numbers: Sequence[int]) -> list[int]:
        text = self._tables.sql(_CHOSEN + " ORDER BY " + _ORDERS[self._request.order])
        found = self._connection.execute(text, (json.dumps(numbers),))
        return [row[0] for row in found]

    def _listed(self) -> list[int]:
        """Return the documents that meet conditions alone, newest first."""
        plan, sql = self._plan, self._tables.sql
        if plan.required is not None:
            return self._meeting(plan.required, is_bare=True)
        text = _DOCUMENTS + self._where.text
        values = [*self._where.values]
        if plan.refused is not None:
            text += " AND d.number NOT IN (SELECT rowid FROM words@ WHERE words@ MATCH ?)"
            values.append(match_text(plan.refused))
        text += " ORDER BY " + _ORDERS[self._request.order] + f" LIMIT {DEPTH_MAX + 1}"
        return [row[0] for row in self._connection.execute(sql(text), values)]

    def _meeting(self, expression: Expression, *, is_bare: bool = False) -> list[int]:
        """Return the documents that meet an expression and every condition, newest first."""
        found = self._run(_MEET, expression, DEPTH_MAX + 1, is_bare=is_bare)
        return [row[0] for row in found]

    def _weighed(self, tier: Tier, expression: Expression) -> dict[int, float]:
        """Return the documents of a tier with their scores."""
        found = self._run(_FIND, expression, WEIGHED_MAX)
        return {row[0]: tier * TIER_STEP - row[1] for row in found}

    def _run(
        self, head: str, expression: Expression, limit: int, *, is_bare: bool = False
    ) -> list[sqlite3.Row]:
        plan, where = self._plan, self._where
        required = None if is_bare else plan.required
        wanted = match_text(expression, required=required, refused=plan.refused)
        text = head + (_JOIN if where.parts else "") + " WHERE words@ MATCH ?"
        text += f" AND {where.text} ORDER BY words@.rowid DESC LIMIT ?"
        values = (wanted, *where.values, limit)
        return self._connection.execute(self._tables.sql(text), values).fetchall()

    def _close(self, met: Sequence[int]) -> dict[int, float]:
        """Return the documents that read nearly like the question, with their scores."""
        plan = self._plan
        if plan.loose_pairs is None or plan.row is None or len(met) >= NEAR_UNDER:
            return {}
        holders = self._run(_MEET, plan.row, _ROWS_MAX)
        if len(holders) < _ROWS_MAX:
            self._holders = {row[0] for row in holders}
        if holders:
            return {}
        rare = self._holding_rare(plan.loose_pairs.pairs)
        first = sorted(rare.items(), key=lambda item: (-round(item[1], 4), -item[0]))
        looked_at = (
            (number, rarity, self._tables.entry(self._connection, number))
            for number, rarity in first[:CANDIDATES_MAX]
        )
        weights = close_ones(looked_at, self._question)
        return {one: Tier.CLOSE * TIER_STEP + CLOSE_SPAN * w for one, w in weights.items()}

    def _holding_rare(self, pairs: Sequence[str]) -> dict[int, float]:
        """Return the documents that hold the rarest of some pairs, by the rarity of these."""
        total = self._tables.count(self._connection)
        found: dict[int, float] = defaultdict(float)
        room = RARE_MAX
        for pair in sorted(pairs, key=self._count):
            count = self._count(pair)
            room -= count
            if room < 0:
                break
            for number in self._holding(any_of([pair])).tolist():
                found[number] += _rarity(count, total)
        return self._allowed(found)

    def _sharing(self, share: Share) -> dict[int, float]:
        """Return the documents that hold enough of some pairs, by the pairs' rarity."""
        total = self._tables.count(self._connection)
        counts = {pair: self._count(pair) for pair in share.pairs}
        # Who holds `least` of all pairs holds at least one of the rarest (all - least + 1).
        rising = sorted(share.pairs, key=lambda pair: counts[pair])
        rare = rising[: len(rising) - share.least + 1]
        found: list[NDArray[np.int64]] = []
        weights: list[NDArray[np.float64]] = []
        for pair in rising:
            if counts[pair]:
                numbers = self._holding(any_of([pair]) if pair in rare else both(rare, pair))
                found.append(numbers)
                weights.append(np.full(len(numbers), _rarity(counts[pair], total)))
        if not found:
            return {}
        joined = np.concatenate(found)
        held = np.bincount(joined)
        scores = np.bincount(joined, weights=np.concatenate(weights))
        enough = np.flatnonzero(held >= share.least)
        if len(enough) > WEIGHED_MAX:
            enough = enough[np.argsort(-scores[enough], kind="stable")[:WEIGHED_MAX]]
        return self._allowed(dict(zip(enough.tolist(), scores[enough].tolist(), strict=True)))

    def _holding(self, wanted: str) -> NDArray[np.int64]:
        """Return the documents that hold pairs; as one text, because rows cost ten times more."""
        text = self._tables.sql("SELECT group_concat(rowid) FROM pairs@ WHERE pairs@ MATCH ?")
        numbers = self._connection.execute(text, (wanted,)).fetchone()[0]
        return np.array([] if numbers is None else numbers.split(","), dtype=np.int64)

    def _count(self, pair: str) -> int:
        known = self._counts.get(pair)
        if known is None:
            text = self._tables.sql("SELECT count(*) FROM pairs@ WHERE pairs@ MATCH ?")
            known = int(self._connection.execute(text, (any_of([pair]),)).fetchone()[0])
            self._counts[pair] = known
        return known

    def _loose(self) -> dict[int, float]:
        plan = self._plan
        found: dict[int, float] = {}
        if plan.loose_words is not None:
            found = dict.fromkeys(self._meeting_partly(plan.loose_words), 0.0)
        if plan.loose_pairs is not None:
            found |= self._sharing(plan.loose_pairs)
        return found

    def _meeting_partly(self, expression: Expression) -> list[int]:
        found = self._meeting(expression)
        return [*self._allowed(dict.fromkeys(found, 0.0))]

    def _allowed(self, scores: dict[int, float]) -> dict[int, float]:
        """Return those that meet every condition and every phrase in quotes."""
        plan, where = self._plan, self._where
        if not scores:
            return {}
        if not (where.parts or plan.required or plan.phrases or plan.refused):
            return scores
        kept = json.dumps([*scores])
        text = (
            "SELECT d.number FROM document@ AS d WHERE d.number IN (SELECT value FROM json_each(?))"
        )
        text += f" AND {where.text}"
        values: list[object] = [kept, *where.values]
        inner = " AND d.number {} (SELECT rowid FROM words@ WHERE words@ MATCH ?)"
        for expression, how in (
            (plan.required, "IN"), (plan.phrases, "IN"), (plan.refused, "NOT IN"),
        ):  # fmt: skip
            if expression is not None:
                text += inner.format(how)
                values.append(match_text(expression))
        found = self._connection.execute(self._tables.sql(text), values)
        return {row[0]: scores[row[0]] for row in found}

    def _facets(self, numbers: Sequence[int]) -> dict[str, tuple[FacetValue, ...]]:
        """Count values of facets: one pass over the documents for all of them."""
        text = self._tables.sql(_COUNTED)
        rows = self._connection.execute(text, (json.dumps(numbers),)).fetchall()
        return {name: _counted(rows, *columns) for name, columns in _FACETS.items()}


def _counted(rows: Sequence[sqlite3.Row], value: str, label: str) -> tuple[FacetValue, ...]:
    """Return the most frequent values of one facet; of its labels the last in their order."""
    counts: dict[str, int] = defaultdict(int)
    labels: dict[str, str] = defaultdict(str)
    for row in rows:
        if name := row[value]:
            counts[name] += row["count(*)"]
            labels[name] = max(labels[name], row[label])
    most = sorted(counts, key=lambda name: (-counts[name], name))[:FACET_VALUES_MAX]
    return tuple(FacetValue(value=n, label=labels[n], count=counts[n]) for n in most)


def _add(ranked: dict[int, float], found: dict[int, float]) -> None:
    """Add documents below those ranked before, the newer first where equal."""
    rest = [(one, score) for one, score in found.items() if one not in ranked]
    rest.sort(key=lambda item: (-round(item[1], 4), -item[0]))
    ranked.update(rest)


def _rarity(count: int, total: int) -> float:
    """Return what meeting something says (idf as Lucene has it, BM25Similarity)."""
    return math.log(1 + (total - count + 0.5) / (count + 0.5))
