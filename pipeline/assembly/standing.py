"""The standing process: watcher, document threads and web page, from start to Ctrl-C."""

from __future__ import annotations

import contextlib
import gc
import logging
import signal
import socket
import threading
from collections.abc import Iterator
from types import TracebackType
from typing import TYPE_CHECKING

from pipeline.assembly.background import Background
from pipeline.assembly.backlog_desk import HouseBacklog
from pipeline.assembly.batches import feeder
from pipeline.assembly.desk import HouseDesk
from pipeline.assembly.health import HealthCheck
from pipeline.assembly.house import House
from pipeline.assembly.outbox_desk import HouseSending
from pipeline.assembly.pictures import PagePictures
from pipeline.assembly.registry import HouseRegistry
from pipeline.assembly.setting_views import setting_views
from pipeline.assembly.stacks import splitter
from pipeline.assembly.stage_times import StageTimes
from pipeline.assembly.strips import HouseStrips
from pipeline.assembly.watching import Watching
from pipeline.engine.service import Service
from pipeline.intake.options import IntakeOptions
from pipeline.ledger.requests import Requests
from pipeline.model.records import JobState
from pipeline.model.scope import plain_unit
from pipeline.model.working_days import WorkingDays
from pipeline.outbox.service import OutboxService
from pipeline.settings.sections import WebOptions

if TYPE_CHECKING:
    import uvicorn

_log = logging.getLogger("sohoa")


