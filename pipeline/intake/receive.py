"""From an arrival to a document: read once, hash while copying into the store, look again.

What is refused here is what no later step could even name: no regular file, empty, unreadable,
gone, too large, changed while being read, of no known format. Everything else becomes a document
and gets its answer from the stage `inspect`.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import hashlib
import json
import os
from pathlib import Path
from typing import BinaryIO

from pipeline.intake.arrivals import Arrival, Received, RefusedError
from pipeline.intake.bundle import bundle
from pipeline.intake.formats import HEAD_BYTES, sniff
from pipeline.intake.listing import Kind, look
from pipeline.intake.source import DroppedStream, Opener, open_regular, reading
from pipeline.model.errors import DocumentError
from pipeline.model.inward import MESSAGE, MESSAGE_FIELDS, MESSAGE_FILE, Unpacker
from pipeline.model.records import Artifact, Document, MediaType, Remark
from pipeline.store import Store, Stored

DEFAULT_MAX_BYTES = 2 << 30


def receive(
    arrival: Arrival,
    store: Store,
    *,
    max_bytes: int = DEFAULT_MAX_BYTES,
    opener: Opener = open_regular,
    unpacker: Unpacker | None = None,
) -> Received:
    """Make an arrival's bytes durable and say what they are; safe to repeat.

    Args:
        arrival: a claim or a file left in place.
        store: where the bytes go; durable on return.
        max_bytes: larger files and folders are refused unread.
        opener: how a dropped file is opened.
        unpacker: opens messages that carry a document; without it they are no known format.

    Raises:
        RefusedError: a DocumentError: DOC-EMPTY, DOC-EMPTY-FOLDER, DOC-FORMAT (its bytes are in
            the store), DOC-NOT-A-FILE, DOC-TOO-LARGE, DOC-UNREADABLE, DOC-VANISHED; DOC-CHANGED
            for what changed while it was read: `put_back` the claim instead of refusing it.
        OperatorError: SYS-DISK-FULL, SYS-PERMISSION, SYS-FOLDER-GONE; the arrival stays.
        TransientError: IO-BUSY; the arrival stays.
    """
    try:
        _check(arrival, max_bytes)
        if arrival.kind is Kind.FOLDER:
            return _receive_folder(arrival, store, opener)
        return _receive_file(arrival, store, opener, unpacker)
    except RefusedError:
        raise
    except DocumentError as error:
        raise RefusedError(error.code, detail=error.detail) from error


def in_place(path: Path, *, folder: str = "run") -> Arrival:
    """Return the arrival of a file or folder that is left where it is.

    Its id follows from its place and its looks: the same untouched file is the same arrival.
    """
    now = dt.datetime.now(dt.UTC)
    found = look(path)
    marks = () if found is None else found.fingerprint
    facts = (str(path.absolute()), [(m.name, m.size_bytes, m.mtime_ns, m.inode) for m in marks])
    return Arrival(
        id=hashlib.sha256(repr(facts).encode("utf-8", "surrogatepass")).hexdigest()[:32],
        folder=folder,
        source_name=path.name or str(path),
        path=path,
        kind=Kind.FILE if found is None else found.kind,
        fingerprint=marks,
        arrived_at=now,
    )


def take_in_place(
    path: Path,
    store: Store,
    *,
    max_bytes: int = DEFAULT_MAX_BYTES,
    opener: Opener = open_regular,
) -> Received:
    """Receive a file or a folder of page images without moving it (`sohoa run`).

    Raises:
        RefusedError, OperatorError, TransientError: see `receive`.
    """
    return receive(in_place(path), store, max_bytes=max_bytes, opener=opener)


def is_unchanged(arrival: Arrival) -> bool:
    """Return whether what lies at the arrival's path still looks as it did when it was taken."""
    now = look(arrival.path, has_inodes=any(mark.inode for mark in arrival.fingerprint))
    return now is not None and now.fingerprint == arrival.fingerprint


def _check(arrival: Arrival, max_bytes: int) -> None:
    with reading(drop=arrival.drop):
        arrival.path.lstat()  # says so if it is gone
    if arrival.kind is Kind.OTHER:
        raise DocumentError("DOC-NOT-A-FILE")
    _confirm(arrival)
    size_bytes = sum(mark.size_bytes for mark in arrival.fingerprint)
    if size_bytes > max_bytes:
        raise DocumentError("DOC-TOO-LARGE", detail=f"{size_bytes} > {max_bytes} bytes")


