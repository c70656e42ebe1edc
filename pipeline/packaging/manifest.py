"""The list of what a delivery holds: `sha256  path` (as sha256sum has it), signed beside it.

The signature is a detached CMS (`.p7s`, RFC 5652) over the list's bytes; who has the list and the
files can check both with common tools (`sha256sum -c`, `openssl cms -verify`).
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from pipeline.model.errors import InputError
from pipeline.packaging.checking import Finding, check_package, hashed
from pipeline.packaging.container import appearing
from pipeline.packaging.records import Signer
from pipeline.store.durable import translated

MANIFEST = "manifest-sha256.txt"
SIGNATURE = f"{MANIFEST}.p7s"
_LINE = re.compile(r"([0-9a-f]{64})  (\S.*)\n?")


def write_manifest(folder: Path, lines: Iterable[tuple[str, str]], signer: Signer | None) -> None:
    """Write and sign the list; a list that is there already must say the same.

    Args:
        folder: of the delivery.
        lines: (digest, path) of every file.
        signer: None where there is no identity: the list stands unsigned.

    Raises:
        InputError: PACKAGE-TAKEN, another list lies there.
        OperatorError: SYS-DISK-FULL, SYS-PERMISSION, SIGN-…
        TransientError: IO-BUSY, SIGN-TOKEN-DOWN.
    """
    data = "".join(f"{digest}  {path}\n" for digest, path in lines).encode()
    target = folder / MANIFEST
    try:
        with appearing(target) as file:
            file.write(data)
    except FileExistsError as error:
        if target.read_bytes() != data:
            raise InputError("PACKAGE-TAKEN", detail=str(target)) from error
    if signer is None:
        return
    with contextlib.suppress(FileExistsError), appearing(folder / SIGNATURE) as file:
        file.write(signer.sign(data))


def read_manifest(folder: Path) -> Iterator[tuple[str, str]]:
    """Yield (digest, path) of each line.

    Raises:
        InputError: PACKAGE-NO-LIST, there is none, or a line is none of a list.
    """
    try:
        with (folder / MANIFEST).open(encoding="utf-8", errors="surrogateescape") as file:
            for number, line in enumerate(file, start=1):
                found = _LINE.fullmatch(line)
                if found is None:
                    raise InputError("PACKAGE-NO-LIST", detail=f"{MANIFEST}:{number}")
                yield found[1], found[2]
    except OSError as error:
        detail = f"{folder / MANIFEST}: {error.strerror}"
        raise InputError("PACKAGE-NO-LIST", detail=detail) from error


def check_delivery(folder: Path, signer: Signer) -> Iterator[Finding]:
    """Yield what is wrong with a delivery: list, signature, files, and each package inside.

    Raises:
        InputError: PACKAGE-NO-LIST.
        TransientError: IO-BUSY.
    """
    yield from _signature(folder, signer)
    named = {MANIFEST, SIGNATURE}
    for digest, name in read_manifest(folder):
        named.add(name)
        yield from _file(folder, name, digest)
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if name not in named and not path.is_dir():
            yield Finding(code="PACKAGE-FOREIGN", path=name)


def _signature(folder: Path, signer: Signer) -> Iterator[Finding]:
    signature = folder / SIGNATURE
    if not signature.is_file():
        yield Finding(code="PACKAGE-UNSIGNED", path=SIGNATURE)
        return
    with contextlib.suppress(FileNotFoundError):  # read_manifest says so
        data = (folder / MANIFEST).read_bytes()
        if signer.verify(data, signature.read_bytes()) is None:
            yield Finding(code="PACKAGE-SIGNATURE", path=SIGNATURE)


def _file(folder: Path, name: str, digest: str) -> Iterator[Finding]:
    path = folder / name
    if not path.resolve().is_relative_to(folder.resolve()):
        yield Finding(code="PACKAGE-FOREIGN", path=name)
        return
    try:
        stream = path.open("rb")
    except (FileNotFoundError, IsADirectoryError):
        yield Finding(code="PACKAGE-MISSING", path=name)
        return
    with stream, translated(doing="reading"):
        found, _ = hashed(stream)
    if found != digest:
        yield Finding(code="PACKAGE-CHANGED", path=name)
    elif path.suffix == ".zip":
        yield from check_package(path)
