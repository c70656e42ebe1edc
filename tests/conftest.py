"""Fixtures that several kinds of test share."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bench.generator.samples import write_samples
from bench.pki import Pki
from bench.servers.elasticsearch import ElasticServer
from tests.servers.elastic import elastic


@pytest.fixture(scope="session")
def samples(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project's demo scans: `scans/` and `truth.jsonl`, made once a session."""
    folder = tmp_path_factory.mktemp("samples")
    write_samples(folder, workers=2)
    return folder


@pytest.fixture(scope="session")
def _pki(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pki]:
    with Pki(tmp_path_factory.mktemp("pki")).serving() as running:
        yield running


@pytest.fixture
def pki(_pki: Pki) -> Pki:
    """The test PKI (`bench/pki/pki.yml`), all services in order."""
    _pki.restore()
    return _pki


@pytest.fixture(scope="session")
def elastic_server() -> Iterator[ElasticServer]:
    """Give a running Elasticsearch, one for the session."""
    with elastic() as server:
        yield server
