"""A plan as an Elasticsearch search (Query DSL of 8.x; no script, no plugin)."""

from __future__ import annotations

import dataclasses
import enum
from collections.abc import Mapping, Sequence
from typing import Any

from pipeline.model.search import DEPTH_MAX, FACET_VALUES_MAX, SearchRequest, SortOrder
from stages.index import document
from stages.index.elastic_mapping import field_of
from stages.index.plan import (
    CLOSE_SPAN,
    ROW_TIERS,
    TIER_STEP,
    WHOLE_BONUS,
    All,
    Expression,
    Plan,
    Share,
    Tier,
    Words,
)
from stages.index.plan import Any as AnyOf
from stages.index.question import Question

Body = dict[str, Any]

_WEIGHED = ("code", "subject", "issuer", "type", "signer", "other", "body")
_FACETS = {
    "issuer": ("issuer", "issuer_label"),
    "type": ("type", "type_label"),
    "year": ("year", "year"),
    "folder": ("folder", "folder"),
}
_DATE_LAST = {"missing": "_last", "unmapped_type": "keyword"}
_ORDERS: Mapping[SortOrder, list[Any]] = {
    SortOrder.RELEVANCE: ["_score"],
    SortOrder.NEWEST: [{"issued_date": {"order": "desc", **_DATE_LAST}}],
    SortOrder.OLDEST: [{"issued_date": {"order": "asc", **_DATE_LAST}}],
}


class Partly(enum.IntEnum):
    """Which documents that meet a part of the question only are wanted too."""

    NONE = 0
    NEAR = 1
    LOOSE = 2
    """NEAR and LOOSE."""


def body_of(
    question: Question,
    plan: Plan,
    request: SearchRequest,
    partly: Partly,
    close: Mapping[str, float],
) -> Body:
    """Return the body of a search.

    Args:
        question: what is asked, for its dates and folder.
        plan: how it is asked.
        request: how much of the answer is wanted.
        partly: which documents that meet a part only are wanted too.
        close: documents that read nearly like the question, with their weights.
    """
    start = min(max(0, request.offset), DEPTH_MAX)
    size = min(max(0, request.limit), DEPTH_MAX - start)
    order = request.order if plan.base is not None else _by_date(request.order)
    body: Body = {
        "query": _query_of(question, plan, request, _ranking(plan, partly, close)),
        "from": start,
        "size": size,
        "sort": [*_ORDERS[order], {"entered": "desc"}],
        "track_total_hits": DEPTH_MAX + 1,
        "track_scores": True,
        "_source": ["entry"],
    }
    if request.with_facets:
        body["aggs"] = _facets()
    return body


_TERMS_MAX = 60_000
"""Elasticsearch takes 65,536 in one clause (index.max_terms_count)."""


def body_of_candidates(question: Question, plan: Plan, request: SearchRequest, size: int) -> Body:
    """Return the body of a search for those that hold the rarest pairs; `plan` has loose ones."""
    pairs = () if plan.loose_pairs is None else plan.loose_pairs.pairs
    wanted = [_sharing(Share(pairs, 1)), *([compiled(plan.phrases)] if plan.phrases else [])]
    return {
        "query": _query_of(question, plan, request, {"bool": {"must": wanted}}),
        "size": size,
        "sort": ["_score", {"entered": "desc"}],
        "track_total_hits": False,
        "track_scores": True,
        "_source": ["entry"],
    }


def body_of_last() -> Body:
    """Return the body of a search for the last place in the order of entering."""
    last = {"last": {"max": {"field": "entered"}}}
    return {"size": 0, "aggs": last, "track_total_hits": False}


def body_of_count(question: Question, plan: Plan, request: SearchRequest) -> Body:
    """Return the body of a search for the number, and facets, of those that hold all the words."""
    base = {"match_all": {}} if plan.base is None else compiled(plan.base)
    query = _query_of(question, plan, request, {"bool": {"filter": [base]}})
    body: Body = {"query": query, "size": 0, "track_total_hits": DEPTH_MAX + 1}
    if request.with_facets:
        body["aggs"] = _facets()
    return body


def body_of_best(question: Question, plan: Plan, request: SearchRequest) -> Body:
    """Return the body of a search in the tiers down to the words side by side."""
    tiers = tuple(one for one in plan.tiers if one[0] >= Tier.PHRASE)
    base = AnyOf(tuple(expression for tier, expression in tiers if tier not in ROW_TIERS
                      or tier is Tier.PHRASE))  # fmt: skip
    best = dataclasses.replace(plan, tiers=tiers, base=base)
    body = body_of(question, best, dataclasses.replace(request, with_facets=False), Partly.NONE, {})
    return {**body, "track_total_hits": max(1, body["from"] + body["size"])}


def body_of_row(question: Question, plan: Plan, request: SearchRequest) -> Body:
    """Return the body of a search that tells whether anybody holds the words side by side."""
    row = {"match_none": {}} if plan.row is None else compiled(plan.row)
    query = _query_of(question, plan, request, {"bool": {"filter": [row]}})
    return {"query": query, "size": 0, "terminate_after": 1, "track_total_hits": 1}


def _query_of(question: Question, plan: Plan, request: SearchRequest, wanted: Body) -> Body:
    """Return the query of a search, conditions and all."""
    filters = _filters(question, request)
    if plan.required is not None:
        filters.append(compiled(plan.required))
    refused = [] if plan.refused is None else [compiled(plan.refused)]
    if request.without_ids:
        refused.append({"terms": {"document_id": sorted(request.without_ids)}})
    return {"bool": {"must": [wanted], "filter": filters, "must_not": refused}}


