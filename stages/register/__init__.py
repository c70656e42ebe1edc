"""The register of incoming documents behind one port."""

from stages.register.embedded import EmbeddedRegister
from stages.register.stage import Options, RegisterStage

__all__ = ["EmbeddedRegister", "Options", "RegisterStage"]
