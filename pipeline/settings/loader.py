"""All settings, read once, frozen, with every fault in one report.

A section is a frozen dataclass that its part owns (`Options`); the loader fills it from files,
environment and command line, the later over the earlier, key by key. Unknown keys are refused: a
misspelt key that is passed over is a setting that silently does not hold. Ranges stand in a field's
metadata (`min`, `max`); what depends on several fields stands in `__post_init__` as a ValueError.
"""

from __future__ import annotations

import dataclasses
import types
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar, get_type_hints

from pipeline.model.errors import OperatorError
from pipeline.settings.sources import (
    Fault,
    SettingsFile,
    Source,
    from_environment,
    from_files,
    from_overrides,
)
from pipeline.settings.values import is_mapping, is_secret, read_value

BUILT_IN = "built in"
"""Origin of a value that nobody set."""
ANY = "*"
"""Last part of a section's name that stands for any name: `folders.*`."""

_T = TypeVar("_T")


class Settings(Mapping[str, Any]):
    """Section → its frozen options; `folders.*` is found as `folders`: name → options."""

    def __init__(self, sections: Mapping[str, Any], origins: Mapping[str, str]) -> None:
        """Keep what was loaded."""
        self._sections = types.MappingProxyType(dict(sections))
        self._origins = types.MappingProxyType(dict(origins))

    def __getitem__(self, name: str) -> Any:
        return self._sections[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._sections)

    def __len__(self) -> int:
        return len(self._sections)

    def section(self, name: str, kind: type[_T]) -> _T:
        """Return a section, its type known to the reader.

        Raises:
            KeyError: no such section.
            TypeError: it is of another type.
        """
        value = self._sections[name]
        if not isinstance(value, kind):
            raise TypeError(f"section {name} is no {kind.__name__}")
        return value

    def origin(self, key: str) -> str:
        """Return where a dotted key's value comes from: file, variable, option, or `built in`."""
        return self._origins.get(key, BUILT_IN)

    def items_in_force(self) -> Iterator[tuple[str, Any, str]]:
        """Yield (dotted key, value, origin) for every key; a secret cannot print itself."""
        for name, value in self._sections.items():
            parts = {name: value}
            if isinstance(value, Mapping):
                parts = {f"{name}.{inner}": options for inner, options in value.items()}
            for prefix, options in parts.items():
                for item in dataclasses.fields(options):
                    key = f"{prefix}.{item.name}"
                    yield key, getattr(options, item.name), self.origin(key)


def load(
    sections: Mapping[str, type[Any]],
    *,
    files: Iterable[SettingsFile] = (),
    environment: Mapping[str, str] | None = None,
    overrides: Mapping[str, str] | None = None,
    given: Mapping[str, Any] | None = None,
) -> Settings:
    """Read all settings.

    Args:
        sections: dotted name (`engine`, `stages.read`, `folders.*`) → frozen dataclass.
        files: TOML files, weakest first.
        environment: the process environment; only SOHOA_… is looked at.
        overrides: dotted key → text, from the command line.
        given: dotted key → typed value that replaces a default (a folder that the layout knows);
            every source may override it.

    Raises:
        OperatorError: SYS-CONFIG with every fault, one a line: origin, key, what is wanted.
    """
    sources, faults = from_files(files)
    from_env, env_faults = from_environment(environment or {})
    sources += [from_env, from_overrides(overrides or {})]
    reading = _Reading(sections, faults + env_faults)
    for source in sources:
        reading.walk(source, source.tree, ())
    built = reading.build(given or {})
    if reading.faults:
        raise OperatorError("SYS-CONFIG", detail="\n".join(str(one) for one in reading.faults))
    return Settings(built, reading.origins)


@dataclass(frozen=True, slots=True)
class _Known:
    """A section's class with its resolved annotations."""

    kind: type[Any]
    hints: Mapping[str, Any]

    def has(self, key: str) -> bool:
        return key in self.hints and key != "name"


