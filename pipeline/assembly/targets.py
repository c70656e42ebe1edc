"""The targets that the configuration asks for; imported where there are some: it is not light."""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Mapping
from pathlib import Path

from pipeline.assembly.onward import TargetOptions
from pipeline.ledger.outbox import Outbox
from pipeline.model.errors import InputError
from pipeline.model.onward import MessageKey, Target
from pipeline.outbox import service
from pipeline.outbox.delivery import Delivery, Parcels, Patience
from stages.deliver.drop import LocalDrop
from stages.deliver.edxml.adapter import EdxmlTarget, document_id, edxml_target
from stages.deliver.edxml.message import Agency
from stages.deliver.folder import FolderTarget
from stages.deliver.http import Caller
from stages.deliver.paperless import PaperlessTarget
from stages.deliver.rest import RestTarget
from stages.deliver.sftp import SftpDrop
from stages.register.journal import VIETNAM


def build_target(options: TargetOptions, *, rules_dir: Path, key: MessageKey) -> Target:
    """Return the adapter that a configuration asks for; nothing is asked yet."""
    match options.adapter:
        case "folder":
            return FolderTarget(drop=LocalDrop(options.path or Path()), max_bytes=options.max_bytes)
        case "sftp":
            drop = SftpDrop(
                url=options.url.rstrip("/"),
                known_hosts=options.known_hosts or Path(),
                login_key=options.login_key,
                password=options.key.reveal,
                timeout_s=options.timeout_s,
            )
            return FolderTarget(drop=drop, max_bytes=options.max_bytes)
        case "paperless":
            return PaperlessTarget(
                caller=_caller(options, {"Authorization": f"Token {options.key.reveal()}"}),
                field=options.custom_field,
                max_bytes=options.max_bytes,
            )
        case "edxml":
            return edxml_target(
                caller=_caller(options, {}),
                sender=Agency(organ_id=options.organ_id, organ_name=options.organ_name),
                receiver=Agency(organ_id=options.to_organ_id, organ_name=options.to_organ_name),
                system_id=options.system_id,
                secret=options.key.reveal,
                dialect=options.dialect,
                rules_dir=rules_dir,
                max_bytes=options.max_bytes,
                key=key if options.sign_messages else None,
            )
        case "rest":
            return RestTarget(
                caller=_caller(options, {"Authorization": f"Bearer {options.key.reveal()}"}),
                max_bytes=options.max_bytes,
            )


def _caller(options: TargetOptions, headers: Mapping[str, str]) -> Caller:
    return Caller(
        url=options.url.rstrip("/"),
        headers=headers,
        timeout_s=options.timeout_s,
        ca_file="" if options.ca_file is None else str(options.ca_file),
    )


def build_route(
    options: TargetOptions, *, outbox: Outbox, parcels: Parcels, rules_dir: Path, key: MessageKey
) -> service.Route:
    """Return a target with its rules."""
    since = None
    if options.since:
        day = dt.date.fromisoformat(options.since)
        since = dt.datetime.combine(day, dt.time(), VIETNAM)
    delivery = Delivery(
        name=options.name,
        target=build_target(options, rules_dir=rules_dir, key=key),
        outbox=outbox,
        parcels=parcels,
        patience=Patience(
            tries_max=options.tries_max,
            base_s=options.retry_base_s,
            cap_s=options.retry_cap_s,
        ),
    )
    has_news = options.adapter == "edxml"
    return service.Route(
        delivery=delivery,
        folders=options.folders,
        since=since,
        news=functools.partial(take_statuses, delivery) if has_news else None,
    )


def take_statuses(delivery: Delivery) -> int:
    """Note what the axis says became of what we sent; return how many statuses are new.

    Each status is a row of its own; one that comes twice is the same row.

    Raises:
        InputError: INPUT-OUTBOX-STATUSES: the target has no statuses.
        TransientError, OperatorError: as the target's `find`.
    """
    target, outbox = delivery.target, delivery.outbox
    if not isinstance(target, EdxmlTarget):
        raise InputError("INPUT-OUTBOX-STATUSES", detail=delivery.name)
    rows = {document_id(row.document_id): row for row in outbox.parcels(delivery.name)}
    count = 0
    for name, status in target.statuses():
        row = rows.get(status.response_for.document_id)
        told = f"{status.code} {status.description} [{name}]"
        if row is None or any(
            call.detail == told for call in outbox.calls(delivery.name, row.document_id)
        ):
            continue
        outbox.note(row, "status", told)
        count += 1
    return count
