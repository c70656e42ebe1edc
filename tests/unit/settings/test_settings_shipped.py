"""The shipped files say what the code says, and folders lie where the layout puts them."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import pytest

from pipeline.intake.options import IntakeOptions
from pipeline.model.errors import OperatorError
from pipeline.settings import (
    FOLDER_HEADING,
    EngineOptions,
    FolderSettings,
    Layout,
    Secret,
    WebOptions,
    drift,
    load,
    render,
    render_table,
)

SECTIONS = {"intake": IntakeOptions, "engine": EngineOptions, "web": WebOptions}
CONFIG = Layout.at().config_dir


def test_default_toml_equals_the_code() -> None:
    """Every key of these sections stands there with the code's default."""
    text = (CONFIG / "default.toml").read_text(encoding="utf-8")
    assert drift(SECTIONS, text) == []


def test_the_folder_den_equals_the_code() -> None:
    """The shipped drop folder has no setting of its own."""
    text = (CONFIG / "folders" / "den.toml").read_text(encoding="utf-8")
    assert text == render_table(FolderSettings, heading=FOLDER_HEADING)
    assert drift({"": FolderSettings}, text) == []


def test_drift_is_seen() -> None:
    """A changed value, a missing key and a missing section are named."""
    text = render(SECTIONS).replace("port = 8080", "port = 80").replace("workers = 0", "")
    assert drift(SECTIONS, text) == [
        "engine.workers is missing",
        "web.port is 80, in the code 8080",
    ]
    assert drift({"": FolderSettings}, "")[0] == "path is missing"


def test_what_is_rendered_can_be_loaded(tmp_path: Path) -> None:
    """Every type is written so that it comes back the same."""

    @dataclass(frozen=True, slots=True, kw_only=True)
    class Options:
        """Options of a stage."""

        fonts: tuple[str, ...] = tuple(
            f"/a/rather/long/path/of/a/font/number-{n}.ttf" for n in "12"
        )
        marks: Mapping[str, float] = field(default_factory=lambda: {"số đến": 0.5, "date": 1.0})
        """Thresholds by name."""
        is_on: bool = True
        place: Path = Path('a "quoted" \\ place')
        low: int = field(default=1, metadata={"max": 3})
        profile: Literal["a", "b"] = "b"
        pin: Secret = field(default_factory=lambda: Secret(""))
        count: int | None = None

    text = render({"stages.x": Options}, heading="top\n\nnext")
    assert text.startswith("# top\n#\n# next\n\n[stages.x]\n# Options of a stage.\n")
    assert "# Thresholds by name.\nmarks = " in text
    assert "# (at most 3)\nlow = 1" in text
    assert "# (a, b)\n" in text
    assert "# count = 0" in text
    (tmp_path / "a.toml").write_text(text, encoding="utf-8")
    assert drift({"stages.x": Options}, text) == []
    assert tomllib.loads(text)["stages"]["x"]["is_on"] is True


def test_without_data_everything_lies_in_the_project(tmp_path: Path) -> None:
    """The embedded default."""
    layout = Layout.at(project=tmp_path)
    assert layout.data_dir == tmp_path / "data"
    assert layout.watch_root == tmp_path / "watch_folders"
    assert layout.store == tmp_path / "data" / "store"
    assert layout.scratch.parent == layout.output.parent == layout.data_dir
    assert tmp_path / "pipeline" in layout.code_dirs


def test_with_data_everything_lies_below_it(tmp_path: Path) -> None:
    """Two runs with two folders never meet."""
    one, other = Layout.at(tmp_path / "one"), Layout.at(tmp_path / "other")
    assert one.watch_root == tmp_path / "one" / "watch_folders"
    assert not one.watch_root.is_relative_to(other.data_dir)
    folder = FolderSettings(name="den")
    assert folder.drop_path(one) == one.watch_root / "den"
    assert folder.results_root(one) == one.watch_root / "ket-qua" / "den"
    elsewhere = FolderSettings(name="di", path=Path("/mnt/scan"), results_path=Path("out"))
    assert elsewhere.drop_path(one) == Path("/mnt/scan")
    assert elsewhere.results_root(one) == one.watch_root / "out"


def test_files_come_weakest_first(tmp_path: Path) -> None:
    """Shipped, folders, the user's."""
    (tmp_path / "config" / "folders").mkdir(parents=True)
    (tmp_path / "config" / "folders" / "den.toml").write_text('review = "always"')
    layout = Layout.at(tmp_path / "data", project=tmp_path)
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "sohoa.toml").write_text("[web]\nport = 81")
    sections = {**SECTIONS, "folders.*": FolderSettings}
    settings = load(sections, files=layout.settings_files())
    assert settings["web"].port == 81
    assert settings["folders"] == {"den": FolderSettings(name="den", review="always")}
    with pytest.raises(OperatorError, match=r"mine.toml: the file is missing"):
        load(sections, files=layout.settings_files(tmp_path / "mine.toml"))


def test_the_shipped_configuration_loads() -> None:
    """As it is, with the folder `den`."""
    sections = {**SECTIONS, "folders.*": FolderSettings}
    files = [one for one in Layout.at().settings_files() if one.below]
    assert load(sections, files=files)["folders"]["den"] == FolderSettings(name="den")


@pytest.mark.parametrize("name", ["Đến", "a/b", "", "ket-qua", "..", "x" * 42])
def test_a_folder_needs_a_plain_name(name: str) -> None:
    """The name becomes part of paths."""
    with pytest.raises(ValueError, match="folder's name"):
        FolderSettings(name=name)


def test_contradictions_are_refused() -> None:
    """A book has a name; giving up comes after quiet."""
    with pytest.raises(ValueError, match="book"):
        FolderSettings(name="den", book=" ")
    with pytest.raises(ValueError, match="give_up_s"):
        IntakeOptions(quiet_s=3.0, give_up_s=1.0)
