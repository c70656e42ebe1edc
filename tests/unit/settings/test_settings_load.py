"""Settings: later sources over earlier ones, every fault at once, origins known."""

from __future__ import annotations

import copy
import enum
import pickle
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import pytest

from pipeline.model.errors import OperatorError
from pipeline.settings import BUILT_IN, Secret, Settings, SettingsFile, load


class Colour(enum.Enum):
    """An enum as options use it."""

    RED = "red"
    BLUE = "blue"


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """Every type that an options class may have."""

    text: str = "a"
    count: int = field(default=1, metadata={"min": 0, "max": 10})
    share: float = 0.5
    is_on: bool = False
    place: Path = Path("here")
    parts: tuple[str, ...] = ("x",)
    profile: Literal["archival", "compact"] = "archival"
    colour: Colour = Colour.RED
    limit_s: float | None = None
    marks: Mapping[str, float] = field(default_factory=lambda: {"number": 0.9, "date": 0.8})
    password: Secret = field(default_factory=lambda: Secret(""))

    def __post_init__(self) -> None:
        """Refuse a contradiction."""
        if self.text == "bad" and self.is_on:
            raise ValueError("bad and on contradict each other")


@dataclass(frozen=True, slots=True, kw_only=True)
class Folder:
    """A section of any name."""

    name: str
    review: str = "doubtful"


@dataclass(frozen=True, slots=True, kw_only=True)
class Bound:
    """A section with a field that the layout gives."""

    rules_dir: Path


SECTIONS: dict[str, type] = {"engine": Options, "stages.read": Options, "folders.*": Folder}


def toml(path: Path, text: str, *below: str) -> SettingsFile:
    """Write a TOML file and name it as a source."""
    path.write_text(text, encoding="utf-8")
    return SettingsFile(path=path, below=below)


def faults(**sources: object) -> list[str]:
    """Load what must be refused and return the report's lines."""
    with pytest.raises(OperatorError) as caught:
        load(SECTIONS, **sources)  # type: ignore[arg-type]
    assert caught.value.code == "SYS-CONFIG"
    return caught.value.detail.splitlines()


def test_without_sources_the_code_decides() -> None:
    """Every section is there at its defaults."""
    settings = load(SECTIONS)
    assert settings["engine"] == Options()
    assert settings["folders"] == {}
    assert settings.origin("engine.count") == BUILT_IN
    assert sorted(settings) == ["engine", "folders", "stages.read"]
    assert len(settings) == 3


def test_each_type_is_read_from_toml(tmp_path: Path) -> None:
    """TOML gives typed values."""
    file = tmp_path / "a.toml"
    text = """
    [stages.read]
    text = "số"
    count = 3
    share = 1
    is_on = true
    place = "~/x"
    parts = ["a", "b"]
    profile = "compact"
    colour = "blue"
    limit_s = 2.5
    marks = { number = 0.5 }
    password = "s3cret"
    """
    options = load(SECTIONS, files=[toml(file, text)]).section("stages.read", Options)
    assert options == Options(
        text="số",
        count=3,
        share=1.0,
        is_on=True,
        place=Path("~/x").expanduser(),
        parts=("a", "b"),
        profile="compact",
        colour=Colour.BLUE,
        limit_s=2.5,
        marks={"number": 0.5, "date": 0.8},
        password=Secret("s3cret"),
    )


