"""Files that come in by the page: whole or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.intake.delivery import sweep_temporaries
from pipeline.intake.names import is_ignored
from pipeline.intake.uploads import uploading
from pipeline.model.errors import InputError, OperatorError


def test_it_is_not_seen_before_it_is_whole(tmp_path: Path) -> None:
    """What lies there meanwhile has a name that the watcher passes over."""
    with uploading(tmp_path, "a.pdf", size_bytes=6, max_bytes=10) as upload:
        upload.write(b"abc")
        assert all(is_ignored(path.name) for path in tmp_path.iterdir())
        upload.write(b"def")
        assert upload.finish() == "a.pdf"
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [("a.pdf", b"abcdef")]


@pytest.mark.parametrize("chunks", [(b"abc",), (b"abc", b"defg"), ()])
def test_more_or_less_than_was_said_leaves_nothing(
    tmp_path: Path, chunks: tuple[bytes, ...]
) -> None:
    """A connection that broke, or a sender that lies."""

    def send() -> None:
        with uploading(tmp_path, "a.pdf", size_bytes=6, max_bytes=10) as upload:
            for chunk in chunks:
                upload.write(chunk)
            upload.finish()

    with pytest.raises(InputError, match="INPUT-UPLOAD-SIZE"):
        send()
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_gone_is_the_keepers(tmp_path: Path) -> None:
    """It is not made anew: a share that is away would be hidden by it."""
    with (
        pytest.raises(OperatorError, match="SYS-FOLDER-GONE"),
        uploading(tmp_path / "x", "a.pdf", size_bytes=1, max_bytes=10),
    ):
        pass
    assert not (tmp_path / "x").exists()


def test_what_a_dead_process_left_is_swept(tmp_path: Path) -> None:
    """And what a living one is writing stays."""
    (tmp_path / ".sohoa-0123.tmp").write_bytes(b"left")
    with uploading(tmp_path, "a.pdf", size_bytes=1, max_bytes=10) as upload:
        assert sweep_temporaries(tmp_path) == 1
        upload.write(b"x")
        assert upload.finish() == "a.pdf"
