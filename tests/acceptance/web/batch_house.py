"""A batch of generated scans in a real house, for the archivist's pages."""

from __future__ import annotations

import contextlib
import datetime as dt
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pikepdf

from bench.generator.sets import SetRecipe, write_set
from bench.packages import finish_paper
from pipeline.assembly.accepting import Choice, draw
from pipeline.assembly.background import Background
from pipeline.assembly.backlog_desk import HouseBacklog
from pipeline.assembly.house import House
from pipeline.assembly.pictures import PagePictures
from pipeline.assembly.standing import Standing
from pipeline.ledger.batch_rows import BATCH_FOLDER
from pipeline.model.records import Box
from pipeline.web.api import JobDetail
from tests.unit.web.test_register_pages import RegisterDesk

BATCH = "bench"
PERSON = "Trần Văn Cường"
PAPERS = 4


@dataclass(frozen=True)
class BatchHouse:
    """What the archivist's pages stand on."""

    house: House
    backlog: HouseBacklog
    background: Background


class BothDesks(RegisterDesk):
    """The made-up documents, and those of the batch from the real house."""

    def take(self, house: House) -> None:
        """Know the documents of a house too."""
        self.real = Standing(house).desk()

    def job(self, job_id: str) -> JobDetail | None:
        """Return a made-up job, or a real one."""
        return super().job(job_id) or self.real.job(job_id)

    def page_picture(self, job_id: str, page: int, box: Box | None = None) -> bytes | None:
        """Return a made-up page, or a real one."""
        return super().page_picture(job_id, page, box) or self.real.page_picture(job_id, page, box)


@contextlib.contextmanager
def batch_house(folder: Path) -> Iterator[BatchHouse]:
    """Give a batch of four finished scans in a dossier, checked, with a round that is drawn."""
    scans = folder / "kho"
    recipe = SetRecipe(count=PAPERS, seed=7, preset="office", with_secrets=False)
    write_set(scans, recipe, workers=2)
    allowed = {"batch.sources": str(scans)}
    stop = threading.Event()
    config = _targets(folder)
    with House.open(folder / "house", config=config, environment={}, overrides=allowed) as house:
        house.batches.create(BATCH, {"profile": "tt05-2025", "agency": "H30", "fonds": "P05"})
        for number, scan in enumerate(sorted(scans.rglob("*.pdf"))[:PAPERS]):
            with pikepdf.open(scan) as pdf:
                pages = len(pdf.pages)
            finish_paper(house, number, scan.read_bytes(), pages=pages)
        house.lots.checked(
            BATCH, documents=PAPERS, pages=6, counts={"QUALITY-NO-COLOUR": 1, "CHECK-GAP": 1}
        )
        row = house.batches.batch(BATCH)
        draw(house, row, Choice(aql="10"), person=PERSON)
        background = Background(stop)
        pictures = PagePictures(house.store, house.scratch)
        backlog = HouseBacklog(house=house, background=background, pictures=pictures)
        _push(house)
        yield BatchHouse(house, backlog, background)
        stop.set()
        background.join()


def _targets(folder: Path) -> Path:
    """Return settings with a drop folder that documents are pushed to."""
    drop = folder / "kho-tinh"
    drop.mkdir(parents=True)
    config = folder / "sohoa.toml"
    config.write_text(f'[outbox.kho-tinh]\nadapter = "folder"\npath = "{drop}"\n', encoding="utf-8")
    return config


def _push(house: House) -> None:
    """Leave the outbox with parcels sent, waiting, refused and given up."""
    house.outbox.fill("kho-tinh", folders=[BATCH_FOLDER])
    at = dt.datetime.now(dt.UTC)
    taken = [house.outbox.take("kho-tinh", at=at) for _ in range(PAPERS)]
    sent, waits, refused, poison = (row for row in taken if row is not None)
    house.outbox.intend(sent)
    house.outbox.sent(sent, external_id="LT-2026-0412", answer_digest="")
    later = at + dt.timedelta(minutes=5)
    house.outbox.later(waits, code="PORT-DOWN", detail="HTTP 503", next_try_at=later, tries=1)
    house.outbox.end(refused, "refused", code="DELIVER-UNSIGNED", detail="", tries=0)
    house.outbox.end(poison, "poison", code="PORT-DOWN", detail="HTTP 500", tries=12)
