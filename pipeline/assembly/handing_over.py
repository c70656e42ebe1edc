"""One delivery of a batch: which papers, in which form, signed by the house's identity."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from importlib.metadata import version
from pathlib import Path

from pipeline.assembly.house import House
from pipeline.assembly.list_signing import ListSigner
from pipeline.assembly.packing import packing_of
from pipeline.backlog.progress import unended
from pipeline.ledger.batch_rows import BatchRow
from pipeline.ledger.deliveries import Deliveries, DeliveryRow, PackageRow
from pipeline.ledger.rows import moment
from pipeline.model.errors import InputError
from pipeline.packaging.delivering import Delivering, Form
from pipeline.packaging.forms import PlainForm, SipForm
from pipeline.packaging.records import Consignment
from pipeline.packaging.sip import SipWriter
from pipeline.structure.profile import Profile
from stages.register.spreadsheet import table_xlsx


def hand_over(
    house: House,
    row: BatchRow,
    profile: Profile,
    *,
    folder: Path,
    form: str,
    status: str,
    notations: frozenset[str],
    is_partial: bool,
    tell: Callable[[PackageRow], None],
) -> DeliveryRow:
    """Deliver a batch into a folder, or go on with a delivery that was cut short there.

    Args:
        house: has the documents.
        row: the batch.
        profile: its circular.
        folder: absolute.
        form: `sip` or `plain`.
        status: `new`, `supplement` or `replacement`.
        notations: dossiers of a replacement.
        is_partial: deliver although papers are unfinished.
        tell: is told of each package.

    Raises:
        InputError: INPUT-BATCH-OPEN, INPUT-BATCH-EMPTY, INPUT-BATCH-DELIVER, INPUT-PROFILE,
            PACKAGE-SAME-CODE, PACKAGE-TAKEN.
        OperatorError, TransientError: see `Delivering.run`.
    """
    if form == "sip" and profile.package is None:
        raise InputError("INPUT-PROFILE", detail=f"{profile.name}: --form plain")
    if not is_partial and (count := unended(house.batches, row.name)):
        raise InputError("INPUT-BATCH-OPEN", detail=str(count))
    deliveries = Deliveries(house.ledger.engine)
    before = next((one for one in deliveries.of(row.name) if one.folder == str(folder)), None)
    if before is not None and (before.form, before.status) != (form, status):
        raise InputError("INPUT-BATCH-DELIVER", detail=f"{folder}: {before.form} {before.status}")
    if before is not None and before.finished_at is not None:
        return before
    packing = packing_of(house, row, profile, notations=notations)
    if status == "supplement":
        revision = None if before is None else before.revision
        held = partial(deliveries.delivered, batch=row.name, form=form, before=revision)
        packing = replace(packing, delivered=held)
    if next(packing.contents(), None) is None:
        raise InputError("INPUT-BATCH-EMPTY", detail=row.name)
    delivery = deliveries.begin(row.name, status=status, form=form, folder=str(folder))
    made = Delivering(
        row=delivery,
        form=_form(house, row, profile, delivery),
        deliveries=deliveries,
        signer=ListSigner(provider=house.seal),
        tell=tell,
    )
    return made.run(packing.contents())


def _form(house: House, row: BatchRow, profile: Profile, delivery: DeliveryRow) -> Form:
    consignment = Consignment(
        name=row.name,
        revision=delivery.revision,
        status=delivery.status,
        profile=profile,
        agency_code=row.options.get("agency", ""),
        agency_name=row.options.get("agency_name", ""),
        fonds=row.options.get("fonds", ""),
        software=f"sohoa {version('sohoa')}",
        created_at=moment(delivery.created_at),
    )
    writer = SipWriter(consignment=consignment, rules_dir=house.layout.config_dir / "archive")
    if delivery.form == "sip":
        return SipForm(writer=writer)
    return PlainForm(writer=writer, table=table_xlsx)
