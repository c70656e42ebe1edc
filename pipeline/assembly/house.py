"""The house: everything opened once, wired, and closed again.

Commands that only look (status, search, explain) open a House and never start its page workers.
"""

from __future__ import annotations

import contextlib
import dataclasses
import datetime as dt
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from importlib.metadata import version
from pathlib import Path

from pipeline.assembly.bookkeeping import open_register
from pipeline.assembly.confirming import Confirming
from pipeline.assembly.indexing import AnyIndex, open_index
from pipeline.assembly.inward import LazyUnpacker, judge_of
from pipeline.assembly.onward import HouseParcels, TargetOptions
from pipeline.assembly.options import (
    BatchOptions,
    IdentityOptions,
    IndexOptions,
    RegisterOptions,
    layer_options,
    load_settings,
)
from pipeline.assembly.pictures import PagePictures
from pipeline.assembly.receiving import Receiving
from pipeline.assembly.registry import HouseRegistry
from pipeline.assembly.trays import FolderTrays
from pipeline.assembly.worker import WorkerOptions, build_page_line
from pipeline.engine.observer import CommitObserver, Deaf
from pipeline.engine.page_line import PageWorkers
from pipeline.engine.page_pool import PagePool
from pipeline.engine.plan import Plan
from pipeline.engine.retry import Backoff
from pipeline.engine.runner import Runner
from pipeline.intake.options import IntakeOptions
from pipeline.ledger.batch_rows import BATCH_FOLDER
from pipeline.ledger.batches import Batches
from pipeline.ledger.history import History
from pipeline.ledger.inbox import Inbox
from pipeline.ledger.ledger import Ledger
from pipeline.ledger.lots import Lots
from pipeline.ledger.outbox import Outbox
from pipeline.ledger.rereading import read_by
from pipeline.ledger.rows import JobRow
from pipeline.ledger.stacks import Stacks
from pipeline.model.stage import Stage
from pipeline.model.working_days import WorkingDays
from pipeline.outbox.service import Route
from pipeline.settings.layout import Layout
from pipeline.settings.loader import Settings
from pipeline.settings.sections import EngineOptions, FolderSettings
from pipeline.store import Scratch, Store, make_folder, translated
from stages import archive, extract, guard, inspect, prepare, read, register, review, sign
from stages.index import IndexStage
from stages.register import BookKeeper, RegisterStage
from stages.sign import (
    Pkcs11Seal,
    Pkcs12Seal,
    SealKey,
    SealProvider,
    SignStage,
    Token,
    make_development_identity,
    passphrase_file_of,
)

_INSPECT_TIMEOUT_S = 60.0
_PAGES_PER_WORKER = 2000