class Standing:
    """Everything that runs until somebody stops it; use as a context manager."""

    def __init__(self, house: House) -> None:
        """Name the house; nothing runs yet."""
        self._house = house
        self._stop = threading.Event()
        self._threads: list[threading.Thread] = []
        self._stack = contextlib.ExitStack()
        self._service: Service | None = None
        self.first_password: str | None = None
        """Password of the account that `serve` made because there was none; to be shown once."""

    def __enter__(self) -> Standing:
        """Return it; nothing runs before `start` and `serve`."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop everything; what is under way goes on at the next start."""
        self.stop()

    def start(self) -> None:
        """Start page workers, document threads and the watcher.

        Raises:
            OperatorError: SYS-CONFIG when folders lie inside one another.
        """
        house = self._house
        house.tray.sweep()
        self._clear_secrets()
        pool = self._stack.enter_context(house.page_pool())
        self._service = Service(
            house.runner(pool), house.history, threads=house.engine_options.document_threads
        )
        watching = Watching(house, wake=self._service.wake)
        watching.prepare()
        self._run(self._service.run, "documents")
        if house.routes:
            self._run(OutboxService(tuple(house.routes.values())).run, "outbox")
        self._run(watching.run, "watcher")
        self._run(feeder(house, pool, self._service).run, "feeder")
        self._run(splitter(house, pool, self._service.wake).run, "splitter")

    def serve(self) -> str:
        """Start the web page; return `host:port`.

        Where nobody has an account yet, one is made: `first_password`.
        """
        # The web framework loads in half a second; `sohoa run` and the watcher alone need none.
        from pipeline.access.door import Door
        from pipeline.web.app import create_app
        from pipeline.web.guards import LOCAL_HOSTS

        options = self._house.settings.section("web", WebOptions)
        listener = _listen(options.host, options.port)
        host, port = listener.getsockname()[:2]
        door = self._stack.enter_context(
            Door.open(
                self._house.layout.data_dir,
                idle_minutes=options.idle_minutes,
                longest_hours=options.session_hours,
            )
        )
        self.first_password = door.accounts.make_first()
        hosts = (*LOCAL_HOSTS, *options.names)
        app = create_app(
            self.desk(),
            door=door,
            registry=self.registry(),
            strips=HouseStrips(stacks=self._house.stacks, parts_dir=self._house.layout.parts),
            backlog=self.backlog(),
            sending=self.sending(),
            hosts=hosts,
            upload_bytes_max=self._house.settings.section("intake", IntakeOptions).max_bytes,
        )
        import uvicorn  # the web page's, not at every start

        server = uvicorn.Server(
            uvicorn.Config(app, log_level="warning", access_log=False, lifespan="off")
        )
        server.install_signal_handlers = lambda: None  # type: ignore[attr-defined]
        thread = threading.Thread(
            target=server.run, kwargs={"sockets": [listener]}, name="web", daemon=True
        )
        thread.start()
        self._stack.callback(_stop_server, server, thread)
        # What is loaded stays to the end: looking through its 250,000 objects for what can go held
        # every tenth answer up for 0.1 s.
        gc.collect()
        gc.freeze()
        self._stack.callback(gc.unfreeze)
        return f"{host}:{port}"

    def desk(self) -> HouseDesk:
        """Return what the page asks."""
        house = self._house
        return HouseDesk(
            ledger=house.ledger,
            history=house.history,
            requests=Requests(house.ledger.engine),
            store=house.store,
            index=house.index,
            register=house.register,
            pictures=PagePictures(house.store, house.scratch),
            health_check=self.health_check(),
            tray=house.tray,
            drop_paths={
                name: folder.drop_path(house.layout) for name, folder in house.folders.items()
            },
            max_bytes=house.settings.section("intake", IntakeOptions).max_bytes,
            doubts=house.asked,
            confirming=house.confirming(),
            wake=lambda: None if self._service is None else self._service.wake(),
            times=StageTimes(house.history),
            units_of={
                name: frozenset(map(plain_unit, folder.units))
                for name, folder in house.folders.items()
            },
            setting_views=lambda: setting_views(house.settings, house.layout),
        )

    def registry(self) -> HouseRegistry:
        """Return what the register's pages ask."""
        return self._house.registry

    def backlog(self) -> HouseBacklog:
        """Return what the batches' pages ask."""
        background = self._background()
        pictures = PagePictures(self._house.store, self._house.scratch)
        return HouseBacklog(house=self._house, background=background, pictures=pictures)

    def sending(self) -> HouseSending:
        """Return what the page of the outbox asks."""
        background = self._background()
        return HouseSending(house=self._house, background=background, health=self.health_check())

    def health_check(self) -> HealthCheck:
        """Return the check of everything that sohoa leans on."""
        house = self._house
        return HealthCheck(
            data_dir=house.layout.data_dir,
            working_days=house.settings.section("working_days", WorkingDays),
            has_trust=bool(house.sign_stage.options.trust),
            drop_folders=tuple(
                (name, folder.drop_path(house.layout)) for name, folder in house.folders.items()
            ),
            history=house.history,
            index=house.index,
            register=house.register,
            seal=house.seal,
            engine=house.engine_name(),
            outbox=house.outbox,
            inbox=house.inbox,
            targets=tuple(house.routes),
            axes=frozenset(
                name
                for name, route in house.routes.items()
                if route.delivery.target.name == "edxml"
            ),
        )

    def wait_until_interrupted(self) -> None:
        """Wait for Ctrl-C or SIGTERM."""
        with _interrupts(self._stop):
            self._stop.wait()

    def stop(self) -> None:
        """Stop everything."""
        self._stop.set()
        if self._service is not None:
            self._service.wake()
        self._stack.close()
        for thread in self._threads:
            thread.join(timeout=30)

    def _background(self) -> Background:
        background = Background(self._stop)
        self._stack.callback(background.join)
        return background

    def _run(self, target: object, name: str) -> None:
        thread = threading.Thread(target=target, args=(self._stop,), name=name)  # type: ignore[arg-type]
        thread.start()
        self._threads.append(thread)

    def _clear_secrets(self) -> None:
        # Killed between the quarantine's row and the removal of a copy that came in again.
        for job in self._house.history.jobs(limit=1_000_000, state=JobState.QUARANTINED):
            self._house.store.remove(job.id)


def _listen(host: str, port: int) -> socket.socket:
    """Return a listening socket whose connections send at once what they have.

    asyncio sets TCP_NODELAY only on sockets that name their protocol (`_set_nodelay`), which those
    of `create_server` do not: an answer's body then waited 40 ms for the receipt of its head.
    """
    listener = socket.create_server((host, port))
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # accepted ones inherit it
    return listener


def _stop_server(server: uvicorn.Server, thread: threading.Thread) -> None:
    server.should_exit = True
    thread.join(timeout=10)


@contextlib.contextmanager
def _interrupts(stop: threading.Event) -> Iterator[None]:
    def on_signal(number: int, frame: object) -> None:
        del number, frame
        stop.set()

    before = {
        number: signal.signal(number, on_signal) for number in (signal.SIGINT, signal.SIGTERM)
    }
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
