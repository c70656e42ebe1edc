"""A real Elasticsearch on the loopback: fetched by Maven, run as an ordinary user, stopped by pid.

It is the distribution that Elastic's own tests use (`integ-test-zip`, Maven Central): the engine
with few modules, no Java of its own. It lives as long as the block that started it and keeps
nothing.
"""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

VERSION = "8.19.0"
HERE = Path(__file__).parent
CACHE = HERE.parents[1] / "build" / "servers"
"""Where the archive is kept between runs."""

_FETCH_TIMEOUT_S = 300
_START_TIMEOUT_S = 100
_STOP_TIMEOUT_S = 30
_ORDINARY = "nobody"


class UnavailableError(Exception):
    """The server cannot be had on this machine; the message says why."""


@dataclass(slots=True)
class ElasticServer:
    """A server that may be stopped and started again on the same port and folder."""

    folder: Path
    port: int
    heap_mb: int = 512
    is_short: bool = False
    """For a short life: the JVM compiles quickly and not well."""
    _process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Address of the server."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def pid(self) -> int | None:
        """Process that was started; the server itself is it or its child."""
        return None if self._process is None else self._process.pid

    def start(self) -> None:
        """Start the server and wait until it answers.

        Raises:
            UnavailableError: it did not come up.
        """
        environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("ES_")},
            "ES_PATH_CONF": str(self.folder / "config"),
            "ES_JAVA_OPTS": f"-Xms{self.heap_mb}m -Xmx{self.heap_mb}m"
            + (" -XX:TieredStopAtLevel=1" if self.is_short else ""),
            "ES_JAVA_HOME": _java_home(),
            "ES_TMPDIR": str(self.folder / "tmp"),
            "HOME": str(self.folder),
        }
        program = self.folder / f"elasticsearch-{VERSION}" / "bin" / "elasticsearch"
        with (self.folder / "console.log").open("ab") as told_to:
            self._process = subprocess.Popen(
                [*_as_ordinary(), str(program)],
                env=environment,
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=told_to,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        deadline = time.monotonic() + _START_TIMEOUT_S
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > deadline:
                told = (self.folder / "console.log").read_text(errors="replace")[-2000:]
                self.stop()
                raise UnavailableError(f"Elasticsearch did not start: {told}")
            time.sleep(0.3)

    def stop(self) -> None:
        """Stop the server; safe to repeat."""
        process, self._process = self._process, None
        if process is None:
            return
        # The launcher and the server it started are one session of their own, and nobody else is.
        for sign in (signal.SIGTERM, signal.SIGKILL):
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, sign)
            try:
                process.wait(_STOP_TIMEOUT_S)
                break
            except subprocess.TimeoutExpired:
                continue
        deadline = time.monotonic() + _STOP_TIMEOUT_S
        while self._answers() and time.monotonic() < deadline:
            time.sleep(0.1)

    def _answers(self) -> bool:
        try:
            address = f"{self.url}/_cluster/health?wait_for_status=yellow&timeout=1s"
            with urllib.request.urlopen(address, timeout=5) as answer:  # noqa: S310 - loopback
                return bool(answer.status == 200)
        except (OSError, urllib.error.URLError):
            return False


@contextlib.contextmanager
def running(
    *, heap_mb: int = 512, is_short: bool = False, folder: Path | None = None
) -> Iterator[ElasticServer]:
    """Run a server for the length of the block.

    Args:
        heap_mb: memory of the JVM.
        is_short: for a short life.
        folder: keeps server and indexes for the next time; else both go with the block.

    Raises:
        UnavailableError: no Java, no Maven, or no archive.
    """
    archive = fetch()
    place = folder or Path(tempfile.mkdtemp(prefix="sohoa-elasticsearch-"))
    server = ElasticServer(place, port=_free_port(), heap_mb=heap_mb, is_short=is_short)
    try:
        if not (place / f"elasticsearch-{VERSION}").is_dir():
            place.mkdir(parents=True, exist_ok=True)
            _unpack(archive, place)
        _configure(place, server.port)
        _give_away(place)
        server.start()
        yield server
    finally:
        server.stop()
        if folder is None:
            shutil.rmtree(place, ignore_errors=True)


def fetch() -> Path:
    """Return the archive, fetched by Maven at first use.

    Raises:
        UnavailableError: it cannot be had.
    """
    found = CACHE / f"elasticsearch-{VERSION}.zip"
    if shutil.which("java") is None:
        raise UnavailableError("no java (openjdk-17-jre-headless)")
    if found.is_file():
        return found
    if shutil.which("mvn") is None:
        raise UnavailableError("no mvn (maven)")
    command = [
        *("mvn", "-q", "-B", "-f", str(HERE / "elasticsearch.xml"), "dependency:copy-dependencies"),
        *(f"-DoutputDirectory={CACHE}", "-DexcludeTransitive=true"),
    ]
    try:
        outcome = subprocess.run(
            command, capture_output=True, timeout=_FETCH_TIMEOUT_S, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise UnavailableError("Maven took too long to fetch Elasticsearch") from error
    if outcome.returncode or not found.is_file():
        raise UnavailableError("Maven could not fetch Elasticsearch")
    return found


def _unpack(archive: Path, folder: Path) -> None:
    with zipfile.ZipFile(archive) as packed:
        packed.extractall(folder)
    for program in (folder / f"elasticsearch-{VERSION}" / "bin").iterdir():
        program.chmod(0o755)


def _configure(folder: Path, port: int) -> None:
    origin = folder / f"elasticsearch-{VERSION}" / "config"
    shutil.copytree(origin, folder / "config", dirs_exist_ok=True)
    (folder / "tmp").mkdir(exist_ok=True)
    lines = {
        "cluster.name": folder.name,
        "discovery.type": "single-node",
        "network.host": "127.0.0.1",
        "http.port": port,
        "transport.port": _free_port(),
        "path.data": folder / "data",
        "path.logs": folder / "logs",
        "xpack.security.enabled": "false",
        "action.destructive_requires_name": "false",
        "cluster.routing.allocation.disk.threshold_enabled": "false",
    }
    text = "".join(f"{name}: {value}\n" for name, value in lines.items())
    (folder / "config" / "elasticsearch.yml").write_text(text, encoding="utf-8")


def _as_ordinary() -> list[str]:
    """Return what runs a program as an ordinary user: Elasticsearch refuses root."""
    if os.geteuid():
        return []
    return ["setpriv", f"--reuid={_ORDINARY}", f"--regid={pwd.getpwnam(_ORDINARY).pw_gid}",
            "--clear-groups"]  # fmt: skip


def _give_away(folder: Path) -> None:
    if os.geteuid():
        return
    owner = pwd.getpwnam(_ORDINARY)
    for path in (folder, *folder.rglob("*")):
        os.chown(path, owner.pw_uid, owner.pw_gid)


def _java_home() -> str:
    program = shutil.which("java") or ""
    return str(Path(program).resolve().parents[1])


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def main() -> int:
    """Fetch the archive; without it tests skip at home and fail under CI=true: no fault here."""
    try:
        fetch()
    except UnavailableError as error:
        print(f"Elasticsearch: {error}", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
