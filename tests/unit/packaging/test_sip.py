"""One SIP: what lies where, what the descriptions say, and that reading finds what was changed."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
from lxml import etree

from pipeline.model.errors import OperatorError
from pipeline.packaging.checking import check_package
from pipeline.packaging.container import appearing
from pipeline.packaging.records import Content
from pipeline.packaging.sip import SipWriter
from pipeline.structure.profile import load_profile
from tests.unit.packaging.consigned import CODE, RULES, consignment, dossier, loose

METS = {"m": "http://www.loc.gov/METS/"}


def written(folder: Path, content: Content, *, previous: str | None = None) -> Path:
    """Write a package and return its path."""
    writer = SipWriter(consignment=consignment(), rules_dir=RULES)
    path = folder / f"{writer.consignment.object_id(content)}.zip"
    with appearing(path) as file:
        writer.write(file, content, previous=previous)
    return path


def inside(path: Path) -> dict[str, bytes]:
    """Return the files of a package by their path below its root folder."""
    with zipfile.ZipFile(path) as box:
        return {name.removeprefix(f"{path.stem}/"): box.read(name) for name in box.namelist()}


def test_layout_is_that_of_the_circular(tmp_path: Path) -> None:
    """Every part lies where TT 05/2025 has it; a data file's number is the document's ordinal."""
    files = inside(written(tmp_path, dossier(tmp_path, 2)))
    rep = "representations/rep1"
    assert {
        "METS.xml",
        "metadata/descriptive/EAD.xml",
        "metadata/preservation/PREMIS.xml",
        f"{rep}/METS.xml",
        f"{rep}/data/{CODE}.001.pdf",
        f"{rep}/data/{CODE}.002.pdf",
        f"{rep}/metadata/descriptive/EAD_doc_File1.xml",
        f"{rep}/metadata/descriptive/EAD_doc_File2.xml",
        f"{rep}/metadata/preservation/PREMIS_rep1.xml",
        *(f"schemas/{name}.xsd" for name in ("METS", "EAD", "EAD_doc", "PREMIS")),
        "schemas/DILCISExtensionMETS.xsd",
        "schemas/DILCISExtensionSIPMETS.xsd",
    } <= set(files)


def test_descriptions_bear_codes_counts_and_dates(tmp_path: Path) -> None:
    """Lists are codes, totals are counted, partial dates stay partial, markup is text."""
    files = inside(written(tmp_path, dossier(tmp_path, 3)))
    dossier_said = {
        one.tag: one.text for one in etree.fromstring(files["metadata/descriptive/EAD.xml"])
    }
    assert dossier_said["fileCode"] == CODE
    assert dossier_said["maintenance"] == "01"
    assert dossier_said["totalDoc"] == "3"
    assert dossier_said["numberOfPage"] == "6"
    assert dossier_said["startDate"] == "19/05/1987"
    said = etree.fromstring(files["representations/rep1/metadata/descriptive/EAD_doc_File2.xml"])
    assert said.tag == "simpledc"
    assert [one.tag for one in said][:2] == ["arcFileCode", "mode"]
    values = {one.tag: one.text for one in said}
    assert values["docOrdinal"] == "2"
    assert values["typeName"] == "02"
    assert values["issuedDate"] == "05/1987"
    assert values["organName"] == "UBND tỉnh <Hà Tĩnh> & Sở"
    assert values["docCode"] == f"{CODE}.0000002"


def test_the_other_reading_of_the_annex_is_a_change_of_data(tmp_path: Path) -> None:
    """`[ead] document = "template"` gives the other list of elements, schema and all."""
    text = (RULES / "tt05-2025.toml").read_text(encoding="utf-8")
    (tmp_path / "tt05-2025.toml").write_text(
        text.replace('document = "xsd"', 'document = "template"'), encoding="utf-8"
    )
    made = load_profile(tmp_path, "tt05-2025")
    assert made.elements["document"][0] == ("docId", "document_code")


def test_mets_is_valid_and_names_every_file_once(tmp_path: Path) -> None:
    """Both METS fit METS 1.12; nothing in the package is unnamed or named twice."""
    path = written(tmp_path, dossier(tmp_path, 2), previous="uuid-before")
    files = inside(path)
    schema = _mets_schema()
    root = etree.fromstring(files["METS.xml"])
    rep = etree.fromstring(files["representations/rep1/METS.xml"])
    for one in (root, rep):
        schema.assertValid(one)
        ids = one.xpath("//@ID")
        assert len(ids) == len(set(ids))
        named = set(ids)
        for wanted in one.xpath("//@FILEID | //@DMDID | //@ADMID"):
            assert set(str(wanted).split()) <= named
    assert root.get("OBJID") == path.stem
    header = root.find("m:metsHdr", METS)
    assert header.get("RECORDSTATUS") == "NEW"
    assert header.get("CREATEDATE") == "2026-11-20T08:02:03+07:00"
    assert header.findtext("m:altRecordID", namespaces=METS) == "uuid-before"
    assert list(check_package(path)) == []


def test_a_loose_document_is_a_package_of_its_own(tmp_path: Path) -> None:
    """SIP_tailieu: the same layout with one document."""
    path = written(tmp_path, loose(tmp_path))
    assert len([name for name in inside(path) if "/data/" in name]) == 1
    assert list(check_package(path)) == []


def test_the_same_content_has_the_same_name(tmp_path: Path) -> None:
    """A repetition finds its own package; another revision is another package."""
    first = consignment().object_id(dossier(tmp_path, 1))
    assert consignment().object_id(dossier(tmp_path, 2)) == first
    assert consignment(revision=2).object_id(dossier(tmp_path, 1)) != first
    assert first.startswith("uuid-")
    assert first[5:] == first[5:].upper()


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"representations/rep1/data/H30.2024.01.001.001.pdf": b"other"}, "PACKAGE-CHANGED"),
        ({"representations/rep1/data/H30.2024.01.001.001.pdf": None}, "PACKAGE-MISSING"),
        ({"representations/rep1/data/extra.pdf": b"%PDF"}, "PACKAGE-FOREIGN"),
        ({"METS.xml": None}, "PACKAGE-METS"),
        ({"METS.xml": b"<mets"}, "PACKAGE-METS"),
        ({"representations/rep1/METS.xml": None}, "PACKAGE-MISSING"),
        ({"metadata/descriptive/EAD.xml": b"<simpledc/>"}, "PACKAGE-CHANGED"),
    ],
)
def test_what_was_changed_is_found(
    tmp_path: Path, change: dict[str, bytes | None], code: str
) -> None:
    """A changed, missing or foreign file of a package is named."""
    path = written(tmp_path, dossier(tmp_path, 2))
    files: dict[str, bytes | None] = {**inside(path), **change}
    path.unlink()
    with zipfile.ZipFile(path, "w") as box:
        for name, data in files.items():
            if data is not None:
                box.writestr(f"{path.stem}/{name}", data)
    assert code in {finding.code for finding in check_package(path)}


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04 cut short", b"%PDF-1.7 no package"])
def test_what_is_no_package_is_said_so(tmp_path: Path, data: bytes) -> None:
    """Cut short, empty, something else: one finding, no trace."""
    path = tmp_path / "uuid-X.zip"
    path.write_bytes(data)
    assert [one.code for one in check_package(path)] == ["PACKAGE-DAMAGED"]


def test_bytes_that_rot_inside_a_package_are_said_so(tmp_path: Path) -> None:
    """Every 23rd byte of a package turned over in turn: never a trace, and nearly always a word."""
    path = written(tmp_path, dossier(tmp_path, 1))
    whole = path.read_bytes()
    silent = 0
    places = range(0, len(whole), 23)
    for place in places:
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 0xFF]) + whole[place + 1 :])
        silent += not list(check_package(path))
    assert silent < len(places) / 3, "times and attributes of members are no content"


def test_an_encrypted_package_is_damaged(tmp_path: Path) -> None:
    """Nobody has a password for what we wrote."""
    path = written(tmp_path, dossier(tmp_path, 1))
    data = bytearray(path.read_bytes())
    place = data.find(b"PK\x01\x02")
    while place >= 0:
        data[place + 8] |= 1
        place = data.find(b"PK\x01\x02", place + 4)
    path.write_bytes(data)
    assert [one.code for one in check_package(path)] == ["PACKAGE-DAMAGED"]


def test_a_schema_that_is_none_is_said_so(tmp_path: Path) -> None:
    """Changed with everything that names it: found when a description is held against it."""
    path = written(tmp_path, dossier(tmp_path, 1))
    files = inside(path)
    (name,) = (one for one in files if one.endswith("EAD_doc.xsd"))
    path.unlink()
    with zipfile.ZipFile(path, "w") as box:
        for one, data in files.items():
            box.writestr(f"{path.stem}/{one}", b"<a/>" if one == name else data)
    assert {"PACKAGE-METS"} <= {one.code for one in check_package(path)}


def test_entities_of_a_hostile_package_are_not_followed(tmp_path: Path) -> None:
    """A METS with an external entity tells nothing of this machine."""
    secret = tmp_path / "secret"
    secret.write_text("secret")
    path = tmp_path / "uuid-X.zip"
    mets = (
        f'<!DOCTYPE mets [<!ENTITY x SYSTEM "file://{secret}">]>'
        '<mets xmlns="http://www.loc.gov/METS/"><fileSec><fileGrp><file SIZE="1" CHECKSUM="&x;"/>'
        "</fileGrp></fileSec></mets>"
    )
    with zipfile.ZipFile(path, "w") as box:
        box.writestr("uuid-X/METS.xml", mets)
    assert "secret" not in repr([one.detail for one in check_package(path)]).replace(
        str(secret), ""
    )


def test_a_lost_or_damaged_file_is_never_packed(tmp_path: Path) -> None:
    """The store's file must have the bytes that its name promises; else nothing appears."""
    content = dossier(tmp_path, 2)
    for document in content.documents():
        document.path.write_bytes(b"rot")
    with pytest.raises(OperatorError) as caught:
        written(tmp_path, content)
    assert caught.value.code == "PACKAGE-SOURCE"
    assert not list(tmp_path.glob("*.zip"))


def _mets_schema() -> etree.XMLSchema:
    class Local(etree.Resolver):
        def resolve(self, url: str, public: str | None, context: object) -> object:
            return self.resolve_filename(str(RULES / "schemas" / url.rsplit("/", 1)[1]), context)

    parser = etree.XMLParser()
    parser.resolvers.add(Local())
    return etree.XMLSchema(etree.parse(str(RULES / "schemas" / "METS.xsd"), parser))
