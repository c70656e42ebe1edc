"""The real Elasticsearch of `bench.servers` for tests: absent, it skips at home and fails in CI."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from bench.servers.elasticsearch import ElasticServer, UnavailableError, running


@contextmanager
def elastic() -> Iterator[ElasticServer]:
    """Run a server for the length of the block."""
    try:
        context = running(is_short=True)
        server = context.__enter__()
    except UnavailableError as error:
        if os.environ.get("CI") == "true":
            pytest.fail(str(error))
        pytest.skip(str(error))
    try:
        yield server
    finally:
        context.__exit__(None, None, None)
