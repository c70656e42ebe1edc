"""Batches at work: the feeder wired to intake, page pool and document threads of a house."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.assembly.house import House
from pipeline.assembly.receiving import Receiving
from pipeline.assembly.stacks import splitter
from pipeline.backlog.feeder import Feeder, FeederOptions
from pipeline.engine.page_pool import PagePool
from pipeline.engine.service import Service
from pipeline.intake.arrivals import Arrival
from pipeline.intake.options import IntakeOptions
from pipeline.model.records import Remark


@dataclass(frozen=True, slots=True, kw_only=True)
class TakesIn:
    """Port `TakesIn` of the feeder over the house's receiving."""

    receiving: Receiving

    def take_in(
        self, arrival: Arrival, *, priority: int, remarks: Sequence[Remark]
    ) -> tuple[str, bool]:
        """Make a job of an arrival; see the port."""
        entered = self.receiving.enter(arrival, priority=priority, remarks=remarks)
        return entered.document_id, entered.is_new


def feeder(house: House, pool: PagePool, service: Service, *, only: str | None = None) -> Feeder:
    """Return the feeder of a standing process.

    Args:
        house: has the batches.
        pool: its pages of paused batches stand still.
        service: begins no document of a paused batch.
        only: feed this batch alone.
    """

    def hold(document_ids: frozenset[str]) -> None:
        service.hold(document_ids)
        pool.hold(document_ids)

    intake = house.settings.section("intake", IntakeOptions)
    return Feeder(
        batches=house.batches,
        takes_in=TakesIn(receiving=house.receiving),
        options=FeederOptions(
            window=house.batch_options.window,
            priority=house.batch_options.priority,
            rescan_s=intake.rescan_s,
            quiet_s=intake.quiet_s,
            give_up_s=intake.give_up_s,
        ),
        wake=service.wake,
        hold=hold,
        only=only,
        parts_dir=house.layout.parts,
    )


def work_off(house: House, name: str, stop: threading.Event) -> None:
    """Work on one batch in this process until nothing of it is left to do, or `stop` is set.

    A paused batch ends at once; of a growing folder all is taken that has settled by the end.
    """
    with house.page_pool() as pool:
        service = Service(
            house.runner(pool),
            house.history,
            threads=house.engine_options.document_threads,
        )
        feeding = feeder(house, pool, service, only=name)
        splitting = splitter(house, pool, service.wake, only=name)
        workers = [
            threading.Thread(target=service.run, args=(stop,), name="documents"),
            threading.Thread(target=splitting.run, args=(stop,), name="splitter"),
        ]
        for worker in workers:
            worker.start()
        try:
            while not stop.is_set():
                fed = feeding.step()
                is_left = fed or house.batches.open_documents().get(name)
                is_left = is_left or house.stacks.next([name]) is not None or feeding.is_settling()
                if not is_left and not house.batches.waiting([name], limit=1):
                    break
                if house.batches.batch(name).is_paused:
                    break
                stop.wait(0.2 if fed else 0.5)
        finally:
            stop.set()
            service.wake()
            pool.close()
            for worker in workers:
                worker.join()
