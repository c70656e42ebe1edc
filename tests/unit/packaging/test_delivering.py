"""A delivery: receipts, what a crash leaves, manifest and signature, both forms."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from pipeline.ledger.backlog_tables import DELIVERED_DOCUMENTS, DELIVERIES, DELIVERY_PACKAGES
from pipeline.ledger.deliveries import Deliveries, DeliveryRow
from pipeline.ledger.ledger import Ledger
from pipeline.model.errors import InputError, OperatorError
from pipeline.model.records import Document, MediaType
from pipeline.packaging.delivering import Delivering, Form
from pipeline.packaging.forms import PlainForm, SipForm
from pipeline.packaging.manifest import MANIFEST, SIGNATURE, check_delivery
from pipeline.packaging.records import Content
from pipeline.packaging.sip import SipWriter
from tests.unit.packaging.consigned import AT, RULES, consignment, documents, dossier, loose


class FakeSigner:
    """Signs by writing its name behind the length."""

    def sign(self, data: bytes) -> bytes:
        """Return a signature of these bytes."""
        return b"signed %d" % len(data)

    def verify(self, data: bytes, signature: bytes) -> str | None:
        """Return who signed."""
        return "Sở Nội vụ" if signature == self.sign(data) else None


def plain_table(file, title: str, rows) -> None:  # type: ignore[no-untyped-def]
    """Write rows as text."""
    file.write("\n".join("|".join(map(str, row)) for row in rows).encode())


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    """A ledger that knows the small documents."""
    opened = Ledger.open(tmp_path / "ledger.sqlite")
    for one in documents(tmp_path, 5):
        opened.receive(
            Document(id=one.document_id, media_type=MediaType.PDF, size_bytes=one.size_bytes),
            folder="batch",
            source_name="a.pdf",
            arrival_id=one.document_id[:32],
            at=AT,
            priority=50,
        )
    yield opened
    opened.close()


class Bench:
    """One batch's deliveries into folders of a test."""

    def __init__(self, ledger: Ledger, root: Path, form: str = "sip") -> None:
        self.deliveries = Deliveries(ledger.engine)
        self.root = root
        self.form = form

    def begin(self, folder: str = "lan1", status: str = "new") -> DeliveryRow:
        """Begin a delivery, or go on with it."""
        return self.deliveries.begin(
            "lo1", status=status, form=self.form, folder=str(self.root / folder)
        )

    def form_of(self, row: DeliveryRow) -> Form:
        """Return how contents lie in a delivery."""
        writer = SipWriter(
            consignment=consignment(revision=row.revision, status=row.status), rules_dir=RULES
        )
        if self.form == "sip":
            return SipForm(writer=writer)
        return PlainForm(writer=writer, table=plain_table)

    def run(self, contents: Sequence[Content], row: DeliveryRow | None = None) -> DeliveryRow:
        """Deliver."""
        row = row or self.begin()
        made = Delivering(
            row=row,
            form=self.form_of(row),
            deliveries=self.deliveries,
            signer=FakeSigner(),
        )
        return made.run(contents)


def _findings(folder: Path) -> list[str]:
    return [one.code for one in check_delivery(folder, FakeSigner())]


@pytest.mark.parametrize("form", ["sip", "plain"])
def test_a_delivery_is_whole_and_checked_by_common_tools(
    ledger: Ledger, tmp_path: Path, form: str
) -> None:
    """Receipts of every package, a list that sha256sum accepts, a signature, nothing foreign."""
    bench = Bench(ledger, tmp_path, form)
    row = bench.run(
        [
            dossier(tmp_path, 3),
            dossier(tmp_path, 2, notation="02") if form == "sip" else loose(tmp_path),
        ]
    )
    folder = Path(row.folder)
    assert row.finished_at is not None
    assert len(list(bench.deliveries.names(row.id))) == 2
    assert _findings(folder) == []
    subprocess.run(["sha256sum", "-c", "--quiet", MANIFEST], cwd=folder, check=True)


def test_two_dossiers_of_one_code_are_not_one(ledger: Ledger, tmp_path: Path) -> None:
    """A list may give one code twice: the second dossier is told, and never passed over."""
    bench = Bench(ledger, tmp_path, "plain")
    with pytest.raises(InputError, match="PACKAGE-SAME-CODE"):
        bench.run([dossier(tmp_path, 3), dossier(tmp_path, 2, notation="02")])


