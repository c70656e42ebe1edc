"""Where settings come from, weakest first: files, then the environment, then the command line.

Each source becomes a tree of tables with the name people know it by. Nothing is interpreted here.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PREFIX = "SOHOA_"
"""Environment variables that belong to sohoa: SOHOA_SECTION__KEY, `__` for each dot."""
RESERVED = frozenset({"SOHOA_DATA", "SOHOA_CONFIG"})
"""Variables of ours that are no settings."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One thing that is wrong."""

    origin: str
    """File, variable or option."""
    key: str
    """Dotted; empty when the whole source is meant."""
    message: str

    def __str__(self) -> str:
        """Return one line for people."""
        return ": ".join(part for part in (self.origin, self.key, self.message) if part)


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A tree of raw values from one place."""

    origin: str
    tree: Mapping[str, Any]
    is_text: bool = False
    """Whether it knows nothing but text."""
    labels: Mapping[str, str] | None = None
    """Dotted key → the variable or option it came by, where the origin alone is too coarse."""

    def label(self, key: str) -> str:
        """Return where exactly a key came from."""
        labels = self.labels or {}
        below = (label for name, label in labels.items() if name.startswith(f"{key}."))
        return labels.get(key) or next(below, self.origin)


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingsFile:
    """A TOML file and the table its keys belong to."""

    path: Path
    below: tuple[str, ...] = ()
    """E.g. (`folders`, `den`) for `config/folders/den.toml`."""
    is_required: bool = False
    """Whether its absence is a fault."""


def from_files(files: Iterable[SettingsFile]) -> tuple[list[Source], list[Fault]]:
    """Read TOML files; return what could be read and what could not."""
    sources, faults = [], []
    for file in files:
        try:
            tree: Mapping[str, Any] = tomllib.loads(file.path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            if file.is_required:
                faults.append(Fault(origin=str(file.path), key="", message="the file is missing"))
            continue
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
            faults.append(Fault(origin=str(file.path), key="", message=str(error)))
            continue
        for name in reversed(file.below):
            tree = {name: tree}
        sources.append(Source(origin=str(file.path), tree=tree))
    return sources, faults


def from_environment(environment: Mapping[str, str]) -> tuple[Source, list[Fault]]:
    """Read SOHOA_SECTION__KEY variables; one without `__` that is not reserved is a fault."""
    flat, labels, faults = {}, {}, []
    for variable, text in sorted(environment.items()):
        if not variable.startswith(PREFIX) or variable in RESERVED:
            continue
        key = variable.removeprefix(PREFIX).lower().replace("__", ".")
        if "." not in key or "" in key.split("."):
            faults.append(
                Fault(origin=variable, key="", message="not of the form SOHOA_SECTION__KEY")
            )
            continue
        flat[key] = text
        labels[key] = f"environment {variable}"
    tree = _grown(flat)
    return Source(origin="environment", tree=tree, is_text=True, labels=labels), faults


def from_overrides(overrides: Mapping[str, str]) -> Source:
    """Read dotted keys that the command line gave."""
    return Source(origin="command line", tree=_grown(overrides), is_text=True)


def _grown(flat: Mapping[str, Any]) -> dict[str, Any]:
    tree: dict[str, Any] = {}
    for key, value in flat.items():
        *tables, last = key.split(".")
        table = tree
        for name in tables:
            inner = table.setdefault(name, {})
            if not isinstance(inner, dict):
                inner = table[name] = {"": inner}  # named as value and table: refused as unknown
            table = inner
        table[last] = value
    return tree
