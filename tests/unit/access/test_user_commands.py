"""`sohoa user` as it is typed."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.access.door import Door
from pipeline.access.records import Role
from pipeline.cli import main
from tests.unit.web.conftest import PASSWORD, QUICK


def test_a_token_that_got_out_is_revoked(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """By its name, without a page; one that is none is told."""
    with Door.open(tmp_path, hasher=QUICK) as door:
        door.accounts.add("an", full_name="An", roles=[Role.KEEPER], units=None, password=PASSWORD)
        token, key = door.tokens.make("an", label="x", roles=[Role.MONITOR], days=None)
        assert door.tokens.person(key) is not None
        assert main(["user", "revoke", token.id, "--data", str(tmp_path)]) == 0
        assert door.tokens.person(key) is None
    assert token.id in capsys.readouterr().out
    assert main(["user", "revoke", "00000000", "--data", str(tmp_path)]) == 2
    assert "INPUT-TOKEN-NONE" in capsys.readouterr().err
