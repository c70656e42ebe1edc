"""Content-addressed files and scratch folders: what is durable, and what is not."""

from pipeline.store.durable import Disk, make_folder, place, sync_folder, translated
from pipeline.store.files import Store, Stored
from pipeline.store.scratch import Scratch
from pipeline.store.session import Session, take_over

__all__ = [
    "Disk",
    "Scratch",
    "Session",
    "Store",
    "Stored",
    "make_folder",
    "place",
    "sync_folder",
    "take_over",
    "translated",
]
