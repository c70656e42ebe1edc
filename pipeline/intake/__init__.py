"""Settle, claim and keep what was dropped."""

from pipeline.intake.arrivals import Arrival, Received, RefusedError
from pipeline.intake.claim import ClaimDesk, discard, put_back
from pipeline.intake.listing import walk
from pipeline.intake.receive import in_place, is_unchanged, receive, take_in_place

__all__ = [
    "Arrival",
    "ClaimDesk",
    "Received",
    "RefusedError",
    "discard",
    "in_place",
    "is_unchanged",
    "put_back",
    "receive",
    "take_in_place",
    "walk",
]
