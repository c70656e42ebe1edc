"""A drop folder on another machine, over SFTP (SSH, RFC 4253; SFTP version 3 and OpenSSH's own).

The server is known by its key (`known_hosts`), or nothing is said to it. A rename is one step
(posix-rename@openssh.com) and a file is on the server's disk before it is renamed
(fsync@openssh.com); a server without these two is refused, because the receipt rests on them.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, TypeVar
from urllib.parse import urlsplit

from pipeline.model.errors import OperatorError, SohoaError, TransientError
from stages.deliver.drop import Files

if TYPE_CHECKING:
    import asyncssh

_PIECE = 1 << 18
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True, kw_only=True)
class SftpDrop:
    """Port `Drop` over an SFTP server."""

    url: str
    """`sftp://user@host:port/folder`; a folder below the login's own is `/~/folder`."""
    known_hosts: Path
    """Keys of servers, as OpenSSH keeps them."""
    login_key: Path | None = None
    """Private key, as OpenSSH keeps it; with a passphrase it is not taken."""
    password: Callable[[], str] = lambda: ""
    """Asked at each login; empty for none."""
    timeout_s: float = 60.0
    """For the login, and for each question."""

    @property
    def name(self) -> str:
        """Name of the adapter."""
        return "sftp"

    @property
    def address(self) -> str:
        """Where it is."""
        return self.url

    @contextmanager
    def at_work(self) -> Iterator[Files]:
        """Lend the files for the length of one connection; see `Drop`."""
        with asyncio.Runner() as runner, self._translated():
            connection = runner.run(self._connected())
            try:
                client = runner.run(_limited(_client_of(connection), self.timeout_s))
                files = _RemoteFiles(runner, client, self._folder, self.timeout_s)
                files.check()
                yield files
            finally:
                connection.abort()
                runner.run(connection.wait_closed())

    @property
    def _folder(self) -> str:
        path = urlsplit(self.url).path
        return path.removeprefix("/~/") if path.startswith("/~/") else path or "/"

    async def _connected(self) -> asyncssh.SSHClientConnection:
        import asyncssh  # 0.4 s that only this target needs

        parts = urlsplit(self.url)
        return await asyncssh.connect(
            parts.hostname or "",
            port=parts.port or 22,
            username=parts.username or "",
            password=self.password() or None,
            client_keys=None if self.login_key is None else [str(self.login_key)],
            known_hosts=str(self.known_hosts),
            agent_path=None,
            config=None,
            connect_timeout=self.timeout_s,
            login_timeout=self.timeout_s,
        )

    @contextmanager
    def _translated(self) -> Iterator[None]:
        """Turn the library's faults into ours, at this border only."""
        import asyncssh

        try:
            yield
        except SohoaError:
            raise
        except (asyncssh.SFTPNoSuchFile, asyncssh.SFTPNoSuchPath) as error:
            raise OperatorError("SYS-FOLDER-GONE", detail=self._detail(error)) from error
        except (asyncssh.SFTPPermissionDenied, asyncssh.SFTPWriteProtect) as error:
            raise OperatorError("SYS-PERMISSION", detail=self._detail(error)) from error
        except (asyncssh.SFTPNoSpaceOnFilesystem, asyncssh.SFTPQuotaExceeded) as error:
            raise OperatorError("SYS-DISK-FULL", detail=self._detail(error)) from error
        except asyncssh.SFTPOpUnsupported as error:
            detail = self._detail(error)
            raise OperatorError("SYS-CONFIG", detail=f"no OpenSSH: {detail}") from error
        except (asyncssh.PermissionDenied, asyncssh.HostKeyNotVerifiable) as error:
            raise OperatorError("DELIVER-LOGIN", detail=self._detail(error)) from error
        except (asyncssh.KeyImportError, FileNotFoundError) as error:
            raise OperatorError("SYS-CONFIG", detail=self._detail(error)) from error
        except (asyncssh.Error, OSError, TimeoutError) as error:
            raise TransientError("PORT-DOWN", detail=self._detail(error)) from error

    def _detail(self, error: Exception) -> str:
        return f"{self.url}: {type(error).__name__} {error}"[:300]


@dataclass(frozen=True, slots=True)
class _RemoteFiles:
    """Port `Files` over one connection."""

    runner: asyncio.Runner
    client: asyncssh.SFTPClient
    folder: str
    timeout_s: float

    def check(self) -> None:
        """See that the folder is there; raises what `_translated` turns into SYS-FOLDER-GONE."""
        if not self._wait(self.client.isdir(self.folder)):
            raise OperatorError("SYS-FOLDER-GONE", detail=self.folder)

    def exists(self, name: str) -> bool:
        """Return whether there is such a file."""
        return self._wait(self.client.isfile(self._at(name)))

    def read(self, name: str) -> bytes:
        """Return a small file."""
        return self._wait(self._read(name))

    def write(self, content: BinaryIO, name: str) -> None:
        """Write a file piece by piece, each within the time limit, and have it made durable."""
        file = self._wait(self._opened(name))
        try:
            while piece := content.read(_PIECE):
                self._wait(file.write(piece))
            self._wait(file.fsync())
        finally:
            self._wait(file.close())

    def rename(self, name: str, to: str) -> None:
        """Rename in one step."""
        self._wait(self.client.posix_rename(self._at(name), self._at(to)))

    def make_folder(self, name: str) -> None:
        """Make a folder if there is none."""
        self._wait(self.client.makedirs(self._at(name), exist_ok=True))

    def listing(self, name: str) -> list[str]:
        """Return the names in a folder."""
        if not self._wait(self.client.isdir(self._at(name))):
            return []
        names = self._wait(self.client.listdir(self._at(name)))
        return sorted(str(one) for one in names if str(one) not in {".", ".."})

    def settle(self, name: str) -> None:
        """Do nothing: SFTP cannot ask for it; the server's file system keeps a rename's order."""

    async def _opened(self, name: str) -> asyncssh.SFTPClientFile:
        return await self.client.open(self._at(name), "wb")

    async def _read(self, name: str) -> bytes:
        async with self.client.open(self._at(name), "rb") as file:
            content: Any = await file.read()
            return bytes(content)

    def _at(self, name: str) -> str:
        return f"{self.folder}/{name}"

    def _wait(self, question: Coroutine[Any, Any, _T]) -> _T:
        return self.runner.run(_limited(question, self.timeout_s))


async def _client_of(connection: asyncssh.SSHClientConnection) -> asyncssh.SFTPClient:
    return await connection.start_sftp_client()


async def _limited(question: Coroutine[Any, Any, _T], timeout_s: float) -> _T:
    return await asyncio.wait_for(question, timeout_s)
