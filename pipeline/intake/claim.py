"""Claims: a dropped file is ours from the moment it was renamed into our hidden folder.

`<drop>/.sohoa/claimed/<session>/<claim>/<name>`, on the file system of the drop, so that the rename
is atomic: two watchers never take the same file, and a clerk sees it go. The session is locked by
its owner; claims of a dead one are taken up again by whoever lives. Order: claim → store → ledger
row (the caller's) → `discard`. Nothing is deleted before its bytes are durable and registered.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import errno
import logging
import shutil
from pathlib import Path

from pipeline.intake.arrivals import Arrival
from pipeline.intake.bundle import others
from pipeline.intake.listing import Candidate, Kind, look
from pipeline.intake.moving import move_beside
from pipeline.intake.names import PRIVATE_FOLDER
from pipeline.intake.receive import is_unchanged
from pipeline.intake.source import open_regular
from pipeline.model.errors import OperatorError, TransientError
from pipeline.store import Session, make_folder, sync_folder, take_over, translated

_log = logging.getLogger(__name__)
_FORBIDDEN = frozenset({errno.EACCES, errno.EPERM, errno.EROFS})


class ClaimDesk:
    """Takes entries out of one drop folder; used by one thread."""

    def __init__(self, folder: str, drop: Path) -> None:
        """Name the desk; nothing is touched before `open`.

        Args:
            folder: name of the watched folder.
            drop: its path.
        """
        self.folder = folder
        self.drop = drop
        self._session: Session | None = None

    def open(self) -> None:
        """Make sure that the desk has its folder; safe to repeat, also after the drop came back.

        Raises:
            OperatorError: SYS-FOLDER-GONE, SYS-PERMISSION, SYS-DISK-FULL.
            TransientError: IO-BUSY.
        """
        if not self.drop.is_dir():
            raise OperatorError("SYS-FOLDER-GONE", detail=str(self.drop))
        if self._session is None or not self._session.is_there:
            with translated(doing="claim folder"):
                make_folder(self.drop / PRIVATE_FOLDER, mode=0o700)
                self._session = Session(self._claims)
                shutil.rmtree(self.drop / PRIVATE_FOLDER / "trash", ignore_errors=True)

    def claim(self, candidate: Candidate) -> Arrival | None:
        """Take a candidate that has settled.

        Returns:
            The arrival, or None when somebody else took it, it went, or it changed at the last
            moment (it lies in the drop folder again and must settle anew).

        Raises:
            OperatorError: SYS-FOLDER-GONE, SYS-PERMISSION, SYS-DISK-FULL.
            TransientError: IO-BUSY (another program holds it open on a share).
        """
        self.open()
        target = self._new_claim() / candidate.path.name
        try:
            candidate.path.rename(target)
        except FileNotFoundError:
            target.parent.rmdir()
            return None
        except OSError as error:
            target.parent.rmdir()
            raise _refused(error) from error
        has_inodes = any(mark.inode for mark in candidate.fingerprint)
        arrival = self._arrival(target, is_recovered=False, has_inodes=has_inodes)
        if arrival is not None and arrival.fingerprint != candidate.fingerprint:
            put_back(arrival)
            return None
        return arrival

    def recover(self, *, has_inodes: bool = True) -> list[Arrival]:
        """Take up the claims of dead watchers.

        Args:
            has_inodes: whether inodes can be trusted there.

        Raises:
            OperatorError: SYS-FOLDER-GONE, SYS-PERMISSION, SYS-DISK-FULL.
            TransientError: IO-BUSY.
        """
        self.open()
        adopted: list[Path] = []
        with translated(doing="recovery"):
            mine = None if self._session is None else self._session.folder
            take_over(self._claims, lambda folder: self._adopt(folder, adopted), mine=mine)
        found = (self._arrival(path, is_recovered=True, has_inodes=has_inodes) for path in adopted)
        return [arrival for arrival in found if arrival is not None]

    def close(self) -> None:
        """Let go: what is still claimed is taken up by the next watcher."""
        if self._session is not None:
            self._session.close()
            self._session = None

    @property
    def _claims(self) -> Path:
        return self.drop / PRIVATE_FOLDER / "claimed"

    def _new_claim(self) -> Path:
        if self._session is None:
            raise OperatorError("SYS-FOLDER-GONE", detail=str(self.drop))
        with translated(doing="claim"):
            return self._session.new_folder()

    def _adopt(self, dead: Path, adopted: list[Path]) -> None:
        if self._session is None:
            return
        for claim in sorted(dead.iterdir()):
            names = sorted(claim.iterdir()) if claim.is_dir() else []
            if not names:
                claim.rmdir()
                continue
            mine = self._session.folder / claim.name
            claim.rename(mine)
            adopted.append(mine / names[0].name)

    def _arrival(self, path: Path, *, is_recovered: bool, has_inodes: bool) -> Arrival | None:
        found = look(path, has_inodes=has_inodes)
        if found is None:
            return None
        claimed_ns = path.parent.stat().st_mtime_ns  # its last change was the rename into it
        return Arrival(
            id=path.parent.name,
            folder=self.folder,
            source_name=path.name,
            path=path,
            kind=found.kind,
            fingerprint=found.fingerprint,
            arrived_at=dt.datetime.fromtimestamp(claimed_ns / 1e9, tz=dt.UTC),
            drop=self.drop,
            is_recovered=is_recovered,
        )


def discard(arrival: Arrival, *, is_rest_kept: bool = False) -> Path | None:
    """Delete a claim whose bytes are in the store and whose row is in the ledger.

    A claim that was written to after it was stored is not deleted: it goes back into the drop
    folder and arrives anew. Members of a folder that are no pages are set aside unless somebody
    kept them (`closing.close_received`). What was left in place stays. Safe to repeat.

    Args:
        arrival: the claim.
        is_rest_kept: whether everything in the folder has a second name elsewhere.

    Returns:
        Where the claim was moved to instead of being deleted, else None.

    Raises:
        OperatorError: SYS-PERMISSION, SYS-DISK-FULL.
        TransientError: IO-BUSY.
    """
    if arrival.drop is None or look(arrival.path) is None:
        return None
    if not is_unchanged(arrival):
        _log.warning("claim.changed", extra={"action": "claim.changed", "arrival": arrival.id})
        return put_back(arrival)
    if arrival.kind is Kind.FOLDER and not is_rest_kept and others(arrival, open_regular):
        return _set_rest_aside(arrival)
    with translated(doing="discard"):
        if arrival.kind is Kind.FOLDER:
            _trash(arrival, arrival.drop)
        else:
            arrival.path.unlink()
        _drop_claim_folder(arrival)
    return None


def aside_path(arrival: Arrival) -> Path:
    """Return where a claim lies once it was set aside: hidden in its drop folder."""
    if arrival.drop is None:
        return arrival.path
    return arrival.drop / PRIVATE_FOLDER / "aside" / arrival.id / arrival.path.name


def set_aside(arrival: Arrival) -> Path:
    """Move a claim that cannot become a document and must not be deleted out of the claims.

    Raises:
        OperatorError: SYS-PERMISSION, SYS-DISK-FULL.
        TransientError: IO-BUSY.
    """
    target = aside_path(arrival)
    with translated(doing="set aside"):
        if look(arrival.path) is not None and arrival.drop is not None:
            make_folder(target.parent, mode=0o700)
            arrival.path.rename(target)
            sync_folder(target.parent)
            _drop_claim_folder(arrival)
    return target


def put_back(arrival: Arrival) -> Path | None:
    """Return a claim to its drop folder, where it must settle anew; nothing is overwritten.

    Returns:
        Where it lies now, or None when there is nothing to return.

    Raises:
        OperatorError: SYS-FOLDER-GONE, SYS-PERMISSION, SYS-DISK-FULL.
        TransientError: IO-BUSY.
    """
    if arrival.drop is None or look(arrival.path) is None:
        return None
    if not arrival.drop.is_dir():
        raise OperatorError("SYS-FOLDER-GONE", detail=str(arrival.drop))
    with translated(doing="put back"):
        back = move_beside(arrival.path, arrival.drop, arrival.source_name)
        _drop_claim_folder(arrival)
    return back


def _set_rest_aside(arrival: Arrival) -> Path:
    # Its pages are in the store and may turn out to be a secret: they must not lie here for ever.
    rest = set(others(arrival, open_regular))
    aside = set_aside(arrival)
    with translated(doing="set aside"):
        for mark in arrival.fingerprint:
            if mark.name not in rest:
                (aside / mark.name).unlink()
    return aside


def _refused(error: OSError) -> OperatorError | TransientError:
    detail = f"claim: {error.strerror}"
    if error.errno in _FORBIDDEN:
        return OperatorError("SYS-PERMISSION", detail=detail)
    return TransientError("IO-BUSY", detail=detail)


def _trash(arrival: Arrival, drop: Path) -> None:
    # Removing a folder takes several steps; killed in between, its rest must not come back as a
    # document with fewer pages. So it leaves the claims by one rename first.
    trash = drop / PRIVATE_FOLDER / "trash"
    make_folder(trash, mode=0o700)
    target = trash / arrival.id
    arrival.path.rename(target)
    shutil.rmtree(target)


def _drop_claim_folder(arrival: Arrival) -> None:
    folder = arrival.path.parent
    with contextlib.suppress(OSError):  # an empty claim folder left behind is swept by `recover`
        folder.rmdir()
        sync_folder(folder.parent)
