"""One warm preparer for all tests of a module: the orientation network is loaded once."""

from __future__ import annotations

import pytest

from stages.prepare import PagePreparer


@pytest.fixture(scope="module")
def preparer() -> PagePreparer:
    """Give a preparer with default options."""
    return PagePreparer()
