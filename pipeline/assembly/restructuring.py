"""Setting a value in many dossiers of a batch at once, each wrong cell named."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from pipeline.ledger.dossiers import DossierChange, DossierRow, Dossiers
from pipeline.model.errors import InputError
from pipeline.structure.profile import Profile
from pipeline.structure.records import Place
from pipeline.structure.values import Expected, checked, tidy
from pipeline.web.backlog_api import FieldChoice, WrongDossier

_PLACES = {
    "fonds": "Phông",
    "catalogue": "Mục lục",
    "box": "Hộp số",
}
_FIELDS = ("title", "retention", "access", "language", "physical_state", "keywords", "note")
"""Of the profile, what people set for many dossiers; what differs from one to the next goes by the
sheet of 46 columns."""
_PLACE_CHARS_MAX = 50
_TAKEN = Expected(
    vi="vị trí chưa có hồ sơ khác cùng số", en="a place where no dossier has this notation"
)
_SHORT = Expected(vi=f"tối đa {_PLACE_CHARS_MAX} ký tự", en=f"at most {_PLACE_CHARS_MAX} letters")


def choices(profile: Profile) -> Sequence[FieldChoice]:
    """Return the fields of dossiers that can be set for many at once."""
    places = [FieldChoice(name=name, label=label) for name, label in _PLACES.items()]
    found = [(name, profile.spec("dossier", name)) for name in _FIELDS]
    return places + [
        FieldChoice(
            name=name,
            label=spec.label,
            terms=[term.label for term in profile.lists[spec.list]] if spec.list else (),
        )
        for name, spec in found
        if spec is not None
    ]


def change(
    dossiers: Dossiers,
    batch: str,
    profile: Profile,
    keys: Sequence[str],
    field: str,
    value: str,
    *,
    person: str,
) -> Sequence[WrongDossier]:
    """Set a value in dossiers, or return why it cannot be set in each; then nothing is changed.

    Raises:
        InputError: INPUT-BATCH-FIELD, no such field, or no dossier was chosen.
    """
    choice = next((one for one in choices(profile) if one.name == field), None)
    rows = dossiers.named(batch, keys)
    if choice is None or not rows:
        raise InputError("INPUT-BATCH-FIELD", detail=field[:80])
    wanted = _value(profile, field, value)
    if isinstance(wanted, Expected):
        return [_wrong(row, choice, value, wanted) for row in rows]
    made = [_changed(row, field, wanted) for row in rows]
    if wrong := list(_collisions(dossiers, batch, rows, made)):
        return [_wrong(row, choice, value, _TAKEN) for row in wrong]
    dossiers.change(batch, made, person=person)
    return ()


def _value(profile: Profile, field: str, value: str) -> str | Expected:
    spec = profile.spec("dossier", field)
    if spec is not None and field not in _PLACES:
        return checked(profile, spec, value)
    text = tidy(value)
    return text if len(text) <= _PLACE_CHARS_MAX else _SHORT


def _changed(row: DossierRow, field: str, value: str) -> DossierChange:
    to_key = row.key
    if field in _PLACES:
        place = Place.of_key(row.key)
        parts = {name: getattr(place, name) for name in Place.__slots__} | {field: value}
        to_key = Place(**parts).key
    return DossierChange(key=row.key, to_key=to_key, values={field: value})


def _collisions(
    dossiers: Dossiers, batch: str, rows: Sequence[DossierRow], made: Sequence[DossierChange]
) -> Iterator[DossierRow]:
    """Yield dossiers that would become one with another: what lies in a dossier would be lost."""
    moved = {one.key for one in made if one.key != one.to_key}
    counts = Counter(one.to_key for one in made)
    there = {row.key for row in dossiers.named(batch, [one.to_key for one in made])} - moved
    for row, one in zip(rows, made, strict=True):
        if one.key in moved and (counts[one.to_key] > 1 or one.to_key in there):
            yield row


def _wrong(row: DossierRow, choice: FieldChoice, value: str, expected: Expected) -> WrongDossier:
    return WrongDossier(
        dossier=Place.of_key(row.key).notation,
        heading=choice.label,
        value=value,
        expected_vi=expected.vi,
        expected_en=expected.en,
    )