def compiled(expression: Expression) -> Body:
    """Return an expression as a query that is only met or not."""
    if isinstance(expression, Words):
        rows = [_row(field_of(column), expression) for column in expression.columns]
        return rows[0] if len(rows) == 1 else {"bool": {"should": rows, "minimum_should_match": 1}}
    parts = [compiled(part) for part in expression.parts]
    if isinstance(expression, All):
        return {"bool": {"filter": parts}}
    return {"bool": {"should": parts, "minimum_should_match": 1}}


def _by_date(order: SortOrder) -> SortOrder:
    """Return the order of a question without words: there is nothing to be relevant to."""
    return SortOrder.NEWEST if order is SortOrder.RELEVANCE else order


def _ranking(plan: Plan, partly: Partly, close: Mapping[str, float]) -> Body:
    """Return a query whose score is the best tier met and the weight within it."""
    if plan.base is None:
        return {"match_all": {"boost": 0}}
    tiers = [_tier(tier, compiled(expression)) for tier, expression in plan.tiers[:-1]]
    # Whoever meets `base` and no better tier meets the last: the server need not look again.
    tiers.append({"match_all": {"boost": plan.tiers[-1][0] * TIER_STEP}})
    # The filter adds nothing to what is met; but led by it the server looks at each tier only for
    # the documents that hold all words: 131 instead of 429 ms over a million (docs/search.md).
    whole = {
        "bool": {
            "filter": [compiled(plan.base)],
            "must": [{"dis_max": {"queries": tiers}}],
            "should": _weights(plan),
        }
    }
    ways: list[Body] = [whole, *(_named(name, weight) for name, weight in close.items())]
    phrases = [] if plan.phrases is None else [compiled(plan.phrases)]
    if partly >= Partly.NEAR and plan.near is not None:
        bonus = {"constant_score": {"filter": compiled(plan.base), "boost": WHOLE_BONUS}}
        ways.append(_partly(Tier.NEAR, [_sharing(plan.near)], phrases, [bonus]))
    if partly >= Partly.LOOSE and plan.loose_pairs is not None:
        ways.append(_partly(Tier.LOOSE, [_sharing(plan.loose_pairs)], phrases))
    if partly >= Partly.LOOSE and plan.loose_words is not None:
        ways.append(_partly(Tier.LOOSE, [], [compiled(plan.loose_words), *phrases]))
    return {"dis_max": {"queries": ways}}


def _tier(tier: Tier, query: Body) -> Body:
    return {"constant_score": {"filter": query, "boost": tier * TIER_STEP}}


def _named(document_id: str, weight: float) -> Body:
    boost = Tier.CLOSE * TIER_STEP + CLOSE_SPAN * weight
    return {"constant_score": {"filter": {"term": {"document_id": document_id}}, "boost": boost}}


def _partly(
    tier: Tier, weighed: list[Body], filters: list[Body], more: Sequence[Body] = ()
) -> Body:
    base = {"match_all": {"boost": tier * TIER_STEP}}
    return {"bool": {"must": [base, *weighed], "filter": filters, "should": [*more]}}


def _sharing(share: Share) -> Body:
    """Return a query for enough of some pairs; its score is their rarity."""
    pairs = [{"term": {"pairs": pair}} for pair in share.pairs]
    return {"bool": {"should": pairs, "minimum_should_match": share.least}}


def _weights(plan: Plan) -> list[Body]:
    """Return what orders the documents of one tier: BM25 of the words in each column."""
    text = " ".join(plan.words)
    weight = dict(zip(document.COLUMNS, document.WEIGHTS, strict=True))
    return [
        {"match": {field_of(column): {"query": text, "boost": weight[column]}}}
        for column in _WEIGHED
    ]


def _row(field: str, words: Words) -> Body:
    if words.is_prefix:
        return {"prefix": {field: {"value": words.row}}}
    if " " in words.row:
        return {"match_phrase": {field: {"query": words.row}}}
    return {"term": {field: {"value": words.row}}}


def _filters(question: Question, request: SearchRequest) -> list[Body]:
    filters: list[Body] = []
    span = {"gte": question.date_from, "lte": question.date_to}
    if any(span.values()):
        kept = {name: value for name, value in span.items() if value}
        filters.append({"range": {"issued_date": kept}})
    if question.folder is not None:
        filters.append({"term": {"folder": question.folder}})
    for name, value in request.narrowed.items():
        known = name in _FACETS
        filters.append({"term": {_FACETS[name][0]: value}} if known else {"match_none": {}})
    if request.as_of is not None:
        filters.append({"range": {"entered": {"lte": request.as_of}}})
    if request.only_ids is not None:
        filters.append({"terms": {"document_id": sorted(request.only_ids)}})
    if request.scope is not None:
        ids = sorted(request.scope.document_ids)
        either: list[Body] = [{"terms": {"folder": sorted(request.scope.folders)}}]
        either += [
            {"terms": {"document_id": ids[at : at + _TERMS_MAX]}}
            for at in range(0, len(ids), _TERMS_MAX)
        ]
        filters.append({"bool": {"should": either, "minimum_should_match": 1}})
    return filters


def _facets() -> Body:
    return {name: _facet(*fields) for name, fields in _FACETS.items()}


def _facet(field: str, label: str) -> Body:
    order = [{"_count": "desc"}, {"_key": "asc"}]
    inner = {"label": {"terms": {"field": label, "size": 1, "order": {"_key": "desc"}}}}
    return {
        "terms": {"field": field, "size": FACET_VALUES_MAX, "order": order},
        "aggs": inner,
    }