def test_each_type_is_read_from_the_environment() -> None:
    """A shell knows nothing but text."""
    environment = {
        "SOHOA_ENGINE__TEXT": "b",
        "SOHOA_ENGINE__COUNT": "7",
        "SOHOA_ENGINE__SHARE": "0.25",
        "SOHOA_ENGINE__IS_ON": "yes",
        "SOHOA_ENGINE__PLACE": "/there",
        "SOHOA_ENGINE__PARTS": "a, b,",
        "SOHOA_ENGINE__PROFILE": "compact",
        "SOHOA_ENGINE__COLOUR": "blue",
        "SOHOA_ENGINE__LIMIT_S": "",
        "SOHOA_ENGINE__MARKS__NUMBER": "0.1",
        "SOHOA_STAGES__READ__COUNT": "2",
        "SOHOA_FOLDERS__DI__REVIEW": "never",
        "SOHOA_DATA": "/elsewhere",
        "PATH": "/bin",
    }
    settings = load(SECTIONS, environment=environment)
    assert settings["engine"] == Options(
        text="b",
        count=7,
        share=0.25,
        is_on=True,
        place=Path("/there"),
        parts=("a", "b"),
        profile="compact",
        colour=Colour.BLUE,
        marks={"number": 0.1, "date": 0.8},
    )
    assert settings["stages.read"].count == 2
    assert settings["folders"] == {"di": Folder(name="di", review="never")}
    assert settings.origin("engine.count") == "environment SOHOA_ENGINE__COUNT"


def test_the_later_source_wins_key_by_key(tmp_path: Path) -> None:
    """default.toml < folder file < user's file < environment < command line."""
    files = [
        toml(tmp_path / "default.toml", "[engine]\ncount = 1\nshare = 0.1\ntext = 'a'"),
        toml(tmp_path / "den.toml", "review = 'always'", "folders", "den"),
        toml(tmp_path / "user.toml", "[engine]\nshare = 0.2\n[folders.di]\n"),
        SettingsFile(path=tmp_path / "absent.toml"),
    ]
    settings = load(
        SECTIONS,
        files=files,
        environment={"SOHOA_ENGINE__TEXT": "c", "SOHOA_ENGINE__COUNT": "5"},
        overrides={"engine.count": "6"},
    )
    assert settings["engine"] == Options(count=6, share=0.2, text="c")
    assert settings["folders"] == {
        "den": Folder(name="den", review="always"),
        "di": Folder(name="di"),
    }
    assert settings.origin("engine.count") == "command line"
    assert settings.origin("engine.share") == str(tmp_path / "user.toml")
    assert settings.origin("folders.den.review") == str(tmp_path / "den.toml")


def test_all_faults_come_in_one_report(tmp_path: Path) -> None:
    """Who mends a configuration mends it once; each line names origin, key and what is wanted."""
    text = """
    stray = 1
    [engine]
    workres = 2
    count = 11
    share = "much"
    is_on = 1
    profile = "huge"
    colour = "green"
    parts = "x"
    place = ""
    limit_s = nan
    marks = 3
    text = true
    [stages]
    rea = 1
    [stages.write]
    x = 1
    """
    file = toml(tmp_path / "bad.toml", text)
    broken = toml(tmp_path / "broken.toml", "a = = 1")
    lines = faults(
        files=[file, broken, SettingsFile(path=tmp_path / "gone.toml", is_required=True)],
        environment={"SOHOA_ENGINE_COUNT": "1", "SOHOA_ENGINE__COUNT": "many", "SOHOA_A__B": "1"},
        overrides={"engine.count": "-1"},
    )
    report = "\n".join(lines)
    for wanted in (
        f"{tmp_path / 'broken.toml'}: ",
        f"{tmp_path / 'gone.toml'}: the file is missing",
        "SOHOA_ENGINE_COUNT: not of the form",
        f"{file.path}: stray: no such section",
        f"{file.path}: engine.workres: no such key; known are text, count",
        "engine.count: at most 10 is wanted (not 11)",
        "engine.share: a number is wanted (not 'much')",
        "engine.is_on: true or false is wanted (not 1)",
        "engine.profile: one of archival, compact is wanted",
        "engine.colour: one of red, blue is wanted",
        "engine.parts: a list is wanted",
        "engine.place: a path is wanted",
        "engine.limit_s: a number is wanted",
        "engine.marks: a table is wanted",
        "engine.text: text is wanted",
        "stages.rea: no such section",
        "stages.write: no such section",
        "environment SOHOA_ENGINE__COUNT: engine.count: a whole number is wanted (not 'many')",
        "environment SOHOA_A__B: a: no such section",
        "command line: engine.count: at least 0 is wanted (not '-1')",
    ):
        assert wanted in report, wanted
    assert len(lines) == 20


