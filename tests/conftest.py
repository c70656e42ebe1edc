"""Fixtures that several kinds of test share."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bench.generator.samples import write_samples
from bench.pki import Pki
from bench.pki.authority import make_keys


@pytest.fixture(scope="session")
def samples(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project's demo scans: `scans/` and `truth.jsonl`, made once a session."""
    folder = tmp_path_factory.mktemp("samples")
    write_samples(folder, workers=2)
    return folder


@pytest.fixture(scope="session")
def pki_keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Keys of the test PKI, made once a session."""
    folder = tmp_path_factory.mktemp("pki-keys")
    make_keys(folder)
    return folder


@pytest.fixture
def pki(tmp_path: Path, pki_keys: Path) -> Iterator[Pki]:
    """The test PKI (`bench/pki/pki.yml`) with its services running."""
    folder = tmp_path / "pki"
    folder.mkdir()
    with Pki(folder, keys=pki_keys).serving() as running:
        yield running
