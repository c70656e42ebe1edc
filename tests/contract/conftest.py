"""Servers that the contract suites share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bench.servers.elasticsearch import ElasticServer
from tests.servers import elastic, postgres


@pytest.fixture(scope="session")
def cluster() -> Iterator[postgres.Cluster]:
    """Give a running PostgreSQL."""
    with postgres.running() as cluster:
        yield cluster


@pytest.fixture(scope="session")
def elastic_server() -> Iterator[ElasticServer]:
    """Give a running Elasticsearch."""
    with elastic.elastic() as server:
        yield server
