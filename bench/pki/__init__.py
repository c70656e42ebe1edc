"""A public key infrastructure for tests and measurements: declared in `pki.yml`, served on TCP."""

from bench.pki.authority import Pki, Seal

__all__ = ["Pki", "Seal"]
