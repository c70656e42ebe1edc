"""The register of incoming documents behind one port."""

from stages.register.book_keeper import BookKeeper, Place
from stages.register.changes import Handover
from stages.register.database import PostgresServer
from stages.register.embedded import EmbeddedRegister
from stages.register.postgresql import PostgresRegister
from stages.register.stage import Options, RegisterStage

__all__ = [
    "BookKeeper",
    "EmbeddedRegister",
    "Handover",
    "Options",
    "Place",
    "PostgresRegister",
    "PostgresServer",
    "RegisterStage",
]
