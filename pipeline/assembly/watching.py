"""Arrivals of the watched folders into the ledger, and what becomes of the dropped file.

Order: bytes durable in the store → ledger row → claim removed. What is refused keeps its original in
`loi/`, with a note; a duplicate gets a note that points to the first.
"""

from __future__ import annotations
