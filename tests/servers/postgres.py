"""A real PostgreSQL of the Debian package: its own folder, its own port, an ordinary user.

Absent: a test that asks for it skips at home and fails under CI=true.
"""

from __future__ import annotations

import itertools
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from stages.register import PostgresServer

USER = "sohoa"
PASSWORD = "mật khẩu: only for tests"
_START_TIMEOUT_S = 60
_DATABASES = itertools.count(1)


@dataclass(frozen=True)
class Cluster:
    """A running server."""

    port: int
    tools: Path
    folder: Path

    def server(self, database: str, *, password: str = PASSWORD) -> PostgresServer:
        """Return how a database of it is reached."""
        return PostgresServer(
            host="127.0.0.1",
            port=self.port,
            database=database,
            user=USER,
            password=lambda: password,
        )

    def new_database(self) -> PostgresServer:
        """Make an empty database."""
        name = f"register_{next(_DATABASES)}"
        self.sql(f"CREATE DATABASE {name}", database="postgres")
        return self.server(name)

    def sql(self, statement: str, *, database: str) -> str:
        """Run a statement with the server's own client."""
        done = subprocess.run(
            [self.tools / "psql", "-X", "-At", "-v", "ON_ERROR_STOP=1", "-c", statement, "-h",
             "127.0.0.1", "-p", str(self.port), "-U", USER, "-d", database],
            env={**os.environ, "PGPASSWORD": PASSWORD},
            capture_output=True, text=True, check=True,
        )  # fmt: skip
        return done.stdout

    def control(self, deed: str) -> None:
        """Stop or start the server, at once."""
        mode = ["-m", "immediate"] if deed == "stop" else []
        _as_ordinary(
            [self.tools / "pg_ctl", "-D", self.folder / "data", "-w", *mode, deed, "-l",
             self.folder / "log"]
        )  # fmt: skip


def tools() -> Path | None:
    """Return the folder of the server's programs, which Debian keeps off the path."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/pg_ctl"))
    on_path = shutil.which("pg_ctl")
    if found:
        return found[-1].parent
    return Path(on_path).parent if on_path else None


def _as_ordinary(command: list[object]) -> None:
    # The server refuses to run as root (PostgreSQL 15, 19.1): Debian's package brings the user.
    lead = []
    if os.geteuid() == 0:
        lead = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"]
    subprocess.run(
        [*lead, *map(str, command)],
        check=True,
        timeout=_START_TIMEOUT_S,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd="/",
    )


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


@contextmanager
def running(*, is_durable: bool = False) -> Iterator[Cluster]:
    """Run a server for the length of the block; only a durable one waits for the disk."""
    found = tools()
    if found is None:
        reason = "PostgreSQL is not installed (Debian package postgresql)"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    folder = Path(tempfile.mkdtemp(prefix="sohoa-postgres-"))
    try:
        (folder / "password").write_text(PASSWORD, encoding="utf-8")
        if os.geteuid() == 0:
            owner = pwd.getpwnam("postgres")
            for path in (folder, folder / "password"):
                os.chown(path, owner.pw_uid, owner.pw_gid)
        data = folder / "data"
        _as_ordinary(
            [found / "initdb", "-D", data, "-U", USER, "-A", "scram-sha-256", "--no-sync",
             "--pwfile", folder / "password", "-E", "UTF8", "--locale=C.UTF-8"]
        )  # fmt: skip
        port = _free_port()
        fsync = "on" if is_durable else "off"
        with (data / "postgresql.conf").open("a", encoding="utf-8") as conf:
            conf.write(
                f"port = {port}\nlisten_addresses = '127.0.0.1'\nfsync = {fsync}\n"
                f"unix_socket_directories = ''\nmax_connections = 120\n"
            )
        cluster = Cluster(port=port, tools=found, folder=folder)
        cluster.control("start")
        try:
            yield cluster
        finally:
            cluster.control("stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)