@pytest.mark.parametrize("form", ["sip", "plain"])
def test_what_lay_there_before_a_crash_gets_its_receipt(
    ledger: Ledger, tmp_path: Path, form: str
) -> None:
    """Killed between file and row, killed while writing: the second run ends the first."""
    bench = Bench(ledger, tmp_path, form)
    content = dossier(tmp_path, 3)
    row = bench.run([content])
    folder = Path(row.folder)
    before = {path: path.stat().st_mtime_ns for path in folder.rglob("*") if path.is_file()}
    (folder / MANIFEST).unlink()
    (folder / SIGNATURE).unlink()
    other = Bench(ledger, tmp_path, form)
    with ledger.engine.begin() as connection:
        connection.execute(DELIVERED_DOCUMENTS.delete())
        connection.execute(DELIVERY_PACKAGES.delete())
        connection.execute(DELIVERIES.update().values(finished_at=None))
    again = other.run([content])
    assert again.id == row.id
    assert len(list(other.deliveries.names(row.id))) == 1
    after = {
        path: path.stat().st_mtime_ns for path in before if path.name not in {MANIFEST, SIGNATURE}
    }
    assert after == {path: before[path] for path in after}


@pytest.mark.parametrize("form", ["sip", "plain"])
def test_no_receipt_is_given_for_what_a_package_does_not_hold(
    ledger: Ledger, tmp_path: Path, form: str
) -> None:
    """Killed between file and row, and a paper of the dossier was finished since: it is told."""
    bench = Bench(ledger, tmp_path, form)
    row = bench.run([dossier(tmp_path, 2)])
    (Path(row.folder) / MANIFEST).unlink()
    with ledger.engine.begin() as connection:
        connection.execute(DELIVERED_DOCUMENTS.delete())
        connection.execute(DELIVERY_PACKAGES.delete())
        connection.execute(DELIVERIES.update().values(finished_at=None))
    with pytest.raises(InputError, match="PACKAGE-TAKEN") as caught:
        bench.run([dossier(tmp_path, 3)])
    assert "other documents" in caught.value.detail
    assert list(bench.deliveries.names(row.id)) == []


def test_a_delivery_killed_before_its_end_takes_nothing_more(
    ledger: Ledger, tmp_path: Path
) -> None:
    """The list lies there: what was finished since goes into a supplement, and the end is noted."""
    bench = Bench(ledger, tmp_path)
    row = bench.run([dossier(tmp_path, 1)])
    with ledger.engine.begin() as connection:
        connection.execute(DELIVERIES.update().values(finished_at=None))
    again = bench.run([dossier(tmp_path, 1), dossier(tmp_path, 2, notation="02")])
    assert again.finished_at is not None
    assert len(list(bench.deliveries.names(row.id))) == 1
    assert _findings(Path(row.folder)) == []


def test_documents_are_delivered_once_unless_asked(ledger: Ledger, tmp_path: Path) -> None:
    """What an earlier delivery of the same form holds is told; another form counts apart."""
    bench = Bench(ledger, tmp_path)
    content = dossier(tmp_path, 2)
    row = bench.run([content])
    facts = {"batch": row.batch, "form": "sip"}
    held = bench.deliveries.delivered(content.document_ids, **facts, before=None)
    assert held == set(content.document_ids)
    assert not bench.deliveries.delivered(content.document_ids, **facts, before=row.revision)
    assert not bench.deliveries.delivered(
        content.document_ids, batch=row.batch, form="plain", before=None
    )


@pytest.mark.parametrize("form", ["sip", "plain"])
def test_a_rest_of_a_killed_attempt_is_written_anew(
    ledger: Ledger, tmp_path: Path, form: str
) -> None:
    """Half a package never counts as one, nor stays in the delivery."""
    bench = Bench(ledger, tmp_path, form)
    content = dossier(tmp_path, 2)
    row = bench.begin()
    name = bench.form_of(row).name(content)
    part = Path(row.folder) / f".{name}.part"
    part.parent.mkdir(parents=True)
    if form == "sip":
        part.write_bytes(b"half")
    else:
        part.mkdir()
        (part / "half.pdf").write_bytes(b"half")
    assert _findings(Path(bench.run([content], row).folder)) == []


def test_what_is_delivered_is_not_written_again(ledger: Ledger, tmp_path: Path) -> None:
    """A second run of a finished delivery changes no file, not even when a file was taken away."""
    bench = Bench(ledger, tmp_path)
    content = dossier(tmp_path, 2)
    row = bench.run([content])
    package = next(Path(row.folder).glob("*.zip"))
    data = package.read_bytes()
    assert bench.run([content]).finished_at == row.finished_at
    assert package.read_bytes() == data


