"""edXML through the whole job: what the sender typed is evidence, a secret leaves no trace."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import pytest

from bench.generator.truthfile import read_truths
from stages.deliver.edxml.message import Attachment
from stages.deliver.edxml.writer import write_edoc
from tests.acceptance.cli.test_run import sohoa
from tests.unit.deliver.test_edxml import EDOC, QCVN

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]


def packed(scan: Path, target: Path) -> Path:
    """Pack a scan into a message."""
    file = Attachment(name=scan.name, content_type="x", data=scan.read_bytes(), content_id="a")
    target.write_bytes(write_edoc(dataclasses.replace(EDOC, attachments=(file,)), QCVN))
    return target


def test_a_message_goes_the_whole_way(samples: Path, tmp_path: Path) -> None:
    """The paper says another code than the message: a person is asked, with both at hand."""
    truths = list(read_truths(samples / "truth.jsonl"))
    plain, secret = (
        next(samples / one["file"] for one in truths
             if state in one["allowed_states"] and (samples / one["file"]).is_file())
        for state in ("registered", "quarantined")
    )  # fmt: skip
    ours = packed(plain, tmp_path / "a.edxml")
    theirs = packed(secret, tmp_path / "b.edxml")
    data = tmp_path / "data"
    told = sohoa("run", ours, theirs, "--data", data, "--json")
    answers = {Path(a["source"]).name: a for a in map(json.loads, told.stdout.splitlines())}
    found = answers["a.edxml"]
    assert found["state"] == "review", told.stderr
    assert Path(found["original"]).read_bytes() == plain.read_bytes()
    code = found["fields"]["code"]
    assert (code["value"], code["source"]) == ("7816/VPCP-TTĐT", "message")
    assert code["confidence"] < 0.5
    assert answers["b.edxml"]["state"] == "quarantined"
    left = [path.read_bytes() for path in (data / "store").rglob("*") if path.is_file()]
    assert theirs.read_bytes() not in left
    assert secret.read_bytes() not in left
    kept = [path.read_bytes() for path in (data / "quarantine").iterdir()]
    assert {theirs.read_bytes(), secret.read_bytes()} <= set(kept)
