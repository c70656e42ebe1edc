"""The archivist's pages over the real ledger and store: port `pipeline.web.backlog_api.Backlog`."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path

from pipeline.acceptance.plans import SEVERITIES
from pipeline.assembly import accepting
from pipeline.assembly.adding import LISTS, Kind, add_growing, add_list, add_tree, levels_of
from pipeline.assembly.background import Background, Tell
from pipeline.assembly.batch_commands import BATCH_OPTIONS, make_batch
from pipeline.assembly.house import House
from pipeline.assembly.pictures import PagePictures
from pipeline.assembly.restructuring import change, choices
from pipeline.backlog.progress import Progress, progress
from pipeline.ledger.batch_rows import BatchRow
from pipeline.ledger.deliveries import Deliveries, PackageRow
from pipeline.ledger.dossiers import DossierRow, Dossiers
from pipeline.ledger.lot_rows import LotRow
from pipeline.model.errors import InputError
from pipeline.model.records import FIELD_NAMES, JobState
from pipeline.structure.profile import Profile, load_profile, profile_names
from pipeline.web.backlog_api import (
    AddWish,
    BatchView,
    FieldChoice,
    LotView,
    UnitView,
    WrongDossier,
)

_TOLD_EVERY = 100
_BAD_SHOWN = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class HouseBacklog:
    """Port `Backlog`; thread-safe because everything it asks is."""

    house: House
    background: Background
    pictures: PagePictures

    def batches(self) -> Sequence[Progress]:
        """Return the batches, first one first."""
        now = dt.datetime.now(dt.UTC)
        rows = self.house.batches.all()
        return [progress(self.house.batches, row, now=now) for row in rows]

    def batch(self, name: str) -> BatchView:
        """Return a batch."""
        row = self.house.batches.batch(name)
        deliveries = Deliveries(self.house.ledger.engine)
        made = deliveries.of(name)
        return BatchView(
            progress=progress(self.house.batches, row, now=dt.datetime.now(dt.UTC)),
            options=row.options,
            last_check=self.house.lots.last_check(name),
            lots=self.house.lots.of(name),
            deliveries=made,
            answers={one.id: deliveries.answered(one.id) for one in made},
            works=self.background.works(name),
        )

    def create(self, name: str, values: Mapping[str, str]) -> None:
        """Make a batch."""
        make_batch(self.house, name, {key: values.get(key, "") for key in BATCH_OPTIONS})

    def pause(self, name: str, *, is_paused: bool) -> None:
        """Pause or resume a batch."""
        self.house.batches.pause(self._row(name).name, is_paused=is_paused)

    def sources(self) -> Sequence[str]:
        """Return the folders that the keeper lets people add from."""
        return self.house.batch_options.sources

    def profiles(self) -> Sequence[str]:
        """Return the names of the circulars' profiles."""
        return profile_names(self.house.layout.config_dir / "archive")

    def add(self, name: str, wanted: AddWish) -> None:
        """Begin to add what lies below a folder, or what a list there says."""
        row = self._row(name)
        kind = Kind(
            levels=levels_of(wanted.levels),
            is_folder_document=wanted.is_folder_document,
            is_stacks=wanted.is_stacks,
            piles=wanted.piles,
        )
        root = _allowed(self.sources(), wanted.source, wanted.inside)
        if wanted.is_growing and root.is_dir():
            add_growing(self.house, row, root, kind)
            return

        def work(tell: Tell) -> str:
            seen = partial(_told, tell)
            if root.is_dir():
                return str(add_tree(self.house, row, root, kind, seen=seen))
            files, within = root.parent, Path(wanted.source)
            count, left = add_list(
                self.house, row, root, kind, files=files, within=within, seen=seen
            )
            return f"{count} / {left}" if left else str(count)

        self.background.begin(name, "add", work)

    def check(self, name: str) -> None:
        """Begin the machine checks."""
        row = self._row(name)

        def work(tell: Tell) -> str:
            from pipeline.assembly.inspecting import Inspecting  # PDF libraries

            inspecting = Inspecting(house=self.house, row=row, seen=tell)
            count = sum(1 for _ in inspecting.found())
            inspecting.note()
            return f"{inspecting.documents} / {count}"

        self.background.begin(name, "check", work)

    def deliver(
        self,
        name: str,
        *,
        form: str,
        is_supplement: bool,
        is_partial: bool,
        replaced: Sequence[str] = (),
    ) -> None:
        """Begin a delivery, or go on with one of the same kind that was cut short."""
        if form not in {"sip", "plain"} or (is_supplement and replaced):
            raise InputError("INPUT-BATCH-DELIVER", detail=", ".join((form, *replaced)))
        row = self._row(name)
        status = "supplement" if is_supplement else "replacement" if replaced else "new"
        made = Deliveries(self.house.ledger.engine).of(name)
        # Of a replacement nobody knows which dossiers it was to hold: it begins anew.
        cut = (one for one in made if one.finished_at is None and not replaced)
        same = next((one for one in cut if (one.form, one.status) == (form, status)), None)
        folder = self._delivery_root() / f"{name}-{len(made) + 1}"

        def work(tell: Tell) -> str:
            from pipeline.assembly.handing_over import hand_over  # XML and ZIP writers

            count = 0

            def told(_: PackageRow) -> None:
                nonlocal count
                count += 1
                tell(count)

            delivery = hand_over(
                self.house,
                row,
                self._profile(row),
                folder=folder if same is None else Path(same.folder),
                form=form,
                status=status,
                notations=frozenset(replaced),
                is_partial=is_partial,
                tell=told,
            )
            return Path(delivery.folder).name

        self.background.begin(name, "deliver", work)

    def draw(self, name: str, choice: Mapping[str, str], *, person: str) -> LotRow:
        """Draw a round of acceptance."""
        wanted = accepting.Choice(
            round=accepting.EVERYTHING if choice.get("round") == "1" else accepting.SAMPLE,
            unit=choice.get("unit", ""),
            level=choice.get("level", ""),
            aql=choice.get("aql", ""),
            severity=choice.get("severity", ""),
        )
        return accepting.draw(self.house, self._row(name), wanted, person=person)

    def choices(self) -> Mapping[str, Sequence[str]]:
        """Return what a sample can be drawn by."""
        plans = accepting.plans_of(self.house)
        return {
            "unit": accepting.UNITS,
            "level": plans.levels,
            "aql": plans.aqls,
            "severity": SEVERITIES,
        }

    def lot(self, name: str, lot: int) -> LotView:
        """Return a round."""
        lots = self.house.lots
        row = lots.lot(name, lot)
        bad = list(islice(lots.units(lot, only_bad=True), _BAD_SHOWN))
        return LotView(lot=row, tally=lots.tally(lot), next_unit=lots.next_unit(lot), bad=bad)

    def unit(self, name: str, lot: int, ordinal: int) -> UnitView:
        """Return a unit."""
        lots = self.house.lots
        row, unit = lots.lot(name, lot), lots.unit(lot, ordinal)
        job = self.house.history.job(unit.document_id)
        fields = self.house.history.fields(unit.document_id)
        return UnitView(
            lot=row,
            unit=unit,
            tally=lots.tally(lot),
            history=lots.history(lot, ordinal),
            page_count=(job.page_count or 0) if job is not None else 0,
            fields=[fields[one] for one in FIELD_NAMES if one in fields],
        )

    def judge(
        self, name: str, lot: int, ordinal: int, faults: Sequence[str], *, person: str
    ) -> int | None:
        """Add a verdict."""
        row = self.house.lots.lot(name, lot)
        found = accepting.faults_of(",".join(faults) or accepting.GOOD)
        self.house.lots.judge(row.id, ordinal, found, person=person)
        return self.house.lots.next_unit(row.id, after=ordinal)

    def close(self, name: str, lot: int, *, person: str) -> None:
        """End a round."""
        self.house.lots.close(self.house.lots.lot(name, lot), person=person)

    def scan(self, document_id: str, page: int) -> bytes | None:
        """Return a PNG of a page as it was received."""
        job = self.house.history.job(document_id)
        if job is None or job.state is JobState.QUARANTINED:
            return None
        return self.pictures.of_scan(self.house.store.path(job.id), job.document.media_type, page)

    def table(self, name: str, kind: str, lot: int | None = None) -> bytes:
        """Return XLSX."""
        from pipeline.assembly.batch_reports import paper_rows, sheet_rows
        from pipeline.assembly.protocol import protocol_rows
        from stages.register.spreadsheet import table_xlsx

        row = self._row(name)
        rows: Iterator[Sequence[object]]
        if kind == "report":
            rows = paper_rows(self.house, row)
        elif kind == "sheet":
            rows = sheet_rows(self.house, row, self._profile(row))
        elif kind == "rescan":
            rows = accepting.rescan_rows(self.house, self.house.lots.lot(name, lot))
        else:
            rows = protocol_rows(self.house, row, self.house.lots.lot(name, lot))
        out = io.BytesIO()
        table_xlsx(out, name, rows)
        return out.getvalue()

    def protocol_pdf(self, name: str, lot: int) -> bytes:
        """Return the protocol of a closed round."""
        from pipeline.assembly.protocol import protocol_pdf

        return protocol_pdf(self.house, self._row(name), self.house.lots.lot(name, lot))

    def dossiers(self, name: str, *, limit: int, offset: int) -> Sequence[DossierRow]:
        """Return dossiers in order of their first paper."""
        return self._dossiers.rows(self._row(name).name, limit=limit, offset=offset)

    def fields(self, name: str) -> Sequence[FieldChoice]:
        """Return the fields of dossiers that can be set."""
        return choices(self._profile(self._row(name)))

    def change(
        self, name: str, keys: Sequence[str], field: str, value: str, *, person: str
    ) -> Sequence[WrongDossier]:
        """Set a value in dossiers, or say of each why it cannot be."""
        row = self._row(name)
        return change(
            self._dossiers, row.name, self._profile(row), keys, field, value, person=person
        )

    @property
    def _dossiers(self) -> Dossiers:
        return Dossiers(self.house.ledger.engine)

    def _row(self, name: str) -> BatchRow:
        return self.house.batches.batch(name)

    def _profile(self, row: BatchRow) -> Profile:
        return load_profile(self.house.layout.config_dir / "archive", row.options["profile"])

    def _delivery_root(self) -> Path:
        chosen = self.house.batch_options.deliveries
        return self.house.layout.data_dir / "deliveries" if chosen is None else chosen


def _allowed(sources: Sequence[str], source: str, inside: str) -> Path:
    """Return a folder, or a list, below a folder that the keeper allows, links followed.

    Raises:
        InputError: INPUT-BATCH-FOLDER, it lies elsewhere; INPUT-BATCH-SOURCE, it is not there.
    """
    if source not in sources:
        raise InputError("INPUT-BATCH-FOLDER", detail=source[:200])
    root = Path(source).resolve()
    wanted = (root / inside.strip().replace("\\", "/").lstrip("/")).resolve()
    if not wanted.is_relative_to(root):
        raise InputError("INPUT-BATCH-FOLDER", detail=inside[:200])
    if not (wanted.is_dir() or (wanted.is_file() and wanted.suffix.lower() in LISTS)):
        raise InputError("INPUT-BATCH-SOURCE", detail=inside[:200] or source)
    return wanted


def _told(tell: Tell, count: int) -> None:
    if count % _TOLD_EVERY == 0:
        tell(count)
