"""A delivered file exchanged for a later version of itself, and never anything else."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from pathlib import Path

from pipeline.model.errors import TransientError
from pipeline.store.durable import sync_folder


def replace_delivered(path: Path, data: bytes, *, is_former: Callable[[bytes], bool]) -> None:
    """Put the data in the delivered file's place if what lies there is a former version of it.

    What its owner took away or changed is left alone: the store has every version.

    Args:
        path: the delivered file.
        data: its later version.
        is_former: tells whether bytes are a former version.

    Raises:
        TransientError: IO-BUSY.
    """
    try:
        held = path.read_bytes()
        if held == data or not is_former(held):
            return
        temporary = path.with_name(f".{hashlib.sha256(data).hexdigest()[:16]}.tmp")
        with temporary.open("wb") as out:
            out.write(data)
            out.flush()
            os.fsync(out.fileno())
        temporary.replace(path)
        sync_folder(path.parent)
    except FileNotFoundError:
        return
    except OSError as error:
        raise TransientError("IO-BUSY", detail=f"{error.strerror}: {path.name}") from error
