"""SFTP to a real OpenSSH server: whoever is not vouched for gets nothing, faults are named."""

from __future__ import annotations

import dataclasses
import io
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.model.errors import OperatorError, TransientError
from stages.deliver.folder import FolderTarget
from stages.deliver.sftp import SftpDrop
from tests.contract.targets import sftp_drop
from tests.servers import sshd


@pytest.fixture(scope="module")
def server() -> Iterator[sshd.SftpServer]:
    """Give a server."""
    with sshd.running() as made:
        yield made


def refused(drop: SftpDrop) -> str:
    """Return the code with which a drop is refused."""
    with pytest.raises((OperatorError, TransientError)) as caught:
        FolderTarget(drop=drop).ping()
    return caught.value.code


def test_faults_are_named_by_who_must_act(server: sshd.SftpServer, tmp_path: Path) -> None:
    """Wrong keys on either side, no folder, no server, no file of keys."""
    drop = sftp_drop(server)
    assert FolderTarget(drop=drop).ping() == f"sftp: {drop.url}"
    stranger = sshd.new_key(tmp_path / "stranger")
    assert refused(dataclasses.replace(drop, login_key=stranger)) == "DELIVER-LOGIN"
    assert refused(dataclasses.replace(drop, login_key=None)) == "DELIVER-LOGIN"
    public = stranger.with_suffix(".pub").read_text(encoding="utf-8")
    other = tmp_path / "known_hosts"
    host = drop.url.split("@")[1].split("/")[0].replace("127.0.0.1", "[127.0.0.1]")
    other.write_text(f"{host} {public}", encoding="utf-8")
    assert refused(dataclasses.replace(drop, known_hosts=other)) == "DELIVER-LOGIN"
    gone = dataclasses.replace(drop, url=f"{drop.url}/khong-co")
    assert refused(gone) == "SYS-FOLDER-GONE"
    nobody = dataclasses.replace(drop, url="sftp://an@127.0.0.1:9/x", timeout_s=2.0)
    assert refused(nobody) == "PORT-DOWN"
    assert refused(dataclasses.replace(drop, login_key=tmp_path / "x")) == "SYS-CONFIG"
    assert refused(dataclasses.replace(drop, known_hosts=tmp_path / "x")) == "SYS-CONFIG"


def test_a_folder_that_may_not_be_written(server: sshd.SftpServer) -> None:
    """The keeper is told, and nothing was put there."""
    closed = server.folder / "dong"
    closed.mkdir()
    closed.chmod(0o555)
    if os.geteuid() == 0:
        os.chown(closed, 0, 0)
    drop = dataclasses.replace(sftp_drop(server), url=f"{server.url}{closed}")
    with pytest.raises(OperatorError, match="SYS-PERMISSION"), drop.at_work() as files:
        files.write(io.BytesIO(b"x"), "a")
    assert list(closed.iterdir()) == []


def test_what_is_written_is_read_and_replaced_in_one_step(server: sshd.SftpServer) -> None:
    """A file of several pieces; a rename over a file that stands there."""
    content = os.urandom(600_000)
    with sftp_drop(server).at_work() as files:
        files.write(io.BytesIO(content), "một tệp")
        assert files.read("một tệp") == content
        files.write(io.BytesIO(b"new"), "other")
        files.rename("other", "một tệp")
        assert files.read("một tệp") == b"new"
        assert not files.exists("other")
        assert "một tệp" in files.listing(".")
        assert files.listing("no such") == []
