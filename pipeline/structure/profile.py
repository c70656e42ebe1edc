"""Profiles: what a circular asks of fonds, dossier and document, as data in `config/archive`.

A profile is data because circulars change and the official annexes are not always at hand. It says
which fields there are, their codes, lengths and lists, how files are named and which elements
a package's descriptions have. Sources of the shipped ones: TT 05/2025/TT-BNV, TT 02/2019/TT-BNV.
"""

from __future__ import annotations

import string
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pipeline.model.errors import InputError, OperatorError

LEVELS = ("fonds", "dossier", "document")
KINDS = ("text", "number", "date", "list")
_PLACES = {
    "file_code": {"agency", "creator", "year", "transfer", "dossier"},
    "document_code": {"file_code", "ordinal"},
    "data_file": {"file_code", "ordinal", "sheet"},
}
"""What a pattern of names may use."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldSpec:
    """One field of a level."""

    name: str
    """Our name, the same in all profiles."""
    label: str
    """Name in Vietnamese, as the circular has it."""
    code: str = ""
    """Code in the circular's own notation, empty where it has none."""
    kind: str = "text"
    """`text`, `number` (from 0), `date` (a year, a month or a day) or `list`."""
    list: str = ""
    """Name of the list, for the kind `list`."""
    max: int = 0
    """Longest value, characters; 0: no limit."""
    pattern: str = ""
    """Regular expression that the whole value must match, empty for none."""
    required: bool = False

    def __post_init__(self) -> None:
        """Refuse an unknown kind.

        Raises:
            ValueError: the kind is unknown, or a list field names no list.
        """
        if self.kind not in KINDS or (self.kind == "list") != bool(self.list):
            raise ValueError(f"{self.name}: kind {self.kind!r}, list {self.list!r}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """One value of a list."""

    code: str
    label: str
    others: tuple[str, ...] = ()
    """Other spellings that people use."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PackageRules:
    """How a package (SIP) of this profile is written."""

    object_id: str
    """Pattern of the package's name: `{uuid}`."""
    profile_url: str
    type: str
    content_information: str
    record_status: Mapping[str, str]
    """`new`, `supplement`, `replacement` → the standard's word."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """A circular's data lists, codes, names and package format."""

    name: str
    title: str
    lists: Mapping[str, Sequence[Term]]
    fields: Mapping[str, Sequence[FieldSpec]]
    """Level → its fields in the circular's order."""
    defaults: Mapping[str, Mapping[str, str]]
    """Level → field → value where nothing else is known."""
    names: Mapping[str, str]
    """Patterns of `file_code`, `document_code`, `data_file`."""
    elements: Mapping[str, Sequence[tuple[str, str]]] = field(default_factory=dict)
    """`dossier` and `document` → (element, field) in the order of the schema."""
    package: PackageRules | None = None
    """None: this circular has no package format."""

    def spec(self, level: str, name: str) -> FieldSpec | None:
        """Return a field of a level, None where the profile has no such field."""
        return next((one for one in self.fields[level] if one.name == name), None)

    def term(self, list_name: str, text: str) -> Term | None:
        """Return the value of a list by code, label or another spelling; case does not matter."""
        wanted = text.casefold()
        for term in self.lists[list_name]:
            if wanted in {one.casefold() for one in (term.code, term.label, *term.others)}:
                return term
        return None


def profile_names(folder: Path) -> list[str]:
    """Return the profiles in a folder by name."""
    return sorted(path.stem for path in folder.glob("tt*.toml"))


def load_profile(folder: Path, name: str) -> Profile:
    """Read a profile.

    Raises:
        InputError: INPUT-PROFILE, there is none of this name; the detail names those there are.
        OperatorError: SYS-CONFIG, the file contradicts itself; nothing of it is used.
    """
    path = folder / f"{name}.toml"
    if name not in profile_names(folder):
        raise InputError("INPUT-PROFILE", detail=f"{name}; {', '.join(profile_names(folder))}")
    try:
        with path.open("rb") as file:
            return _profile(name, tomllib.load(file))
    except (tomllib.TOMLDecodeError, KeyError, TypeError, ValueError) as error:
        detail = f"{path.name}: {type(error).__name__}: {error}"
        raise OperatorError("SYS-CONFIG", detail=detail) from error


def _profile(name: str, read: Mapping[str, Any]) -> Profile:
    lists = {
        key: tuple(Term(code=one[0], label=one[1], others=tuple(one[2:])) for one in terms)
        for key, terms in read["lists"].items()
    }
    fields = {level: tuple(FieldSpec(**one) for one in read["fields"][level]) for level in LEVELS}
    made = Profile(
        name=name,
        title=read["title"],
        lists=lists,
        fields=fields,
        defaults=read.get("defaults", {}),
        names=read["names"],
        elements=_elements(read.get("ead")),
        package=PackageRules(**read["package"]) if "package" in read else None,
    )
    _check(made)
    return made


def _elements(ead: Mapping[str, Any] | None) -> dict[str, tuple[tuple[str, str], ...]]:
    if ead is None:
        return {}
    found = {"dossier": ead["elements"]["dossier"], "document": ead["elements"][ead["document"]]}
    return {
        level: tuple((element, name) for element, name in pairs) for level, pairs in found.items()
    }


def _check(profile: Profile) -> None:
    for level, specs in profile.fields.items():
        for one in specs:
            if one.list and one.list not in profile.lists:
                raise ValueError(f"{level}.{one.name}: no list {one.list!r}")
    for level, values in profile.defaults.items():
        for name, text in values.items():
            spec = profile.spec(level, name)
            if spec is None or (spec.list and profile.term(spec.list, text) is None):
                raise ValueError(f"defaults.{level}.{name}: {text!r}")
    _check_elements(profile)
    _check_names(profile)


def _check_elements(profile: Profile) -> None:
    known = {one.name for specs in profile.fields.values() for one in specs}
    for level, pairs in profile.elements.items():
        for element, name in pairs:
            if name not in known:
                raise ValueError(f"ead.{level}.{element}: no field {name!r}")


def _check_names(profile: Profile) -> None:
    for key, allowed in _PLACES.items():
        used = {one[1] for one in string.Formatter().parse(profile.names[key]) if one[1]}
        if not used <= allowed:
            raise ValueError(f"names.{key}: only {sorted(allowed)}, not {sorted(used - allowed)}")
