"""`sohoa audit`: what it finds, at which rate, and where it goes on."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from pipeline.assembly.auditing import Auditing, Finding
from pipeline.ledger import audited
from pipeline.ledger.ledger import Ledger
from pipeline.model.records import Artifact, Document, MediaType
from pipeline.store import Store

NOW = dt.datetime(2026, 11, 22, 8, 0, tzinfo=dt.UTC)


@dataclass
class House:
    """A ledger and its store, with three documents of one text each."""

    ledger: Ledger
    store: Store
    ids: list[str]

    def audit(
        self, rate_bytes_s: float = 0.0, *, slept: list[float] | None = None, afresh: bool = False
    ) -> tuple[bool, list[Finding], Auditing]:
        """Audit; return what came of it."""
        found: list[Finding] = []
        work = Auditing(
            engine=self.ledger.engine,
            store=self.store,
            rate_bytes_s=rate_bytes_s,
            ahead=dt.timedelta(days=90),
            tell=found.append,
            sleep=(slept if slept is not None else []).append,
            clock=lambda: 0.0,
        )
        return work.run(afresh=afresh), found, work


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """Three documents, whole."""
    ledger, store = Ledger.open(tmp_path / "ledger.sqlite"), Store(tmp_path / "store")
    ids = []
    for number in range(3):
        stored = store.put_bytes(b"scan %d" % number)
        text = store.put_bytes(b"text %d" % number)
        document = Document(
            id=stored.digest, media_type=MediaType.PDF, size_bytes=stored.size_bytes
        )
        ledger.receive(
            document,
            folder="den",
            source_name="a.pdf",
            arrival_id=stored.digest[:32],
            at=NOW,
            priority=0,
        )
        ledger.stage_done(
            document.id,
            stage="read",
            key="k",
            outcome="done",
            seconds=0.0,
            artifacts=[
                Artifact(kind="text", digest=text.digest, size_bytes=text.size_bytes, made_by="t")
            ],
        )
        ids.append(document.id)
    yield House(ledger=ledger, store=store, ids=ids)
    store.close()
    ledger.close()


def test_a_whole_store_is_well(house: House) -> None:
    """Six files read, nothing to say, nothing unused."""
    is_good, found, work = house.audit()
    assert (is_good, found, work.files, work.unused) == (True, [], 6, 0)


def test_rot_is_found_and_named(house: House) -> None:
    """One changed byte: the file is named."""
    path = house.store.path(house.ids[0])
    path.chmod(0o640)
    path.write_bytes(b"scan X")
    is_good, found, _ = house.audit()
    assert not is_good
    assert [(one.code, one.path) for one in found] == [("AUDIT-ROT", str(path))]


def test_a_lost_file_is_named_with_its_document(house: House) -> None:
    """What the ledger promises and the store lacks."""
    text = audited_text(house)
    house.store.remove(text)
    _, found, _ = house.audit()
    assert [(one.code, one.detail) for one in found] == [("AUDIT-MISSING", "text")]
    assert found[0].document_id == house.ids[1]


def audited_text(house: House) -> str:
    """Return the digest of the second document's text."""
    return next(
        one.digest
        for one in audited.promised(house.ledger.engine)
        if one.document_id == house.ids[1] and one.kind == "text"
    )


def test_foreign_things_are_named_and_never_followed(house: House, tmp_path: Path) -> None:
    """Files beside the folders, misplaced digests, links: each is foreign; nothing is removed."""
    root = house.store.root
    (root / "note.txt").write_text("x")
    (root / "ab").mkdir(exist_ok=True)
    (root / "ab" / house.ids[0]).write_bytes(b"scan 0")
    (root / "ab" / ("ab" + "0" * 62)).symlink_to(tmp_path)
    is_good, found, _ = house.audit()
    assert not is_good
    assert {one.code for one in found} == {"AUDIT-FOREIGN"}
    assert len(found) == 3
    assert (root / "note.txt").exists()


def test_what_no_row_names_is_counted_and_no_fault(house: House) -> None:
    """Left by an attempt that was repeated: whole, unused, well."""
    house.store.put_bytes(b"first try")
    is_good, _, work = house.audit()
    assert (is_good, work.unused) == (True, 1)


def test_a_secret_is_looked_for_in_quarantine(house: House) -> None:
    """A quarantined document is missing only when the quarantine lacks it."""
    secret = house.ids[2]
    house.ledger.take(secret)
    house.store.quarantine(secret)
    house.ledger.quarantine(secret, page=1)
    assert house.audit()[0]
    house.store.quarantine_path(secret).unlink()
    assert [one.code for one in house.audit()[1]] == ["AUDIT-MISSING"]


def test_it_reads_no_faster_than_it_may(house: House) -> None:
    """36 bytes at 6 a second take six seconds."""
    slept: list[float] = []
    house.audit(6.0, slept=slept)
    assert slept[-1] == pytest.approx(6.0)


def test_cut_short_it_goes_on_and_afresh_it_does_not(house: House) -> None:
    """After the noted digest only what follows is read; `--afresh` reads everything."""
    digests = sorted(path.name for path in house.store.root.glob("??/*"))
    for afresh, count in ((False, 2), (True, 6)):
        audited.note(house.ledger.engine, cursor=digests[3], files=4, wrong=0)
        assert house.audit(afresh=afresh)[2].files == count
    assert house.audit()[2].files == 6, "an audit that ended begins anew"


def test_an_empty_house_is_well(tmp_path: Path) -> None:
    """No store yet: nothing to read."""
    ledger = Ledger.open(tmp_path / "ledger.sqlite")
    house = House(ledger=ledger, store=Store(tmp_path / "store"), ids=[])
    assert house.audit()[0]
    ledger.close()
