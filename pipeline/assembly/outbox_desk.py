"""Port `Sending` over the real outbox; what the commands and the page do alike stands here."""

from __future__ import annotations

import contextlib
import datetime as dt
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import chain

from pipeline.assembly.background import Background, Tell
from pipeline.assembly.health import HealthCheck
from pipeline.assembly.house import House
from pipeline.ledger.outbox import CallRow
from pipeline.model.errors import InputError
from pipeline.outbox.reconcile import Reconciliation, reconcile
from pipeline.outbox.service import Route
from pipeline.web.backlog_api import WorkView
from pipeline.web.outbox_api import PARCELS_SHOWN, ComparedView, TargetView

TROUBLED = ("poison", "refused")
"""States of parcels that go no further by themselves."""
_COMPARING = "compare"


def route_of(house: House, name: str) -> Route:
    """Return a target with its rules.

    Raises:
        InputError: INPUT-OUTBOX-TARGET.
    """
    routes = house.routes
    if name not in routes:
        known = ", ".join(sorted(routes)) or "–"
        raise InputError("INPUT-OUTBOX-TARGET", detail=f"{name} ({known})")
    return routes[name]


def reconciled(house: House, route: Route) -> Reconciliation:
    """Compare a target with the outbox; see `pipeline.outbox.reconcile`."""
    return reconcile(
        route.delivery.name,
        route.delivery.target,
        house.outbox,
        is_known=lambda key: house.history.job(key) is not None,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class HouseSending:
    """The outbox of a house, for the keeper's page."""

    house: House
    background: Background
    health: HealthCheck
    _compared: dict[str, ComparedView] = field(default_factory=dict)

    def targets(self) -> Sequence[TargetView]:
        """Return every target; see the port."""
        return [self._view(route) for route in self.house.routes.values()]

    def stamp(self) -> str:
        """Return what changes with what is shown; see the port."""
        said = [
            (
                name,
                sorted(self.house.outbox.counts(name).items()),
                sorted(self.house.inbox.counts(name).items()),
                self.background.works(name),
            )
            for name in self.house.routes
        ]
        return hashlib.sha256(repr(said).encode()).hexdigest()[:16]

    def works(self, target: str) -> Sequence[WorkView]:
        """Return the comparisons; see the port."""
        return self.background.works(target)

    def compared(self, target: str) -> ComparedView | None:
        """Return the last comparison; see the port."""
        return self._compared.get(target)

    def calls(self, target: str, document_id: str) -> Sequence[CallRow]:
        """Return what was done about a parcel; see the port."""
        route_of(self.house, target)
        return self.house.outbox.calls(target, document_id)

    def replay(self, target: str, what: str) -> int:
        """Let parcels be tried again; see the port."""
        route_of(self.house, target)
        if what in TROUBLED:
            return self.house.outbox.replay(target, states=[what])
        if what == "missing":
            last = self._compared.get(target)
            ids = [] if last is None else [row.document_id for row in last.found.missing]
        else:
            ids = [what] if what else []
        if not ids:  # no ids would mean all to the outbox
            raise InputError("INPUT-OUTBOX-REPLAY", detail=target)
        return self.house.outbox.replay(target, document_ids=ids)

    def compare(self, target: str) -> None:
        """Begin to compare; see the port."""
        route = route_of(self.house, target)

        def work(tell: Tell) -> str:
            del tell  # the target answers as a whole
            route.fill()
            found = reconciled(self.house, route)
            self._compared[target] = ComparedView(at=dt.datetime.now(dt.UTC), found=found)
            return f"{found.agreed} / {found.held}"

        with contextlib.suppress(InputError):  # the same is under way: that one will do
            self.background.begin(target, _COMPARING, work)

    def _view(self, route: Route) -> TargetView:
        name, outbox = route.delivery.name, self.house.outbox
        unsent = (*TROUBLED, "waiting", "sending")
        return TargetView(
            name=name,
            adapter=route.delivery.target.name,
            alarm=self.health.target(name),
            counts=outbox.counts(name),
            told=self.house.inbox.counts(name),
            parcels=tuple(
                chain.from_iterable(
                    outbox.parcels(name, state=state, limit=PARCELS_SHOWN) for state in unsent
                )
            ),
        )
