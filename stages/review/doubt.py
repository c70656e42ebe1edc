"""Which fields need a person: the required ones when unsure or empty, the others when unsure.

Thresholds lie where a further document in review would spare fewer than about one wrong field in
five (measured on 995 generated office scans, seeds 44 to 47, 52 and 53).
"""

from __future__ import annotations

from collections.abc import Mapping

from pipeline.model.records import FIELD_NAMES, Field, FieldSource

REQUIRED: tuple[str, ...] = ("number", "notation", "issued_date", "issuer", "type", "subject")
"""Fields without which a document cannot be registered (NĐ 30/2020, PL VI, fields 3–8)."""

DEFAULT_THRESHOLDS: Mapping[str, float] = {
    "number": 0.75,
    "notation": 0.75,
    "issued_date": 0.88,
    "issuer": 0.8,
    "type": 0.7,
    "subject": 0.8,
    "signer_name": 0.8,
    "signer_title": 0.75,
    "urgency": 0.7,
    "place": 0.4,
    "issuer_parent": 0.75,
    "addressee": 0.0,
    "recipients": 0.0,
}
"""Least confidence, 0–1, that passes without a person; a field not named here always passes."""


def needs_person(item: Field | None) -> bool:
    """Tell whether nobody has given or confirmed this field yet."""
    return item is None or item.source is not FieldSource.PERSON


def doubtful(
    fields: Mapping[str, Field], thresholds: Mapping[str, float] = DEFAULT_THRESHOLDS
) -> tuple[str, ...]:
    """Return the names of fields that a person must look at, in the order of the model.

    A required field is in doubt when it is missing, empty or below its threshold; any other when it
    is below its threshold, an empty one when it is not sure that the paper has none: hardly any
    paper goes unsigned, so a signer that was not found is asked for. What a person gave is never in
    doubt.
    """
    return tuple(name for name in FIELD_NAMES if _is_doubtful(name, fields.get(name), thresholds))


def _is_doubtful(name: str, item: Field | None, thresholds: Mapping[str, float]) -> bool:
    if not needs_person(item) or name == "code":
        return False
    if item is None or (not item.value and name in REQUIRED):
        return name in REQUIRED
    return item.confidence < thresholds.get(name, 0.0)
