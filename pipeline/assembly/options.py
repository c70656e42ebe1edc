"""The sections of the configuration and who owns each."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from pipeline.assembly.onward import TargetOptions
from pipeline.intake.options import IntakeOptions
from pipeline.ledger.batch_rows import BATCH_FOLDER
from pipeline.model.errors import OperatorError
from pipeline.model.working_days import WorkingDays
from pipeline.settings.layout import Layout
from pipeline.settings.loader import Settings, load
from pipeline.settings.secret import Secret
from pipeline.settings.sections import EngineOptions, FolderSettings, WebOptions
from stages import (
    archive,
    extract,
    guard,
    index,
    inspect,
    layers,
    prepare,
    read,
    register,
    review,
    sign,
    stack,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentityOptions:
    """The agency's signing identity."""

    pkcs12: Path | None = None
    """PKCS#12 file with key and certificate; a development identity is made when not set."""
    passphrase_file: Path | None = None
    """File that holds the passphrase of the PKCS#12 file, readable by sohoa alone."""
    rsa_padding: Literal["pkcs1", "pss"] = "pkcs1"
    """How an RSA key signs: PKCS#1 v1.5 or RSASSA-PSS."""
    pkcs11_module: Path | None = None
    """Library of a token or HSM (PKCS#11); the key is then taken from there."""
    token_label: str = ""
    """Label of the token; not needed when there is one."""
    token_slot: int | None = field(default=None, metadata={"min": 0, "max": 1024})
    """Place of the token's slot in the library's list, from 0; not needed when there is one."""
    key_label: str = ""
    """Label of the certificate on the token; not needed when one of them has a key."""
    pin: Secret | None = None
    """PIN of the token, or `file:PATH` of a file that holds it; never tried again once refused."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterOptions:
    """Where the register of incoming documents is kept, and which books it has."""

    engine: Literal["embedded", "postgresql"] = "embedded"
    """A file in the data folder, or a PostgreSQL server that several machines may share."""
    host: str = "127.0.0.1"
    """PostgreSQL: name or address of the server, or the folder of its Unix socket."""
    port: int = field(default=5432, metadata={"min": 1, "max": 65535})
    """PostgreSQL: its TCP port."""
    database: str = "sohoa"
    """PostgreSQL: name of the database; the tables are made at first use."""
    user: str = "sohoa"
    """PostgreSQL: who asks."""
    password: Secret = field(default_factory=lambda: Secret(""))
    """PostgreSQL: the user's password; `file:/path` reads it from a file."""
    books: Mapping[str, str] = field(
        default_factory=lambda: {
            "den": "Sổ đăng ký văn bản đến",
            "luu-tru": "Sổ số hóa tài liệu lưu trữ",
        }
    )
    """Books: name → title on the page and in print. A folder's `book` must be one of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexOptions(index.Options):
    """Where the search index is kept; after a change run `sohoa reindex`."""

    password: Secret = field(default_factory=lambda: Secret(""))
    """Elasticsearch: the user's password; `file:/path` reads it from a file."""
    api_key: Secret = field(default_factory=lambda: Secret(""))
    """Elasticsearch: key that is given when no user is named; `file:/path` reads it from a file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchOptions:
    """How papers of the backlog are treated (`sohoa batch`)."""

    review: Literal["never", "doubtful", "always"] = "never"
    """Which documents wait for a person one by one; a batch is looked at by samples."""
    book: str = "luu-tru"
    """Book in which digitised papers get their numbers, apart from the incoming ones."""
    priority: int = field(default=50, metadata={"min": 1, "max": 100})
    """Pages of a lower number go first altogether; clerks have 0."""
    window: int = field(default=16, metadata={"min": 1, "max": 1000})
    """Papers that are open jobs at the same time; the rest are rows."""
    profile: str = "tt05-2025"
    """Circular whose data lists hold for a new batch: a file of config/archive."""
    agency_code: str = ""
    """Code of this agency in packages and names of files."""
    sources: tuple[str, ...] = ()
    """Folders of this machine from which the page may add papers, with all below them. None by
    default: whoever adds a folder reads what lies in it, so the keeper says which."""
    deliveries: Path | None = None
    """Folder into which the page delivers; `deliveries` in the data folder when not set."""
    check_skew_deg: float = field(default=0.5, metadata={"min": 0.1, "max": 5.0})
    """Machine checks: a page that leans more than this is named, degrees."""
    check_likeness: float = field(default=0.5, metadata={"min": 0.3, "max": 1.0})
    """Machine checks: pages and documents that share this much of their word pairs are alike."""


SECTIONS: Mapping[str, type[Any]] = {
    "engine": EngineOptions,
    "intake": IntakeOptions,
    "web": WebOptions,
    "register": RegisterOptions,
    "outbox.*": TargetOptions,
    "batch": BatchOptions,
    "index": IndexOptions,
    "working_days": WorkingDays,
    "identity": IdentityOptions,
    "folders.*": FolderSettings,
    "stages.inspect": inspect.Options,
    "stages.prepare": prepare.Options,
    "stages.read": read.Options,
    "stages.layers": layers.Options,
    "stages.layers.compact": layers.CompactOptions,
    "stages.layers.check": layers.CheckOptions,
    "stages.guard": guard.Options,
    "stages.extract": extract.Options,
    "stages.review": review.Options,
    "stages.archive": archive.Options,
    "stages.sign": sign.Options,
    "stages.register": register.Options,
    "stages.stack": stack.Options,
}
"""Section of the TOML files → the dataclass of its owner."""


def load_settings(
    layout: Layout,
    *,
    user: Path | None,
    environment: Mapping[str, str],
    overrides: Mapping[str, str],
) -> Settings:
    """Read all settings of a layout.

    Raises:
        OperatorError: SYS-CONFIG with every fault.
    """
    rules_dir = layout.config_dir / "rules"
    settings = load(
        SECTIONS,
        files=layout.settings_files(user),
        environment=environment,
        overrides=overrides,
        given={"stages.guard.rules_dir": rules_dir, "stages.extract.rules_dir": rules_dir},
    )
    _check_books(settings)
    return settings


def _check_books(settings: Settings) -> None:
    # A misspelt book would silently open a second series of arrival numbers.
    books = settings.section("register", RegisterOptions).books
    used = {f"folders.{name}.book": folder.book for name, folder in settings["folders"].items()}
    used["batch.book"] = settings.section("batch", BatchOptions).book
    used["stages.register.book"] = settings.section("stages.register", register.Options).book
    faults = [
        f"{settings.origin(key)}: {key}: no such book in [register] books: {book!r}"
        for key, book in used.items()
        if book not in books
    ]
    faults += [
        f"{settings.origin(f'outbox.{name}.into')}: outbox.{name}.into: no such watched folder"
        for name, target in settings["outbox"].items()
        if target.takes and target.into not in settings["folders"]
    ]
    if BATCH_FOLDER in settings["folders"]:
        faults.append(f"folders.{BATCH_FOLDER}: the name belongs to sohoa batch")
    if faults:
        raise OperatorError("SYS-CONFIG", detail="\n".join(faults))


def layer_options(settings: Settings) -> layers.Options:
    """Return the options of the layers with their two inner sections."""
    return dataclasses.replace(
        settings.section("stages.layers", layers.Options),
        compact=settings.section("stages.layers.compact", layers.CompactOptions),
        check=settings.section("stages.layers.check", layers.CheckOptions),
    )
