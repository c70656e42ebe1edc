"""The register that the configuration asks for."""

from __future__ import annotations

from pathlib import Path

from pipeline.assembly.options import RegisterOptions
from stages.register import BookKeeper, EmbeddedRegister, PostgresRegister, PostgresServer


def open_register(options: RegisterOptions, *, folder: Path) -> BookKeeper:
    """Open the register.

    Args:
        options: which engine, and where.
        folder: the data folder, which holds the embedded register.

    Raises:
        OperatorError: SYS-PERMISSION, SYS-DISK-FULL (embedded).
        TransientError: IO-BUSY (embedded).
    """
    if options.engine == "embedded":
        return EmbeddedRegister(folder / "register.sqlite")
    return PostgresRegister(
        PostgresServer(
            host=options.host,
            port=options.port,
            database=options.database,
            user=options.user,
            password=options.password.reveal,
        )
    )
