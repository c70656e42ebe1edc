"""Figures for Prometheus, asked of ledger, disk, certificate, index and outbox when they are read.

No figure is counted in the process: a restart loses none, and several processes tell the same. How
long stages took is summed over `attempts`, which is only added to; a look continues from the last
row that the one before saw.
"""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric, SummaryMetricFamily
from prometheus_client.registry import Collector

from pipeline.assembly.stage_times import StageTimes
from pipeline.ledger.history import History
from pipeline.ledger.indexed import entered
from pipeline.ledger.work import oldest_open, pages_read, parcels_by_state
from pipeline.model.errors import SohoaError
from pipeline.model.ports import Register, SearchIndex
from pipeline.model.records import JobState
from stages.sign.api import SealProvider


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Figures(Collector):
    """Port `Collector` of prometheus-client."""

    data_dir: Path
    history: History
    index: SearchIndex
    register: Register
    seal: SealProvider
    times: StageTimes

    def text(self) -> bytes:
        """Return the figures in the text format of Prometheus."""
        registry = CollectorRegistry(auto_describe=False)
        registry.register(self)
        return generate_latest(registry)

    def collect(self) -> Iterator[Metric]:
        """Yield every figure."""
        yield from self._work()
        yield from self._stages()
        yield from self._machine()
        yield from self._outside()

    def _work(self) -> Iterator[Metric]:
        counts = self.history.counts()
        documents = GaugeMetricFamily("sohoa_documents", "Documents by state", labels=["state"])
        for state in JobState:
            documents.add_metric([state.value], counts.get(state, 0))
        yield documents
        yield GaugeMetricFamily(
            "sohoa_pages", "Pages of all documents", value=pages_read(self.history.engine)
        )
        at_work = counts.get(JobState.RECEIVED, 0) + counts.get(JobState.RUNNING, 0)
        yield GaugeMetricFamily(
            "sohoa_queue_documents", "Documents that are worked on or wait for it", value=at_work
        )
        oldest = oldest_open(self.history.engine)
        yield GaugeMetricFamily(
            "sohoa_queue_oldest_seconds", "Age of the oldest of them", value=_age_s(oldest)
        )

    def _stages(self) -> Iterator[Metric]:
        stages = SummaryMetricFamily(
            "sohoa_stage_seconds", "Time of stages on documents", labels=["stage"]
        )
        for stage, (count, seconds) in sorted(self.times.read().items()):
            stages.add_metric([stage], count_value=count, sum_value=seconds)
        yield stages

    def _machine(self) -> Iterator[Metric]:
        usage = shutil.disk_usage(self.data_dir)
        yield GaugeMetricFamily("sohoa_disk_free_bytes", "Free on the data disk", value=usage.free)
        yield GaugeMetricFamily("sohoa_disk_bytes", "Size of the data disk", value=usage.total)
        days = GaugeMetricFamily(
            "sohoa_certificate_days_left", "Days until the signing certificate ends; absent: none"
        )
        with suppress(SohoaError):  # the health page says why
            days.add_metric([], self.seal.identity.days_left(dt.datetime.now(dt.UTC)))
        yield days

    def _outside(self) -> Iterator[Metric]:
        wanted = entered(self.history.engine)
        up = GaugeMetricFamily("sohoa_up", "Whether it answers", labels=["part"])
        behind = GaugeMetricFamily(
            "sohoa_index_behind_documents", "Documents that the index should hold and does not"
        )
        try:
            behind.add_metric([], max(0, wanted - self.index.count()))
            up.add_metric(["index"], 1)
        except SohoaError:
            up.add_metric(["index"], 0)
        try:
            self.register.ping()
            up.add_metric(["register"], 1)
        except SohoaError:
            up.add_metric(["register"], 0)
        yield up
        yield behind
        parcels = GaugeMetricFamily(
            "sohoa_outbox_parcels", "Parcels by target and state", labels=["target", "state"]
        )
        oldest = GaugeMetricFamily(
            "sohoa_outbox_oldest_seconds", "Age of the oldest unsent parcel", labels=["target"]
        )
        for target, state, count, first in parcels_by_state(self.history.engine):
            parcels.add_metric([target, state], count)
            if state == "waiting":
                oldest.add_metric([target], _age_s(first))
        yield parcels
        yield oldest


def _age_s(moment: dt.datetime | None) -> float:
    return 0.0 if moment is None else (dt.datetime.now(dt.UTC) - moment).total_seconds()