@pytest.mark.parametrize("form", ["sip", "plain"])
def test_nothing_of_somebody_else_is_overwritten(ledger: Ledger, tmp_path: Path, form: str) -> None:
    """Another file under the package's name stops the delivery and stays as it is."""
    bench = Bench(ledger, tmp_path, form)
    row = bench.begin()
    content = dossier(tmp_path, 1)
    name = bench.form_of(row).name(content)
    taken = Path(row.folder) / name
    taken.parent.mkdir(parents=True)
    if form == "sip":
        taken.write_bytes(b"somebody else's")
    else:
        taken.mkdir()
        (taken / "theirs.txt").write_bytes(b"somebody else's")
    with pytest.raises(InputError) as caught:
        bench.run([content], row)
    assert caught.value.code == "PACKAGE-TAKEN"
    assert b"somebody else's" in (taken if form == "sip" else taken / "theirs.txt").read_bytes()


@pytest.mark.parametrize("form", ["sip", "plain"])
def test_a_damaged_store_ends_the_delivery_and_can_be_mended(
    ledger: Ledger, tmp_path: Path, form: str
) -> None:
    """PACKAGE-SOURCE names the file; with the right bytes back the same command ends it."""
    bench = Bench(ledger, tmp_path, form)
    content = dossier(tmp_path, 2)
    second = list(content.documents())[1].path
    whole = second.read_bytes()
    second.write_bytes(b"rot")
    with pytest.raises(OperatorError) as caught:
        bench.run([content])
    assert caught.value.code == "PACKAGE-SOURCE"
    second.write_bytes(whole)
    assert _findings(Path(bench.run([content]).folder)) == []


def test_a_supplement_names_the_package_before_it(ledger: Ledger, tmp_path: Path) -> None:
    """The second delivery of a dossier is another package that points back."""
    bench = Bench(ledger, tmp_path)
    first = bench.run([dossier(tmp_path, 1)])
    row = bench.begin("lan2", "supplement")
    assert row.revision == first.revision + 1
    bench.run([dossier(tmp_path, 2)], row)
    name = next(iter(bench.deliveries.names(row.id)))
    package = bench.deliveries.package(row.id, name)
    assert package is not None
    assert package.previous == next(iter(bench.deliveries.names(first.id)))


@pytest.mark.parametrize(
    ("spoil", "code"),
    [
        (lambda folder: next(folder.glob("*.zip")).write_bytes(b"rot"), "PACKAGE-CHANGED"),
        (lambda folder: next(folder.glob("*.zip")).unlink(), "PACKAGE-MISSING"),
        (lambda folder: (folder / "note.txt").write_text("x"), "PACKAGE-FOREIGN"),
        (lambda folder: (folder / SIGNATURE).unlink(), "PACKAGE-UNSIGNED"),
        (lambda folder: (folder / SIGNATURE).write_bytes(b"x"), "PACKAGE-SIGNATURE"),
    ],
)
def test_reading_a_delivery_finds_what_is_wrong(
    ledger: Ledger, tmp_path: Path, spoil, code: str
) -> None:  # type: ignore[no-untyped-def]
    """A changed, missing or foreign file, no or a wrong signature: each is named."""
    folder = Path(Bench(ledger, tmp_path).run([dossier(tmp_path, 1)]).folder)
    spoil(folder)
    assert _findings(folder) == [code]


@pytest.mark.parametrize("data", [b"", b"\xff\xfe not a list\n", b"../../etc/passwd\n"])
def test_a_folder_without_a_list_is_said_so(tmp_path: Path, data: bytes) -> None:
    """No list, or none that can be read: INPUT, with the line."""
    (tmp_path / SIGNATURE).write_bytes(b"x")
    if data:
        (tmp_path / MANIFEST).write_bytes(data)
    with pytest.raises(InputError) as caught:
        _findings(tmp_path)
    assert caught.value.code == "PACKAGE-NO-LIST"


def test_a_list_cannot_lead_out_of_the_folder(tmp_path: Path) -> None:
    """A hostile list reads no file outside the delivery."""
    folder = tmp_path / "delivery"
    folder.mkdir()
    (folder / MANIFEST).write_text(f"{'0' * 64}  ../ledger\n")
    assert "PACKAGE-FOREIGN" in _findings(folder)
