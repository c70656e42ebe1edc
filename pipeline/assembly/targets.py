"""The targets that the configuration asks for; imported where there are some: it is not light."""

from __future__ import annotations

import dataclasses
import datetime as dt
import functools
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.assembly.exchanging import Exchange, each
from pipeline.assembly.onward import TargetOptions
from pipeline.ledger.inbox import Deed
from pipeline.ledger.outbox import Outbox, ParcelRow
from pipeline.ledger.requests import Requests
from pipeline.model.errors import InputError
from pipeline.model.onward import MessageKey, Target
from pipeline.outbox import service
from pipeline.outbox.delivery import Delivery, Parcels, Patience
from stages.deliver.drop import LocalDrop
from stages.deliver.edxml.adapter import EdxmlTarget, document_id, edxml_target
from stages.deliver.edxml.message import RECALL, Agency, StatusMessage
from stages.deliver.folder import FolderTarget
from stages.deliver.http import Caller
from stages.deliver.paperless import PaperlessTarget
from stages.deliver.rest import RestTarget
from stages.deliver.sftp import SftpDrop
from stages.register.journal import VIETNAM

if TYPE_CHECKING:
    from pipeline.assembly.house import House

_STATUS = "status"
"""Action under which a status stands among a parcel's calls."""


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


def build_exchange(
    options: TargetOptions, target: EdxmlTarget, *, house: House, has_dropped: bool
) -> Exchange:
    """Return what fetches messages from the axis and tells their senders."""

    def deeds_after(last: int) -> Sequence[Deed]:
        return [
            Deed(step=step, document_id=document_id, status=status, note=note)
            for step, document_id, status, note in house.register.steps_after(last)
        ]

    return Exchange(
        name=options.name,
        source=target,
        folder=options.into,
        receiving=house.receiving,
        inbox=house.inbox,
        store=house.store,
        scratch=house.scratch,
        deeds_after=deeds_after,
        has_dropped=has_dropped,
        since=_since(options),
        patience=_patience(options),
    )


def _since(options: TargetOptions) -> dt.datetime | None:
    if not options.since:
        return None
    return dt.datetime.combine(dt.date.fromisoformat(options.since), dt.time(), VIETNAM)


def _patience(options: TargetOptions) -> Patience:
    return Patience(
        tries_max=options.tries_max, base_s=options.retry_base_s, cap_s=options.retry_cap_s
    )


def build_routes(
    targets: Mapping[str, TargetOptions], *, house: House, parcels: Parcels, key: MessageKey
) -> Mapping[str, service.Route]:
    """Return the targets with their rules.

    Messages that people dropped into folders are answered where one gateway alone takes messages:
    nobody knows by which of several they came.
    """
    has_dropped = sum(options.takes for options in targets.values()) == 1
    rules_dir = house.layout.config_dir / "rules"
    routes = {}
    for name, options in targets.items():
        route = build_route(
            options, outbox=house.outbox, parcels=parcels, rules_dir=rules_dir, key=key
        )
        target = route.delivery.target
        if options.takes and isinstance(target, EdxmlTarget):
            exchange = build_exchange(options, target, house=house, has_dropped=has_dropped)
            deeds = [exchange.run, *([] if route.news is None else [route.news])]
            route = dataclasses.replace(route, news=functools.partial(each, *deeds))
        routes[name] = route
    return routes


def build_route(
    options: TargetOptions, *, outbox: Outbox, parcels: Parcels, rules_dir: Path, key: MessageKey
) -> service.Route:
    """Return a target with its rules."""
    delivery = Delivery(
        name=options.name,
        target=build_target(options, rules_dir=rules_dir, key=key),
        outbox=outbox,
        parcels=parcels,
        patience=_patience(options),
    )
    has_news = options.adapter == "edxml"
    return service.Route(
        delivery=delivery,
        folders=options.folders,
        since=_since(options),
        news=Statuses(delivery).take if has_news else None,
    )


def recall(delivery: Delivery, row: ParcelRow, reason: str) -> str:
    """Ask back what was sent over the axis (status 13); return its name there.

    The answer, 15 or 16, comes as every status does. Asked again, the same is said again.

    Raises:
        InputError: INPUT-OUTBOX-STATUSES: the target has no statuses.
        DocumentError, TransientError, OperatorError: see `EdxmlTarget.recall`.
    """
    if not isinstance(delivery.target, EdxmlTarget):
        raise InputError("INPUT-OUTBOX-STATUSES", detail=delivery.name)
    name = delivery.target.recall(delivery.parcels(row.document_id), reason=reason)
    delivery.outbox.note(row, "recall", f"{RECALL} {reason} [{name}]")
    return name


class Statuses:
    """Takes what the axis says became of what we sent; used by one thread at a time.

    The axis lists every status that ever came. Each is fetched once: what is noted is told by its
    name, and what answers no document of ours is remembered.
    """

    def __init__(self, delivery: Delivery) -> None:
        """Name the target.

        Raises:
            InputError: INPUT-OUTBOX-STATUSES: the target has no statuses.
        """
        if not isinstance(delivery.target, EdxmlTarget):
            raise InputError("INPUT-OUTBOX-STATUSES", detail=delivery.name)
        self._target = delivery.target
        self._delivery = delivery
        self._unused: dict[str, StatusMessage | None] = {}

    def take(self) -> int:
        """Note the statuses that are new; return how many. Each is a row of its own.

        Raises:
            TransientError, OperatorError: as the target's `find`; what can be had is noted.
        """
        outbox, name = self._delivery.outbox, self._delivery.name
        noted = {told.rpartition("[")[2].rstrip("]") for told in outbox.noted(name, _STATUS)}
        rows = {document_id(row.document_id): row for row in outbox.parcels(name)}
        new = (one for one in self._target.status_names() if one not in noted)
        return each(*(functools.partial(self._take, one, rows) for one in new),
                    between=self._target.ping)  # fmt: skip

    def _take(self, name: str, rows: Mapping[str, ParcelRow]) -> int:
        if name not in self._unused:
            self._unused[name] = self._target.status(name)
        status = self._unused[name]
        if status is not None and status.code == RECALL:
            asked = (status.sender.organ_id, status.response_for.document_id)
            Requests(self._delivery.outbox.engine).asked_back(*asked, message=name)
        row = None if status is None else rows.get(status.response_for.document_id)
        if status is None or row is None:
            return 0
        told = f"{status.code} {status.description} [{name}]"
        self._delivery.outbox.note(row, _STATUS, told)
        del self._unused[name]
        return 1
