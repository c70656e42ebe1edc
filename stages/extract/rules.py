"""The tables of extraction: types, agencies, places, signers, confusions.

A new decree is a change of data: nothing of these lists stands in code. Read once, when the stage
is made; a fault in a file is the keeper's (SYS-CONFIG).
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from pipeline.model.errors import OperatorError
from stages.extract.calibration import Curve
from stages.extract.folding import compact, fold


@dataclass(frozen=True, kw_only=True)
class DocumentType:
    """A type of document (NĐ 30/2020, Điều 7 and PL III)."""

    name: str
    """As it is said: `Quyết định`."""
    abbreviations: tuple[str, ...]
    """As they stand in the notation: `QĐ`."""

    @cached_property
    def key(self) -> str:
        """Folded letters of the name."""
        return compact(self.name)


@dataclass(frozen=True, kw_only=True)
class Rules:
    """All tables that extraction looks into."""

    types: tuple[DocumentType, ...]
    starters: tuple[str, ...]
    """Folded beginnings of agencies' names."""
    open_ends: frozenset[str]
    """Folded last words after which a name goes on in the next line."""
    incomplete: frozenset[str]
    """Folded lines that are no whole name yet."""
    of_party: frozenset[str]
    """Folded lines that say whose body the line above names (`BAN TỔ CHỨC / TỈNH ỦY`)."""
    bodies: tuple[str, ...]
    """Names of bodies, as in a sentence."""
    phrases: tuple[str, ...]
    """Runs of words that names of bodies are made of."""
    levels: tuple[str, ...]
    """Words of rank before a unit's name, lower case."""
    provinces: tuple[str, ...]
    """Present and former provinces and centrally run cities."""
    communes: tuple[str, ...]
    authority: tuple[str, ...]
    """Signs of authority before a post: `TM.`, `KT.` …"""
    posts: tuple[str, ...]
    signer_bodies: tuple[str, ...]
    name_prefixes: tuple[str, ...]
    family_names: frozenset[str]
    digits: dict[str, str]
    """Read character → digit, where only a digit can stand."""
    letters: dict[str, str]
    """Read character → letter or dash of a notation."""
    pairs: dict[tuple[str, str], tuple[str, str]] = field(default_factory=dict)
    """Plain letters of two words → the only pair that is printed so (`pho thong`)."""
    curves: dict[str, Curve] = field(default_factory=dict)
    """How sure a field is, by the name of its curve."""

    @cached_property
    def type_keys(self) -> dict[str, DocumentType]:
        """Types by their folded letters."""
        return {item.key: item for item in self.types}

    @cached_property
    def type_by_abbreviation(self) -> dict[str, DocumentType]:
        """Types by abbreviation; the first named wins where two share one."""
        out: dict[str, DocumentType] = {}
        for item in self.types:
            for abbreviation in item.abbreviations:
                out.setdefault(abbreviation, item)
        return out

    @cached_property
    def post_keys(self) -> tuple[str, ...]:
        """Folded letters of posts and bodies of the signature block."""
        return tuple(compact(text) for text in (*self.posts, *self.signer_bodies))

    @cached_property
    def known_runs(self) -> dict[str, str]:
        """Names of bodies, ranks and places: folded words → the name in capitals."""
        units = [f"{level} {name}" for level in ("tỉnh", "thành phố") for name in self.provinces]
        names = [*self.bodies, *self.phrases, *(n for n in self.provinces if " " in n)]
        names += [*units, *self.levels]
        return {fold(name): name.upper() for name in reversed(names) if fold(name) != "quan"}

    @cached_property
    def body_keys(self) -> dict[str, str]:
        """Bodies by their folded letters without spaces → the name in capitals."""
        return {compact(name): name.upper() for name in reversed(self.bodies)}

    @cached_property
    def begun_runs(self) -> frozenset[str]:
        """Folded letters of bodies that a place's name follows (`uybannhandan`)."""
        long = (compact(name) for name in self.bodies if name.endswith("nhân dân"))
        return frozenset(name for name in long if len(name) >= 11)

    @cached_property
    def first_words(self) -> frozenset[str]:
        """Folded first words of everything known: no scraps, however short."""
        return frozenset(key.split()[0] for key in self.known_runs)

    @cached_property
    def commune_runs(self) -> dict[str, str]:
        """Communes whose folded name is that of no other: folded words → name in capitals."""
        found: dict[str, str] = {}
        doubled: set[str] = set()
        for name in self.communes:
            key = fold(name)
            doubled |= {key} if key in found else set()
            found[key] = name.upper()
        return {key: name for key, name in found.items() if key not in doubled}

    @cached_property
    def joined_runs(self) -> dict[str, str]:
        """Names of several words: folded letters without spaces → the name in capitals."""
        return {compact(name): name for key, name in self.known_runs.items() if " " in key}

    @cached_property
    def post_words(self) -> frozenset[str]:
        """Folded words of three letters or more that posts are made of."""
        words = {compact(word) for text in self.posts for word in text.split()}
        return frozenset(word for word in words if len(word) > 2)

    @cached_property
    def family_keys(self) -> frozenset[str]:
        """Folded family names."""
        return frozenset(fold(name) for name in self.family_names)


