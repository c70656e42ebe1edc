"""Servers that the contract suites share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.servers import postgres


@pytest.fixture(scope="session")
def cluster() -> Iterator[postgres.Cluster]:
    """Give a running PostgreSQL."""
    with postgres.running() as cluster:
        yield cluster