class _Reading:
    """What was read so far: values and origins by dotted key, faults."""

    def __init__(self, sections: Mapping[str, type[Any]], faults: list[Fault]) -> None:
        self.known = {
            tuple(name.split(".")): _Known(kind, _hints(kind)) for name, kind in sections.items()
        }
        self.faults = faults
        self.values: dict[tuple[str, ...], dict[str, Any]] = {}
        self.origins: dict[str, str] = {}

    def walk(self, source: Source, tree: Mapping[str, Any], path: tuple[str, ...]) -> None:
        section = self._section(path)
        if section is not None:
            self.values.setdefault(path, {})
        for name, raw in tree.items():
            key = ".".join((*path, name))
            if section is not None and section.has(name):
                self._take(source, section, path, name, raw)
            elif isinstance(raw, Mapping) and self._leads_on((*path, name)):
                self.walk(source, raw, (*path, name))
            else:
                self._fault(source.label(key), key, self._unknown(section))

    def build(self, given: Mapping[str, Any]) -> dict[str, Any]:
        built: dict[str, Any] = {}
        for name, section in self.known.items():
            if name[-1] != ANY:
                built[".".join(name)] = self._make(name, section, given)
                continue
            parent = ".".join(name[:-1])
            found = sorted(path for path in self.values if self._section(path) is section)
            options = {path[-1]: self._make(path, section, given) for path in found}
            built[parent] = types.MappingProxyType(options)
        return built

    def _section(self, path: tuple[str, ...]) -> _Known | None:
        return self.known.get(path) or (self.known.get((*path[:-1], ANY)) if path else None)

    def _leads_on(self, path: tuple[str, ...]) -> bool:
        return self._section(path) is not None or any(
            name[: len(path)] == path for name in self.known
        )

    def _unknown(self, section: _Known | None) -> str:
        if section is None:
            return "no such section"
        names = ", ".join(name for name in section.hints if section.has(name))
        return f"no such key; known are {names}"

    def _take(
        self, source: Source, section: _Known, path: tuple[str, ...], name: str, raw: Any
    ) -> None:
        key, hint = ".".join((*path, name)), section.hints[name]
        try:
            value = read_value(raw, hint, is_text=source.is_text)
            _check_range(section.kind, name, value)
        except ValueError as error:
            shown = "" if is_secret(hint) else f" (not {raw!r})"
            self._fault(source.label(key), key, f"{error}{shown}")
            return
        if is_mapping(hint):
            value = {**self.values[path].get(name, {}), **value}
        self.values[path][name] = value
        self.origins[key] = source.label(key)

    def _make(self, path: tuple[str, ...], section: _Known, given: Mapping[str, Any]) -> Any:
        prefix = ".".join(path)
        values = {
            name: given[f"{prefix}.{name}"] for name in section.hints if f"{prefix}.{name}" in given
        }
        for item in dataclasses.fields(section.kind):
            if item.name in self.values.get(path, {}):
                values[item.name] = self._merged(item, self.values[path][item.name])
        if "name" in section.hints and path not in self.known:
            values["name"] = path[-1]
        missing = _required(section.kind) - values.keys()
        for name in sorted(missing):
            self._fault("settings", f"{prefix}.{name}", "must be given")
        try:
            return None if missing else section.kind(**values)
        except ValueError as error:
            self._fault("settings", prefix, str(error))
            return None

    def _merged(self, item: dataclasses.Field[Any], value: Any) -> Any:
        if isinstance(value, dict) and item.default_factory is not dataclasses.MISSING:
            return types.MappingProxyType({**item.default_factory(), **value})
        return value

    def _fault(self, origin: str, key: str, message: str) -> None:
        self.faults.append(Fault(origin=origin, key=key, message=message))


def _hints(kind: type[Any]) -> dict[str, Any]:
    hints = get_type_hints(kind)
    # A field that is itself a dataclass is a section of its own: `stages.layers.check`.
    return {
        item.name: hints[item.name]
        for item in dataclasses.fields(kind)
        if item.init and not dataclasses.is_dataclass(hints[item.name])
    }


def _required(kind: type[Any]) -> set[str]:
    return {
        item.name
        for item in dataclasses.fields(kind)
        if item.init
        and item.default is dataclasses.MISSING
        and item.default_factory is dataclasses.MISSING
    }


def _check_range(kind: type[Any], name: str, value: Any) -> None:
    limits = next(item.metadata for item in dataclasses.fields(kind) if item.name == name)
    if value is None:
        return
    if "min" in limits and value < limits["min"]:
        raise ValueError(f"at least {limits['min']} is wanted")
    if "max" in limits and value > limits["max"]:
        raise ValueError(f"at most {limits['max']} is wanted")
