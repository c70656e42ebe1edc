"""What a message says of its document, laid beside what was read on the paper.

Both say the same: the value is sure, and its place on the paper stays as evidence. The paper says
nothing: the message's value stands. They differ: nobody but a person can tell who is right, so the
message's value stands in doubt, with the paper's as the other reading.
"""

from __future__ import annotations

import dataclasses
import re
import unicodedata
from collections.abc import Mapping

from pipeline.model.records import Field, FieldSource

_SURE = 0.99
_ALONE = 0.95
"""The message says it, the paper was not found to say anything."""
_DOUBT = 0.3
_UNSURE_READING = 0.5
"""Below this, what was read says nothing against the message."""


def with_announced(fields: tuple[Field, ...], said: Mapping[str, str]) -> tuple[Field, ...]:
    """Return the fields with what a message says of them taken in."""
    read = {item.name: item for item in fields}
    found = dict(read)
    for name, value in said.items():
        found[name] = _judged(name, value, read.get(name))
    return tuple(found.values())


def _judged(name: str, value: str, item: Field | None) -> Field:
    value = unicodedata.normalize("NFC", value)
    told = Field(name=name, value=value, confidence=_ALONE, source=FieldSource.MESSAGE)
    if item is None or not item.value:
        return told
    if _plain(item.value) == _plain(value):
        return dataclasses.replace(item, confidence=max(item.confidence, _SURE))
    is_against = item.confidence >= _UNSURE_READING
    return dataclasses.replace(
        told,
        confidence=_DOUBT if is_against else _ALONE,
        page=item.page,
        box=item.box,
        alternatives=(item.value,),
    )


def _plain(text: str) -> str:
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFC", text).casefold()).lstrip("0")
