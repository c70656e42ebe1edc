"""Reconciliation: what the archive says a target holds against what the target says.

Both ways: *missing* – sent and receipted, but the target does not have it; *unconfirmed* – the
target has it, but no receipt came (the next attempt finds it); *foreign* – the target holds a
document under a key that the archive does not know; *other name* – both know it, under different
names; *open* – finished, and not sent yet, with the reason.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from pipeline.ledger.outbox import Outbox, ParcelRow
from pipeline.model.onward import Held, Target


@dataclass(frozen=True, slots=True, kw_only=True)
class Reconciliation:
    """What the two sides disagree on."""

    target: str
    held: int
    """Documents that the target holds under some key."""
    agreed: int
    missing: Sequence[ParcelRow]
    unconfirmed: Sequence[ParcelRow]
    other_name: Sequence[tuple[ParcelRow, str]]
    """With the name at the target."""
    foreign: Sequence[Held]
    open: Sequence[ParcelRow]
    """Neither sent nor held: waiting, poison, refused."""

    @property
    def is_even(self) -> bool:
        """Whether nothing needs anybody."""
        return not (self.missing or self.unconfirmed or self.other_name or self.foreign)


def reconcile(
    name: str, target: Target, outbox: Outbox, *, is_known: Callable[[str], bool]
) -> Reconciliation:
    """Compare a target with the outbox.

    Args:
        name: the target's name in the configuration.
        target: its adapter.
        outbox: the archive's side.
        is_known: whether a document id is one of the archive's, also one that this target was
            never to get.

    Raises:
        TransientError, OperatorError: the target cannot be asked.
    """
    held = {one.key: one for one in target.held() if one.key}
    rows = {row.document_id: row for row in outbox.parcels(name)}
    sent = [row for row in rows.values() if row.state == "sent"]
    unsent = [row for row in rows.values() if row.state != "sent"]
    other = [
        (row, held[row.document_id].external_id)
        for row in sent
        if row.document_id in held and held[row.document_id].external_id != row.external_id
    ]
    return Reconciliation(
        target=name,
        held=len(held),
        agreed=sum(row.document_id in held for row in sent) - len(other),
        missing=[row for row in sent if row.document_id not in held],
        unconfirmed=[row for row in unsent if row.document_id in held],
        other_name=other,
        foreign=[one for key, one in held.items() if key not in rows and not is_known(key)],
        open=[row for row in unsent if row.document_id not in held],
    )
