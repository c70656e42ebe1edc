"""A world around each kind of target: its adapter, its server, and ways to look behind it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from pipeline.model.onward import Target
from stages.deliver.drop import LocalDrop
from stages.deliver.edxml.adapter import EdxmlTarget, document_id, edxml_target
from stages.deliver.edxml.message import Agency
from stages.deliver.folder import FolderTarget
from stages.deliver.http import Caller
from stages.deliver.paperless import PaperlessTarget
from stages.deliver.rest import RestTarget
from stages.deliver.sftp import SftpDrop
from tests.servers import axis as axis_server
from tests.servers import paperless as paperless_server
from tests.servers import registry as registry_server
from tests.servers import sshd
from tests.servers.misbehaving import Plan

TIMEOUT_S = 0.6
LATE_S = 0.9


class World(Protocol):
    """What a contract test needs of a kind of target."""

    target: Target
    send: str
    """Beginning of `METHOD path` of the question that hands a document over; empty: no server."""
    find: str
    """The same of the first question of `find`."""

    def digests(self, key: str) -> list[str]:
        """Return the sha-256 of every document held under a key; more than one is one too many."""

    def forget(self, key: str) -> None:
        """Lose a document, as a registry that was restored from an old copy."""


@dataclass
class RestWorld:
    """The reference registry."""

    target: Target
    registry: Any
    send: str = "POST /v1/documents"
    find: str = "GET /v1/documents/by-key"

    def digests(self, key: str) -> list[str]:
        """Return what is held."""
        file = self.registry.file(key)
        return [] if file is None else [hashlib.sha256(file).hexdigest()]

    def forget(self, key: str) -> None:
        """Lose a document."""
        self.registry.forget(key)


@dataclass
class PaperlessWorld:
    """Paperless as played."""

    target: Target
    server: paperless_server.Paperless
    send: str = "POST /api/documents/post_document"
    find: str = "GET /api/documents/"

    def _ours(self, key: str) -> list[int]:
        return [
            number
            for number, one in self.server.documents.items()
            if any(field["value"] == key for field in one["custom_fields"])
        ]

    def digests(self, key: str) -> list[str]:
        """Return what is held."""
        files = [self.server.documents[number]["file"] for number in self._ours(key)]
        return [hashlib.sha256(file).hexdigest() for file in files]

    def forget(self, key: str) -> None:
        """Lose a document."""
        for number in self._ours(key):
            del self.server.documents[number]


@dataclass
class FolderWorld:
    """A drop folder that nobody takes from."""

    target: Target
    path: Path
    send: str = ""
    find: str = ""

    def digests(self, key: str) -> list[str]:
        """Return what lies there: the PDF beside each JSON that bears the key."""
        found = []
        for path in self.path.glob("*.json"):
            if json.loads(path.read_text(encoding="utf-8"))["key"] == key:
                pdf = path.with_suffix(".pdf").read_bytes()
                assert path.with_suffix(".xlsx").is_file()
                found.append(hashlib.sha256(pdf).hexdigest())
        return found

    def forget(self, key: str) -> None:
        """Lose a document and its trace."""
        (self.path / ".sohoa" / "started" / f"{key}.json").unlink()
        for path in self.path.glob(f"*{key[:12]}*"):
            path.unlink()


def _caller(address: str, authorization: str) -> Caller:
    return Caller(url=address, headers={"Authorization": authorization}, timeout_s=TIMEOUT_S)


@contextmanager
def _rest(plan: Plan, folder: Path) -> Iterator[World]:
    del folder
    with registry_server.running(plan) as (address, registry):
        caller = _caller(address, f"Bearer {registry_server.TOKEN}")
        yield RestWorld(RestTarget(caller=caller, max_bytes=1 << 20), registry)


@contextmanager
def _paperless(plan: Plan, folder: Path) -> Iterator[World]:
    del folder
    with paperless_server.running(plan) as (address, server):
        caller = _caller(address, f"Token {paperless_server.TOKEN}")
        target = PaperlessTarget(caller=caller, consume_timeout_s=1.5, max_bytes=1 << 20)
        yield PaperlessWorld(target, server)


@contextmanager
def _folder(plan: Plan, folder: Path) -> Iterator[World]:
    del plan
    path = folder / "tha"
    path.mkdir()
    yield FolderWorld(FolderTarget(drop=LocalDrop(path), max_bytes=1 << 20), path)


@dataclass
class AxisWorld:
    """A gateway of the axis, as played."""

    target: Target
    axis: axis_server.Axis
    send: str = "POST /sendEdoc"
    find: str = "GET /getSentEdocList"

    def digests(self, key: str) -> list[str]:
        """Return what is held."""
        wanted = document_id(key).encode()
        kept = [message for message in self.axis.sent.values() if wanted in message]
        files = [file for message in kept for file in axis_server.files_of(message)]
        return [hashlib.sha256(file).hexdigest() for file in files]

    def forget(self, key: str) -> None:
        """Lose a document."""
        wanted = document_id(key).encode()
        for name in [name for name, one in self.axis.sent.items() if wanted in one]:
            del self.axis.sent[name]
        self.axis.names = {pair: n for pair, n in self.axis.names.items() if n in self.axis.sent}


def axis_target(address: str) -> EdxmlTarget:
    """Return the adapter for a gateway as played."""
    return edxml_target(
        caller=Caller(url=address, headers={}, timeout_s=TIMEOUT_S),
        sender=Agency(organ_id="H26.27.15", organ_name="Ủy ban nhân dân xã An Bình"),
        receiver=Agency(organ_id="H26", organ_name="Ủy ban nhân dân tỉnh"),
        system_id=axis_server.SYSTEM,
        secret=lambda: axis_server.SECRET,
        dialect="qcvn-102-2016",
        rules_dir=Path(__file__).resolve().parents[2] / "config" / "rules",
        max_bytes=1 << 20,
    )


@contextmanager
def _edxml(plan: Plan, folder: Path) -> Iterator[World]:
    del folder
    with axis_server.running(plan) as (address, axis):
        yield AxisWorld(axis_target(address), axis)


def sftp_drop(server: sshd.SftpServer) -> SftpDrop:
    """Return a drop folder on a server."""
    return SftpDrop(
        url=f"{server.url}{server.folder}",
        known_hosts=server.known_hosts,
        login_key=server.login_key,
        timeout_s=10.0,
    )


@contextmanager
def _sftp(plan: Plan, folder: Path) -> Iterator[World]:
    del plan, folder
    with sshd.running() as server:
        target = FolderTarget(drop=sftp_drop(server), max_bytes=1 << 20)
        yield FolderWorld(target, server.folder)


WORLDS = {
    "edxml": _edxml,
    "rest": _rest,
    "paperless": _paperless,
    "folder": _folder,
    "sftp": _sftp,
}
"""Adapter → its world."""
SERVED = ("edxml", "paperless", "rest")
"""Adapters that ask a server."""
