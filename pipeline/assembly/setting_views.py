"""The settings in force as people read them, and which of them were set on this machine."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from pipeline.settings.layout import Layout
from pipeline.settings.loader import BUILT_IN, Settings
from pipeline.web.api import SettingView


def setting_views(settings: Settings, layout: Layout) -> Sequence[SettingView]:
    """Return every setting with where it comes from; no secret is shown."""
    return [
        SettingView(
            key=key,
            value=written(value),
            origin=origin,
            is_own=is_own(origin, layout),
        )
        for key, value, origin in settings.items_in_force()
    ]


def is_own(origin: str, layout: Layout) -> bool:
    """Return whether a value was set on this machine: not built in, not shipped with sohoa."""
    return origin != BUILT_IN and str(layout.config_dir) not in origin


def written(value: Any) -> str:
    """Return a value as it is written in a configuration; a secret prints as its class does."""
    if value is None:
        return "–"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str | Path | int | float):
        return str(value)
    if isinstance(value, Mapping):
        return ", ".join(f"{name} = {written(one)}" for name, one in value.items())
    if isinstance(value, tuple | list | frozenset):
        return ", ".join(written(one) for one in value)
    return repr(value)
