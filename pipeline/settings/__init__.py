"""Settings read once, frozen, all faults in one report."""

from pipeline.settings.describe import (
    DEFAULT_HEADING,
    FOLDER_HEADING,
    drift,
    render,
    render_table,
)
from pipeline.settings.layout import Layout
from pipeline.settings.loader import BUILT_IN, Settings, load
from pipeline.settings.secret import Secret
from pipeline.settings.sections import EngineOptions, FolderSettings, WebOptions
from pipeline.settings.sources import SettingsFile

__all__ = [
    "BUILT_IN",
    "DEFAULT_HEADING",
    "FOLDER_HEADING",
    "EngineOptions",
    "FolderSettings",
    "Layout",
    "Secret",
    "Settings",
    "SettingsFile",
    "WebOptions",
    "drift",
    "load",
    "render",
    "render_table",
]
