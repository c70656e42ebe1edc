"""Scratch folders and sessions: fresh, gone afterwards, swept when their owner is dead."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest

from pipeline.store import Scratch, Session, make_folder, place, take_over


def test_an_attempt_gets_an_empty_folder_that_goes(tmp_path: Path) -> None:
    """Whatever a stage leaves in it goes with it, even after an error."""
    with Scratch(tmp_path / "scratch") as scratch:
        with scratch.attempt() as first, scratch.attempt() as second:
            assert first != second
            assert list(first.iterdir()) == []
            (first / "page.png").write_bytes(b"x")
        with pytest.raises(ValueError, match="stop"), scratch.attempt() as third:
            raise ValueError("stop")
        assert not any(path.exists() for path in (first, second, third))
    assert [path.name for path in (tmp_path / "scratch").iterdir()] == [".guard"]


def test_folders_of_the_living_stay_and_those_of_the_dead_go(tmp_path: Path) -> None:
    """A second process sweeps only what nobody holds."""
    living = Scratch(tmp_path)
    dead = Session(tmp_path)
    (dead.new_folder() / "rest.bin").write_bytes(b"x")
    dead.disown()
    with living.attempt() as folder, Scratch(tmp_path) as other:
        assert other.swept == 1
        assert folder.is_dir()
        assert not dead.folder.exists()
    living.close()


def test_a_session_without_rest_is_closed_without_rest(tmp_path: Path) -> None:
    """An empty folder needs nobody to take it over."""
    session = Session(tmp_path)
    session.close()
    assert [path.name for path in tmp_path.iterdir()] == [".guard"]


def test_what_a_session_leaves_is_handed_over_once(tmp_path: Path) -> None:
    """The first to come takes it, the second finds nothing."""
    session = Session(tmp_path)
    session.new_path().write_bytes(b"claim")
    session.close()
    seen: list[Path] = []

    def adopt(folder: Path) -> None:
        for path in folder.iterdir():
            seen.append(path)
            path.unlink()

    assert take_over(tmp_path, adopt) == 1
    assert take_over(tmp_path, adopt) == 0
    assert len(seen) == 1
    assert take_over(tmp_path / "nowhere", adopt) == 0


def test_a_lone_lock_of_the_dead_goes(tmp_path: Path) -> None:
    """A process killed between lock and folder leaves no litter for ever."""
    (tmp_path / "gone.lock").touch()
    take_over(tmp_path, Path.rmdir)
    assert not (tmp_path / "gone.lock").exists()


def test_place_never_overwrites(tmp_path: Path) -> None:
    """The name is taken: both files stay."""
    (tmp_path / "a").write_text("a")
    (tmp_path / "b").write_text("b")
    with pytest.raises(FileExistsError):
        place(tmp_path / "a", tmp_path / "b")
    assert (tmp_path / "a").read_text() == "a"
    assert (tmp_path / "b").read_text() == "b"


def test_place_works_where_links_are_unknown(tmp_path: Path) -> None:
    """FAT and some shares know no hard links: the name is reserved first, still not overwritten."""

    def no_links(*_: object, **__: object) -> None:
        raise OSError(errno.EPERM, "no links here")

    (tmp_path / "a").write_text("a")
    (tmp_path / "c").write_text("c")
    place(tmp_path / "a", tmp_path / "b", link=no_links)
    assert (tmp_path / "b").read_text() == "a"
    with pytest.raises(FileExistsError):
        place(tmp_path / "c", tmp_path / "b", link=no_links)
    with pytest.raises(FileNotFoundError):
        place(tmp_path / "nothing", tmp_path / "new", link=no_links)
    assert not (tmp_path / "new").exists()


def test_a_folder_is_made_with_its_parents_once(tmp_path: Path) -> None:
    """Making again is fine; a file in the way is an error."""
    make_folder(tmp_path / "a" / "b" / "c")
    make_folder(tmp_path / "a" / "b" / "c")
    assert (tmp_path / "a" / "b" / "c").is_dir()
    (tmp_path / "file").touch()
    with pytest.raises(FileExistsError):
        make_folder(tmp_path / "file")