def load_rules(folder: Path) -> Rules:
    """Read the rules folder.

    Raises:
        OperatorError: SYS-CONFIG when a file is missing, unreadable or lacks a table.
    """
    try:
        return _build(folder)
    except (OSError, tomllib.TOMLDecodeError, KeyError, UnicodeDecodeError) as fault:
        raise OperatorError("SYS-CONFIG", detail=f"rules: {fault!r}") from fault


def _table(folder: Path, name: str) -> dict[str, Any]:
    with (folder / name).open("rb") as stream:
        return tomllib.load(stream)


def _build(folder: Path) -> Rules:
    types = _table(folder, "types.toml")["type"]
    agencies = _table(folder, "agencies.toml")
    places = _table(folder, "places.toml")
    signers = _table(folder, "signers.toml")
    confusions = _table(folder, "confusions.toml")
    communes = (folder / "communes_2025.txt").read_text(encoding="utf-8").split("\n")
    return Rules(
        types=tuple(
            DocumentType(name=row["name"], abbreviations=tuple(row["abbreviations"]))
            for row in types
        ),
        starters=tuple(agencies["starters"]),
        open_ends=frozenset(agencies["open_ends"]),
        incomplete=frozenset(agencies["incomplete"]),
        of_party=frozenset(agencies["of_party"]),
        bodies=tuple(row["name"] for row in agencies["body"]),
        phrases=tuple(agencies["phrases"]),
        levels=tuple(agencies["levels"]),
        provinces=(*places["provinces"], *places["provinces_before"]),
        communes=tuple(name for name in communes if name),
        authority=tuple(signers["authority"]),
        posts=tuple(signers["posts"]),
        signer_bodies=tuple(signers["bodies"]),
        name_prefixes=tuple(signers["name_prefixes"]),
        family_names=frozenset(signers["family_names"]),
        digits=dict(confusions["digits"]),
        letters=dict(confusions["letters"]),
        pairs=_pairs(folder),
        curves=_curves(folder),
    )


def _curves(folder: Path) -> dict[str, Curve]:
    if not (folder / "confidence.toml").exists():
        return {}
    return {
        name: Curve(raw=tuple(row["raw"]), share=tuple(row["share"]))
        for name, row in _table(folder, "confidence.toml").items()
    }


def _pairs(folder: Path) -> dict[tuple[str, str], tuple[str, str]]:
    path = folder / "pairs.txt"
    if not path.exists():
        return {}
    found: dict[tuple[str, str], tuple[str, str]] = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        first, second = line.split(" ")
        found[fold(first), fold(second)] = (first, second)
    return found
