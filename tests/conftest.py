"""Fixtures that several kinds of test share."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from bench.generator.samples import write_samples
from bench.pki import Pki
from bench.servers.elasticsearch import ElasticServer
from tests.judges.everything import judge_everything
from tests.servers.elastic import elastic


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option that asks veraPDF about everything; CI asks always."""
    parser.addoption(
        "--judge", action="store_true", help="let veraPDF judge every delivered file at the end"
    )


@pytest.hookimpl(tryfirst=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Let veraPDF judge every file that the tests delivered; one that fails fails the run."""
    base = getattr(session.config, "_tmp_path_factory", None)
    is_asked = session.config.getoption("--judge") or os.environ.get("CI") == "true"
    if not is_asked or base is None or session.config.option.collectonly:
        return
    tally = judge_everything(base.getbasetemp())
    print(f"\nveraPDF: {tally.passed} delivered files pass, {tally.files_per_s:.1f} files/s warm")
    for path, fault in tally.failed.items():
        print(f"  {path}: {fault}")
    if tally.failed:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


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
