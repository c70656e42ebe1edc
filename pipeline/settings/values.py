"""One raw value to one typed value, whether TOML gave it typed or a shell gave it as text.

Types: str, int, float, bool, Path, Literal, Enum (by value), `X | None`, tuple[X, ...],
Mapping[str, X], and any class with a class method `from_setting(text)`. Nothing is guessed: TOML's
`"3"` is no number and `true` is no 1.
"""

from __future__ import annotations

import contextlib
import enum
import math
import types
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Literal, Union, get_args, get_origin

_TRUE = frozenset({"1", "true", "yes", "on"})
_FALSE = frozenset({"0", "false", "no", "off"})


def read_value(raw: object, kind: Any, *, is_text: bool = False) -> Any:
    """Return the typed value.

    Args:
        raw: what the source gave.
        kind: the field's annotation, resolved.
        is_text: whether the source knows nothing but text.

    Raises:
        ValueError: it is no such value; the message says what is wanted and holds no secret.
    """
    origin = get_origin(kind)
    if origin is Literal:
        return _one_of(raw, {str(one): one for one in get_args(kind)})
    if origin in {Union, types.UnionType}:
        return _optional(raw, kind, is_text=is_text)
    if origin is tuple:
        return _tuple(raw, get_args(kind)[0], is_text=is_text)
    if is_mapping(kind):
        return _mapping(raw, get_args(kind)[1], is_text=is_text)
    if isinstance(kind, type) and issubclass(kind, enum.Enum):
        return _one_of(raw, {str(member.value): member for member in kind})
    if kind in _PLAIN:
        return _PLAIN[kind](raw, is_text)
    if hasattr(kind, "from_setting"):
        return kind.from_setting(_text(raw, is_text))
    raise ValueError(f"fields of the type {kind!r} cannot be configured")


def is_mapping(kind: Any) -> bool:
    """Return whether a field holds a table of values by name."""
    return get_origin(kind) in {dict, Mapping}


def is_secret(kind: Any) -> bool:
    """Return whether a field's value must not be shown."""
    return hasattr(kind, "reveal") or any(hasattr(one, "reveal") for one in get_args(kind))


def _text(raw: object, is_text: bool) -> str:  # noqa: ARG001, FBT001 - one shape for all
    if not isinstance(raw, str):
        raise ValueError("text is wanted")  # noqa: TRY004 - one kind of error for all readers
    return raw


def _path(raw: object, is_text: bool) -> Path:  # noqa: FBT001
    text = _text(raw, is_text)
    if not text:
        raise ValueError("a path is wanted")
    return Path(text).expanduser()


def _bool(raw: object, is_text: bool) -> bool:  # noqa: FBT001
    if isinstance(raw, bool):
        return raw
    if is_text and str(raw).lower() in _TRUE | _FALSE:
        return str(raw).lower() in _TRUE
    raise ValueError("true or false is wanted")


def _int(raw: object, is_text: bool) -> int:  # noqa: FBT001
    if isinstance(raw, int) and not isinstance(raw, bool):
        return raw
    if is_text and isinstance(raw, str):
        with contextlib.suppress(ValueError):
            return int(raw)
    raise ValueError("a whole number is wanted")


def _float(raw: object, is_text: bool) -> float:  # noqa: FBT001
    value = math.nan
    if isinstance(raw, int | float) and not isinstance(raw, bool):
        value = float(raw)
    elif is_text and isinstance(raw, str):
        with contextlib.suppress(ValueError):
            value = float(raw)
    if not math.isfinite(value):
        raise ValueError("a number is wanted")
    return value


_PLAIN: dict[Any, Callable[[object, bool], Any]] = {
    str: _text,
    Path: _path,
    bool: _bool,
    int: _int,
    float: _float,
}


def _one_of(raw: object, allowed: Mapping[str, Any]) -> Any:
    if isinstance(raw, bool) or not isinstance(raw, str | int) or str(raw) not in allowed:
        raise ValueError(f"one of {', '.join(allowed)} is wanted")
    return allowed[str(raw)]


def _optional(raw: object, kind: Any, *, is_text: bool) -> Any:
    inner = [one for one in get_args(kind) if one is not type(None)]
    if len(inner) != 1:
        raise ValueError(f"fields of the type {kind!r} cannot be configured")
    return None if is_text and raw == "" else read_value(raw, inner[0], is_text=is_text)


def _tuple(raw: object, kind: Any, *, is_text: bool) -> tuple[Any, ...]:
    if is_text and isinstance(raw, str):
        raw = [part.strip() for part in raw.split(",") if part.strip()]
    if not isinstance(raw, list | tuple):
        raise ValueError("a list is wanted")  # noqa: TRY004
    return tuple(read_value(one, kind, is_text=is_text) for one in raw)


def _mapping(raw: object, kind: Any, *, is_text: bool) -> Mapping[str, Any]:
    if not isinstance(raw, Mapping):
        raise ValueError("a table is wanted")  # noqa: TRY004
    values = {str(name): read_value(one, kind, is_text=is_text) for name, one in raw.items()}
    return types.MappingProxyType(values)