@dataclass(frozen=True, kw_only=True)
class House:
    """Everything of one data folder."""

    layout: Layout
    settings: Settings
    ledger: Ledger
    store: Store
    scratch: Scratch
    index: AnyIndex
    register: BookKeeper
    observer: CommitObserver

    @classmethod
    @contextlib.contextmanager
    def open(
        cls,
        data: Path | None,
        *,
        config: Path | None = None,
        observer: CommitObserver | None = None,
        environment: Mapping[str, str] | None = None,
        overrides: Mapping[str, str] | None = None,
    ) -> Iterator[House]:
        """Open a data folder, making it where needed.

        Raises:
            OperatorError: SYS-CONFIG, SYS-PERMISSION, SYS-DISK-FULL.
            TransientError: IO-BUSY.
        """
        layout = Layout.at(data)
        settings = load_settings(
            layout,
            user=config,
            environment=os.environ if environment is None else environment,
            overrides=overrides or {},
        )
        with translated(doing="data folder"):
            make_folder(layout.data_dir, mode=0o750)
        with contextlib.ExitStack() as stack:
            ledger = Ledger.open(layout.data_dir / "ledger.sqlite")
            stack.callback(ledger.close)
            store = Store(layout.store)
            stack.callback(store.close)
            scratch = stack.enter_context(Scratch(layout.scratch))
            index = open_index(settings.section("index", IndexOptions), folder=layout.data_dir)
            stack.callback(index.close)
            book_keeper = open_register(
                settings.section("register", RegisterOptions), folder=layout.data_dir
            )
            stack.callback(book_keeper.close)
            yield cls(
                layout=layout,
                settings=settings,
                ledger=ledger,
                store=store,
                scratch=scratch,
                index=index,
                register=book_keeper,
                observer=observer or Deaf(),
            )

    @cached_property
    def history(self) -> History:
        """Questions to the ledger."""
        return History(self.ledger.engine)

    @cached_property
    def engine_options(self) -> EngineOptions:
        """How much of the machine the work may take."""
        return self.settings.section("engine", EngineOptions)

    @cached_property
    def folders(self) -> Mapping[str, FolderSettings]:
        """The watched folders by name."""
        found: Mapping[str, FolderSettings] = self.settings["folders"]
        return found

    @cached_property
    def batch_options(self) -> BatchOptions:
        """How papers of the backlog are treated."""
        return self.settings.section("batch", BatchOptions)

    @cached_property
    def treatments(self) -> Mapping[str, FolderSettings]:
        """The watched folders, and what holds for papers that come by a batch, by name."""
        options = self.batch_options
        batch = FolderSettings(name=BATCH_FOLDER, review=options.review, book=options.book)
        return {**self.folders, BATCH_FOLDER: batch}

    @cached_property
    def batches(self) -> Batches:
        """The batches of the backlog."""
        return Batches(self.ledger.engine)

    @cached_property
    def lots(self) -> Lots:
        """Machine checks and acceptance of batches."""
        return Lots(self.ledger.engine)

    @cached_property
    def stacks(self) -> Stacks:
        """The stacks of the backlog."""
        return Stacks(self.ledger.engine)

    @cached_property
    def tray(self) -> FolderTrays:
        """Where people find results."""
        roots = {name: folder.results_root(self.layout) for name, folder in self.folders.items()}
        roots[BATCH_FOLDER] = self.layout.data_dir / "batch"
        return FolderTrays(roots=roots, other=self.layout.output)

    @cached_property
    def receiving(self) -> Receiving:
        """From an arrival to a job."""
        intake = self.settings.section("intake", IntakeOptions)
        return Receiving(
            ledger=self.ledger,
            history=self.history,
            store=self.store,
            max_bytes=intake.max_bytes,
            unpacker=LazyUnpacker(
                judge=judge_of(self.sign_stage.options), signature=intake.message_signature
            ),
            observer=self.observer,
        )

    @cached_property
    def seal(self) -> SealProvider:
        """The agency's identity, or the development identity, made at first use."""
        options = self.settings.section("identity", IdentityOptions)
        is_pss = options.rsa_padding == "pss"
        if options.pkcs11_module is not None:
            return Pkcs11Seal(
                Token(
                    module=options.pkcs11_module,
                    label=options.token_label,
                    slot=options.token_slot,
                    key_label=options.key_label,
                    pin=options.pin,
                    is_pss=is_pss,
                )
            )
        if options.pkcs12 is not None:
            return Pkcs12Seal(
                options.pkcs12, passphrase_file=options.passphrase_file, is_pss=is_pss
            )
        path = make_development_identity(self.layout.data_dir / "identity")
        return Pkcs12Seal(path, passphrase_file=passphrase_file_of(path))

    @cached_property
    def sign_stage(self) -> SignStage:
        """The stage that seals; its services are shared by all folders."""
        options = self.settings.section("stages.sign", sign.Options)
        return SignStage(provider=self.seal, options=options, services=options.services())

    @cached_property
    def review_stage(self) -> review.ReviewStage:
        """The stage that decides whether a person must look."""
        return review.ReviewStage(options=self.settings.section("stages.review", review.Options))

    @cached_property
    def outbox(self) -> Outbox:
        """What goes to other systems."""
        return Outbox(self.ledger.engine)

    @cached_property
    def inbox(self) -> Inbox:
        """What came from other systems, and what their senders are told."""
        return Inbox(self.ledger.engine)

    @cached_property
    def routes(self) -> Mapping[str, Route]:
        """The targets by name."""
        targets: Mapping[str, TargetOptions] = self.settings["outbox"]
        if not targets:
            return {}
        from pipeline.assembly.targets import build_routes  # HTTP and XML, only where they serve

        parcels = HouseParcels(history=self.history, store=self.store, register=self.register)
        return build_routes(targets, house=self, parcels=parcels, key=SealKey(self.seal))

    @cached_property
    def registry(self) -> HouseRegistry:
        """What people see and do at the register."""
        return HouseRegistry(
            register=self.register,
            history=self.history,
            titles=self.settings.section("register", RegisterOptions).books,
            agency=self.settings.section("stages.sign", sign.Options).agency,
            seal=lambda data: self.sign_stage.seal_own(data, now=dt.datetime.now(dt.UTC)),
            working_days=self.settings.section("working_days", WorkingDays),
        )

    @cached_property
    def register_stage(self) -> RegisterStage:
        """The stage that enters documents into the register."""
        return RegisterStage(
            register=self.register,
            options=self.settings.section("stages.register", register.Options),
            lookalikes=self.register,
        )

    def plan(self) -> Plan:
        """Return the stages in their order, proved."""
        section = self.settings.section
        return Plan(
            guard=guard.GuardStage(options=section("stages.guard", guard.Options)),
            stages=(
                extract.ExtractStage(options=section("stages.extract", extract.Options)),
                self.review_stage,
                archive.ArchiveStage(options=section("stages.archive", archive.Options)),
                self.sign_stage,
                IndexStage(index=self.index),
                self.register_stage,
            ),
        )

    def policies(self) -> Mapping[str, Mapping[str, Stage]]:
        """Return what differs from folder to folder: review policy and book."""
        return {
            name: {
                "review": dataclasses.replace(
                    self.review_stage,
                    options=dataclasses.replace(
                        self.review_stage.options, policy=review.Policy(folder.review)
                    ),
                ),
                "sign": dataclasses.replace(
                    self.sign_stage,
                    options=dataclasses.replace(
                        self.sign_stage.options,
                        lower_when_down=folder.seal_now or self.sign_stage.options.lower_when_down,
                    ),
                ),
                "register": dataclasses.replace(
                    self.register_stage, options=register.Options(book=folder.book)
                ),
            }
            for name, folder in self.treatments.items()
        }

    def asked(self, job: JobRow) -> tuple[str, ...]:
        """Return the fields of a waiting document that a person is asked for, by its folder."""
        stage = self.review_stage
        folder = self.treatments.get(job.folder)
        if folder is not None:
            policy = review.Policy(folder.review)
            stage = dataclasses.replace(
                stage, options=dataclasses.replace(stage.options, policy=policy)
            )
        return stage.asked(self.history.fields(job.id))

    def page_pool(self) -> PagePool:
        """Start the page workers; use as a context manager."""
        return PagePool(
            build_page_line,
            self.worker_options(),
            workers=self.workers,
            page_timeout_s=self.engine_options.page_timeout_s,
            inspect_timeout_s=_INSPECT_TIMEOUT_S,
            pages_per_worker=_PAGES_PER_WORKER,
        )

    def worker_options(self) -> WorkerOptions:
        """Return what a page worker needs to know."""
        section = self.settings.section
        guard_options = section("stages.guard", guard.Options)
        return WorkerOptions(
            inspect=section("stages.inspect", inspect.Options),
            prepare=section("stages.prepare", prepare.Options),
            read=section("stages.read", read.Options),
            rules_dir=guard_options.rules_dir,
            layers=layer_options(self.settings),
        )

    @property
    def read_by(self) -> str:
        """Who reads pages now, as their artifacts say it."""
        engine = self.settings.section("stages.read", read.Options).engine
        return read_by(read.REVISION, engine)

    def engine_name(self) -> str:
        """Return who reads, with the version of the library below."""
        engine = self.settings.section("stages.read", read.Options).engine
        library = {"line_reader": "onnxruntime"}.get(engine, engine)
        library = {"tesseract": "tesserocr"}.get(library, library)
        return f"{engine} ({library} {version(library)})"

    @property
    def workers(self) -> int:
        """Page workers to start."""
        return self.engine_options.workers or len(os.sched_getaffinity(0))

    def confirming(self) -> Confirming:
        """Return who takes what a person confirms."""
        keeps = self.review_stage.options.keep_examples
        return Confirming(
            ledger=self.ledger,
            history=self.history,
            pictures=PagePictures(self.store, self.scratch),
            examples_dir=self.layout.examples if keeps else None,
        )

    def runner(self, pool: PageWorkers) -> Runner:
        """Return the runner of the document line."""
        return Runner(
            plan=self.plan(),
            ledger=self.ledger,
            history=self.history,
            store=self.store,
            pool=pool,
            tray=self.tray,
            scratch=self.scratch,
            backoff=Backoff(base_s=max(0.1, self.engine_options.retry_base_s)),
            observer=self.observer,
            policies=self.policies(),
            read_by=self.read_by,
        )
