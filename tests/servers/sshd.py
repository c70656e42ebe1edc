"""A real OpenSSH server of the Debian package on the loopback: SFTP alone, an ordinary user.

Absent: a test that asks for it skips at home and fails under CI=true.
"""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

_START_TIMEOUT_S = 20
_ORDINARY = "postgres"
"""OpenSSH lets in only whom it runs as, and nobody without a shell."""


@dataclass(frozen=True)
class SftpServer:
    """A running server."""

    url: str
    """`sftp://user@host:port`, without a folder."""
    folder: Path
    """Its user may write here."""
    known_hosts: Path
    login_key: Path


def program() -> Path | None:
    """Return the server, which Debian keeps off the path of ordinary users."""
    found = shutil.which("sshd", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    return None if found is None else Path(found)


def new_key(path: Path) -> Path:
    """Make a key without a passphrase; returns the private one."""
    subprocess.run(
        ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "sohoa", "-f", path],
        check=True,
        stdin=subprocess.DEVNULL,
    )
    return path


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def _wait(port: int, server: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + _START_TIMEOUT_S
    while server.poll() is None and time.monotonic() < deadline:
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=1):
                return
        except OSError:
            time.sleep(0.02)
    raise RuntimeError("sshd did not start")


@contextmanager
def running() -> Iterator[SftpServer]:
    """Run a server for the length of the block."""
    found = program()
    if found is None:
        reason = "OpenSSH's server is not installed (Debian package openssh-server)"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    folder = Path(tempfile.mkdtemp(prefix="sohoa-sshd-"))
    is_root = os.geteuid() == 0
    owner = pwd.getpwnam(_ORDINARY) if is_root else pwd.getpwuid(os.geteuid())
    try:
        port, host_key = _free_port(), new_key(folder / "host")
        login_key = new_key(folder / "login")
        (folder / "drop").mkdir()
        (folder / "sshd_config").write_text(
            f"Port {port}\nListenAddress 127.0.0.1\nHostKey {host_key}\nPidFile none\nUsePAM no\n"
            f"AuthorizedKeysFile {folder}/login.pub\nPasswordAuthentication no\nStrictModes no\n"
            "Subsystem sftp internal-sftp\nForceCommand internal-sftp\nLogLevel ERROR\n",
            encoding="utf-8",
        )
        known = folder / "known_hosts"
        public = host_key.with_suffix(".pub").read_text(encoding="utf-8")
        known.write_text(f"[127.0.0.1]:{port} {public}", encoding="utf-8")
        lead: list[str] = []
        if is_root:
            for path in (folder, *folder.iterdir()):
                os.chown(path, owner.pw_uid, owner.pw_gid)
            lead = ["setpriv", f"--reuid={owner.pw_uid}", f"--regid={owner.pw_gid}",
                    "--clear-groups"]  # fmt: skip
        server = subprocess.Popen(
            [*lead, str(found), "-D", "-e", "-f", str(folder / "sshd_config")],
            stdin=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            _wait(port, server)
            yield SftpServer(
                url=f"sftp://{owner.pw_name}@127.0.0.1:{port}",
                folder=folder / "drop",
                known_hosts=known,
                login_key=login_key,
            )
        finally:
            server.terminate()
            server.wait(_START_TIMEOUT_S)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
