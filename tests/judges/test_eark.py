"""The E-ARK validator finds our packages clean."""

from __future__ import annotations

import zipfile
from pathlib import Path

from pipeline.packaging.sip import SipWriter
from tests.judges.eark import judge
from tests.unit.packaging.consigned import RULES, consignment, dossier, loose

SELF_CONTRADICTION = "SIP14"
"""eark-validator 1.1.3: the note of the creating software must bear csip:NOTETYPE (CSIP16) and, by
this rule, NOTETYPE without a namespace too, which the METS schema forbids. No SIP can pass it;
`test_nothing_can_pass_the_rule_that_we_let_pass` proves that."""


def _written(folder: Path) -> list[Path]:
    writer = SipWriter(consignment=consignment(), rules_dir=RULES)
    supplement = SipWriter(
        consignment=consignment(revision=2, status="supplement"), rules_dir=RULES
    )
    paths = []
    for name, one, content, previous in (
        ("dossier", writer, dossier(folder, 3), None),
        ("loose", writer, loose(folder), None),
        ("supplement", supplement, dossier(folder, 1), "uuid-1"),
    ):
        paths.append(folder / f"{name}.zip")
        with paths[-1].open("wb") as file:
            one.write(file, content, previous=previous)
    return paths


def test_packages_are_clean(tmp_path: Path) -> None:
    """Dossier, loose document and supplement: well formed, schema valid, no rule of CSIP broken."""
    unpacked = tmp_path / "unpacked"
    unpacked.mkdir()
    verdicts = judge(_written(tmp_path), unpacked)
    assert len(verdicts) == 3
    for verdict in verdicts:
        assert verdict["structure"] == "WellFormed"
        assert verdict["schema"] == "VALID"
        wrong = {rule for severity, rule, _ in verdict["messages"] if severity != "INFORMATION"}
        assert wrong == {SELF_CONTRADICTION}


def test_nothing_can_pass_the_rule_that_we_let_pass(tmp_path: Path) -> None:
    """With what SIP14 asks for the schema is broken, and without a note CSIP15 and CSIP16 are."""
    whole = _written(tmp_path)[0]
    as_asked = _changed(
        whole,
        tmp_path / "asked.zip",
        b'csip:NOTETYPE="SOFTWARE',
        b'NOTETYPE="IDENTIFICATIONCODE" csip:NOTETYPE="SOFTWARE',
    )
    note = b'<note csip:NOTETYPE="SOFTWARE VERSION">0.1.0</note>'
    without = _changed(whole, tmp_path / "without.zip", note, b"")
    unpacked = tmp_path / "unpacked"
    unpacked.mkdir()
    asked, bare = judge([as_asked, without], unpacked)
    assert asked["schema"] == "INVALID"
    assert {"CSIP15", "CSIP16"} <= {rule for _, rule, _ in bare["messages"]}


def _changed(source: Path, target: Path, old: bytes, new: bytes) -> Path:
    with zipfile.ZipFile(source) as read, zipfile.ZipFile(target, "w") as write:
        for name in read.namelist():
            data = read.read(name)
            if name.count("/") == 1 and name.endswith("METS.xml"):
                assert old in data
                data = data.replace(old, new, 1)
            write.writestr(name, data)
    return target
