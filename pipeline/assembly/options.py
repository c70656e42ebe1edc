"""The sections of the configuration and who owns each."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.intake.options import IntakeOptions
from pipeline.settings.layout import Layout
from pipeline.settings.loader import Settings, load
from pipeline.settings.sections import EngineOptions, FolderSettings, WebOptions
from stages import archive, extract, guard, inspect, layers, prepare, read, register, review, sign


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentityOptions:
    """The agency's signing identity."""

    pkcs12: Path | None = None
    """PKCS#12 file with key and certificate; a development identity is made when not set."""
    passphrase_file: Path | None = None
    """File that holds the passphrase of the PKCS#12 file, readable by sohoa alone."""


SECTIONS: Mapping[str, type[Any]] = {
    "engine": EngineOptions,
    "intake": IntakeOptions,
    "web": WebOptions,
    "identity": IdentityOptions,
    "folders.*": FolderSettings,
    "stages.inspect": inspect.Options,
    "stages.prepare": prepare.Options,
    "stages.read": read.Options,
    "stages.layers": layers.Options,
    "stages.layers.compact": layers.CompactOptions,
    "stages.layers.check": layers.CheckOptions,
    "stages.guard": guard.Options,
    "stages.extract": extract.Options,
    "stages.review": review.Options,
    "stages.archive": archive.Options,
    "stages.sign": sign.Options,
    "stages.register": register.Options,
}
"""Section of the TOML files → the dataclass of its owner."""


def load_settings(
    layout: Layout,
    *,
    user: Path | None,
    environment: Mapping[str, str],
    overrides: Mapping[str, str],
) -> Settings:
    """Read all settings of a layout.

    Raises:
        OperatorError: SYS-CONFIG with every fault.
    """
    rules_dir = layout.config_dir / "rules"
    return load(
        SECTIONS,
        files=layout.settings_files(user),
        environment=environment,
        overrides=overrides,
        given={"stages.guard.rules_dir": rules_dir, "stages.extract.rules_dir": rules_dir},
    )


def layer_options(settings: Settings) -> layers.Options:
    """Return the options of the layers with their two inner sections."""
    return dataclasses.replace(
        settings.section("stages.layers", layers.Options),
        compact=settings.section("stages.layers.compact", layers.CompactOptions),
        check=settings.section("stages.layers.check", layers.CheckOptions),
    )
