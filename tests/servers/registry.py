"""The reference registry of docker/registry, as it is and on a bad day."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.servers.misbehaving import Misbehaving, Plan, QuietServer, serving

_FILE = Path(__file__).resolve().parents[2] / "docker" / "registry" / "registry.py"
TOKEN = "một mã dài".encode().hex()


def _load() -> Any:
    spec = importlib.util.spec_from_file_location("sohoa_reference_registry", _FILE)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


reference = _load()


class BadHandler(Misbehaving, reference.Handler):  # type: ignore[misc,name-defined]
    """A question to the registry on a bad day."""


class BadServer(QuietServer):
    """The registry with a plan of faults."""

    def __init__(self, registry: Any, plan: Plan) -> None:
        super().__init__(("127.0.0.1", 0), BadHandler)
        self.registry = registry
        self.token = TOKEN
        self.plan = plan


@contextmanager
def running(plan: Plan) -> Iterator[tuple[str, Any]]:
    """Give address and contents of a registry."""
    registry = reference.Registry()
    with serving(BadServer(registry, plan), plan) as address:
        yield address, registry
    registry.close()