def _confirm(arrival: Arrival) -> None:
    if not is_unchanged(arrival):
        with reading(drop=arrival.drop):
            arrival.path.lstat()
        raise DocumentError("DOC-CHANGED", detail="size, time or content changed")


def _receive_file(
    arrival: Arrival, store: Store, opener: Opener, unpacker: Unpacker | None
) -> Received:
    with reading(drop=arrival.drop):
        stream = opener(arrival.path)
    with stream:
        head = _head(arrival, stream)
        if not head:
            raise DocumentError("DOC-EMPTY")
        stored = store.put_stream(
            DroppedStream(stream, head=head, drop=arrival.drop),
            confirm=lambda: _confirm_read(arrival, stream),
        )
    media_type = sniff(head)
    if media_type is None and unpacker is not None and unpacker.is_message(head):
        return _opened(arrival, store, stored, unpacker)
    if media_type is None:
        refusal = RefusedError("DOC-FORMAT")
        refusal.stored = stored
        raise refusal
    return _received(arrival, stored, media_type, ())


def _opened(arrival: Arrival, store: Store, message: Stored, unpacker: Unpacker) -> Received:
    """Return the document of a message; what came with it lies in the store beside it."""
    try:
        package = unpacker.open(message.path.read_bytes())
        media_type = sniff(package.document[:HEAD_BYTES])
        if media_type is None:
            raise DocumentError("DOC-FORMAT", detail=package.name)
    except DocumentError as error:
        refusal = RefusedError(error.code, detail=error.detail)
        refusal.stored = message
        raise refusal from error
    stored = store.put_bytes(package.document)
    # With the document's id, so that no two documents share this file: a secret one takes its own
    # away with it.
    told = {"document": stored.digest, "fields": dict(package.fields)}
    said = json.dumps(told, ensure_ascii=False, sort_keys=True).encode()
    kept = [(MESSAGE, message), (MESSAGE_FIELDS, store.put_bytes(said))]
    kept += [
        (f"{MESSAGE_FILE}-{number}", store.put_bytes(one))
        for number, one in enumerate(package.others, start=1)
    ]
    enclosed = tuple(
        Artifact(kind=kind, digest=one.digest, size_bytes=one.size_bytes, made_by="intake")
        for kind, one in kept
    )
    remark = Remark(code="EDXML-RECEIVED", facts=dict(package.facts))
    warnings = (Remark(code=code) for code in package.warnings)
    received = _received(arrival, stored, media_type, (remark, *warnings))
    return dataclasses.replace(received, enclosed=enclosed)


def _receive_folder(arrival: Arrival, store: Store, opener: Opener) -> Received:
    stored, has_others = bundle(arrival, store, opener, confirm=lambda: _confirm(arrival))
    remarks = (Remark(code="DOC-MEMBER-IGNORED", facts=has_others),) if has_others else ()
    return _received(arrival, stored, MediaType.IMAGE_FOLDER, remarks)


def _received(
    arrival: Arrival, stored: Stored, media_type: MediaType, remarks: tuple[Remark, ...]
) -> Received:
    document = Document(id=stored.digest, media_type=media_type, size_bytes=stored.size_bytes)
    return Received(arrival=arrival, document=document, stored=stored, remarks=remarks)


def _head(arrival: Arrival, stream: BinaryIO) -> bytes:
    with reading(drop=arrival.drop):
        return stream.read(HEAD_BYTES)


def _confirm_read(arrival: Arrival, stream: BinaryIO) -> None:
    """The file read is the one claimed, all of it, and nobody wrote to it meanwhile."""
    _confirm(arrival)
    with reading(drop=arrival.drop):
        status, there = os.fstat(stream.fileno()), arrival.path.lstat()
    is_same = (status.st_ino, status.st_dev) == (there.st_ino, there.st_dev)
    if not is_same or stream.tell() != status.st_size:
        raise DocumentError("DOC-CHANGED", detail="replaced or grown while being read")
