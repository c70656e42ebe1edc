"""Fixtures that several kinds of test share."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench.generator.samples import write_samples


@pytest.fixture(scope="session")
def samples(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project's demo scans: `scans/` and `truth.jsonl`, made once a session."""
    folder = tmp_path_factory.mktemp("samples")
    write_samples(folder, workers=2)
    return folder