@pytest.mark.parametrize(
    ("key", "text"),
    [("share", "wide"), ("is_on", "perhaps"), ("count", "1.5"), ("place", ""), ("share", "inf")],
)
def test_text_that_is_no_value_is_refused(key: str, text: str) -> None:
    """Also where everything is text."""
    assert f"engine.{key}" in faults(overrides={f"engine.{key}": text})[0]


def test_a_key_is_not_a_table_and_a_value_too() -> None:
    """Both at once is a mistake, not a crash."""
    environment = {"SOHOA_ENGINE__COUNT": "1", "SOHOA_ENGINE__COUNT__X": "2"}
    assert "engine.count" in faults(environment=environment)[0]


def test_what_depends_on_several_fields_is_reported_too(tmp_path: Path) -> None:
    """A ValueError of the options class is a fault among the others."""
    lines = faults(overrides={"engine.text": "bad", "engine.is_on": "1", "engine.count": "x"})
    assert len(lines) == 2
    assert "engine: bad and on contradict each other" in lines[1]


def test_the_layout_gives_what_has_no_default() -> None:
    """A field without default is given by the assembly, or it is a fault."""
    sections = {"stages.extract": Bound}
    given = {"stages.extract.rules_dir": Path("/rules")}
    assert load(sections, given=given)["stages.extract"] == Bound(rules_dir=Path("/rules"))
    with pytest.raises(OperatorError, match="rules_dir: must be given"):
        load(sections)


def test_a_type_that_cannot_be_configured_is_told() -> None:
    """A mistake of ours shows at the first use, not as a wrong value."""

    @dataclass(frozen=True, slots=True, kw_only=True)
    class Odd:
        blob: bytes = b""
        either: int | str = 1

    with pytest.raises(OperatorError, match="cannot be configured"):
        load({"odd": Odd}, overrides={"odd.blob": "x"})
    with pytest.raises(OperatorError, match="cannot be configured"):
        load({"odd": Odd}, overrides={"odd.either": "x"})


def test_a_secret_never_shows(tmp_path: Path) -> None:
    """Neither in print, nor in reports, nor in other processes."""
    secret = Secret("s3cret")
    assert "s3cret" not in f"{secret} {secret!r}"
    assert secret
    assert not Secret("")
    assert len({secret, Secret("s3cret")}) == 1
    with pytest.raises(TypeError):
        pickle.dumps(secret)
    with pytest.raises(TypeError):
        copy.deepcopy(secret)
    (tmp_path / "pin").write_text("1234\n")
    loaded = load(SECTIONS, overrides={"engine.password": f"file:{tmp_path / 'pin'}"})
    assert loaded["engine"].password.reveal() == "1234"
    assert "1234" not in repr([*loaded.items_in_force()])
    path = tmp_path / "a.toml"
    path.write_text("[engine]\npassword = 77665544")
    assert "77665544" not in faults(files=[SettingsFile(path=path)])[0]
    assert "cannot be read" in faults(overrides={"engine.password": "file:/nowhere/x"})[0]


def test_settings_know_their_types_and_lines() -> None:
    """The reader asks for a class and gets it, or an error at once."""
    settings = load(SECTIONS, overrides={"folders.den.review": "never"})
    assert isinstance(settings, Settings)
    assert settings.section("engine", Options).count == 1
    with pytest.raises(TypeError):
        settings.section("engine", Folder)
    with pytest.raises(KeyError):
        settings.section("nothing", Folder)
    assert ("engine.count", 1, "built in") in settings.items_in_force()
    assert ("folders.den.review", "never", "command line") in settings.items_in_force()
