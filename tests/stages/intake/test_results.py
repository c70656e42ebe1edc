"""Results, receipts and notes: durable, never overwriting, the same when repeated."""

from __future__ import annotations

import codecs
import datetime as dt
import errno
import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.intake import Arrival, RefusedError, receive
from pipeline.intake.claim import ClaimDesk
from pipeline.intake.closing import close_received, close_refused, refuse
from pipeline.intake.delivery import deliver, deliver_bytes, sweep_temporaries, withdraw
from pipeline.intake.listing import candidates
from pipeline.intake.notes import Paper, ReceiptFacts
from pipeline.intake.results import Results
from pipeline.model.errors import DocumentError, OperatorError
from pipeline.model.records import Remark
from pipeline.store import Disk, Store
from tests.stages.intake.samples import ODD_NAMES, PDF, page_folder

AT = dt.datetime(2026, 11, 22, 17, 30, 5, tzinfo=dt.UTC)
ID = "ab" * 32
PAPER = Paper(source_name="công văn 12.tif", folder="den", arrived_at=AT, document_id=ID)
FACTS = ReceiptFacts(
    book="den",
    year=2026,
    arrival_number=7,
    page_count=3,
    fields={"code": "123/QĐ-UBND", "issuer": "UBND xã Đông", "subject": "Về việc\nsố hóa"},
    remarks=(Remark(code="QUALITY-LOW-DPI", page=2), Remark(code="SIGN-DEVELOPMENT")),
)


@pytest.fixture
def results(tmp_path: Path) -> Results:
    """A results folder that does not exist yet."""
    return Results(tmp_path / "ket-qua" / "den")


def names(folder: Path) -> list[str]:
    """Return the names in a folder, sorted."""
    return sorted(path.name for path in folder.iterdir())


def words(path: Path) -> str:
    """Return the text of a note; see that Windows can read it."""
    data = path.read_bytes()
    assert data.startswith(codecs.BOM_UTF8)
    text = data.decode("utf-8-sig")
    assert text.count("\r\n") == text.count("\n")
    return text


def claimed(drop: Path) -> list[Arrival]:
    """Claim all that lies in a drop folder; the session stays open."""
    desk = ClaimDesk("den", drop)
    arrivals = [desk.claim(candidate) for candidate in candidates(drop)]
    return [arrival for arrival in arrivals if arrival is not None]


@pytest.fixture
def drop(tmp_path: Path) -> Path:
    """An empty drop folder."""
    folder = tmp_path / "den"
    folder.mkdir()
    return folder


def test_a_result_comes_with_its_receipt(results: Results, tmp_path: Path) -> None:
    """Number, fields and remarks, in Vietnamese and English, for people and machines."""
    (tmp_path / "sealed").write_bytes(PDF)
    path = results.finish(PAPER, tmp_path / "sealed", FACTS)
    assert path.read_bytes() == PDF
    assert names(path.parent) == [
        "công văn 12.bien-nhan.json",
        "công văn 12.bien-nhan.txt",
        "công văn 12.pdf",
    ]
    text = words(path.with_suffix(".bien-nhan.txt"))
    assert text.index("Số đến: 7") < text.index("Arrival number: 7")
    for wanted in (
        "Sổ: den, năm 2026",
        "Số, ký hiệu: 123/QĐ-UBND",
        "Trích yếu: Về việc số hóa",
        "Nhận lúc: 23/11/2026 00:30:05 (giờ Việt Nam)",
        "- Trang 2: Độ phân giải dưới 200 dpi. → Quét lại ở 300 dpi",
        "KHÔNG có giá trị pháp lý",
        "- Page 2: Resolution below 200 dpi.",
        "Kết quả: công văn 12.pdf",
    ):
        assert wanted in text, wanted
    raw = path.with_suffix(".bien-nhan.json").read_bytes()
    assert not raw.startswith(codecs.BOM_UTF8)
    receipt = json.loads(raw)
    assert receipt["register"] == {"book": "den", "year": 2026, "arrival_number": 7}
    assert receipt["document_id"] == ID
    assert [one["code"] for one in receipt["remarks"]] == ["QUALITY-LOW-DPI", "SIGN-DEVELOPMENT"]
    assert receipt["received_at"] == "2026-11-23T00:30:05+07:00"


def test_finishing_again_makes_nothing_new_and_overwrites_nothing(
    results: Results, tmp_path: Path
) -> None:
    """A crash before the ledger row repeats; another document of the name stands beside."""
    (tmp_path / "one").write_bytes(PDF)
    (tmp_path / "two").write_bytes(PDF + b"\n")
    first = results.finish(PAPER, tmp_path / "one", FACTS)
    before = names(first.parent)
    assert results.finish(PAPER, tmp_path / "one", FACTS) == first
    assert names(first.parent) == before
    second = results.finish(PAPER, tmp_path / "two", FACTS)
    assert second.name == "công văn 12 (2).pdf"
    assert results.finish(PAPER, tmp_path / "two", FACTS) == second
    assert len(names(first.parent)) == 6
    assert first.read_bytes() == PDF


def test_a_rejected_document_lies_beside_its_note(results: Results, tmp_path: Path) -> None:
    """Code, cause, remedy, page, time, and where the original is."""
    (tmp_path / "original").write_bytes(b"scan")
    error = DocumentError("DOC-TRUNCATED", detail="no trailer", page=2)
    note = results.reject(PAPER, error, original=tmp_path / "original")
    assert names(note.parent) == ["công văn 12.tif", "công văn 12.tif.LOI.txt"]
    text = words(note)
    assert text.index("KHÔNG XỬ LÝ ĐƯỢC") < text.index("COULD NOT BE PROCESSED")
    for wanted in (
        "Mã lỗi: DOC-TRUNCATED",
        "Nguyên nhân: Trang 2: Tệp bị cắt cụt",
        "Cách xử lý: Chép lại tệp",
        "Remedy: Copy the whole file",
        f"Bản gốc còn nguyên: {note.parent / 'công văn 12.tif'}",
        "Detail: no trailer",
    ):
        assert wanted in text, wanted
    assert results.reject(PAPER, error, original=tmp_path / "original") == note
    zipped = results.reject(PAPER, error, original=tmp_path / "original", suffix=".zip")
    assert zipped.name == "công văn 12.tif.zip.LOI.txt"


def test_a_waiting_note_comes_and_goes(results: Results) -> None:
    """Only the note of this very document."""
    remark = Remark(code="FIELDS-DOUBTFUL", facts={"number": "12?"})
    path = results.wait(PAPER, remark)
    assert "VĂN BẢN CHỜ RÀ SOÁT" in words(path)
    assert "number: 12?" in words(path)
    other = Paper(source_name=PAPER.source_name, folder="den", arrived_at=AT, document_id="cd" * 32)
    kept = results.wait(other, remark)
    results.wait(PAPER, Remark(code="FIELDS-DOUBTFUL"))
    results.release(PAPER)
    results.release(PAPER)
    assert names(path.parent) == [kept.name]


def test_a_secret_is_noted_without_its_name(results: Results) -> None:
    """Hash, time, folder and reason; nothing else."""
    path = results.quarantine(document_id=ID, folder="den", at=AT)
    assert path.name == "CACH-LY abababababab.LOI.txt"
    assert ID in words(path)
    assert "cách ly" in words(path)
    assert results.quarantine(document_id=ID, folder="den", at=AT) == path


@pytest.mark.parametrize("name", ODD_NAMES)
def test_odd_names_survive(results: Results, drop: Path, name: str) -> None:
    """The original keeps its bytes; note and result have names that any system can hold."""
    (drop / name).write_bytes(b"PK not a scan")
    (arrival,) = claimed(drop)
    refusal = refuse(arrival, DocumentError("DOC-FORMAT"), results)
    assert refusal.original is not None
    assert refusal.original.read_bytes() == b"PK not a scan"
    assert all(len(os.fsencode(one)) <= 255 for one in names(results.root / "loi"))
    assert "DOC-FORMAT" in words(refusal.note)
    paper = Paper(source_name=name, folder="den", arrived_at=AT, document_id=ID)
    assert results.finish(paper, refusal.original, FACTS).suffix == ".pdf"
    results.wait(paper, Remark(code="FIELDS-DOUBTFUL"))
    assert len(names(results.root / "xong")) == 3


def test_a_refused_claim_is_kept_noted_and_taken_away(results: Results, drop: Path) -> None:
    """Files, links, pipes and folders; done twice, it comes to the same."""
    (drop / "a.txt").write_bytes(b"text")
    (drop / "link.pdf").symlink_to("/etc/hostname")
    os.mkfifo(drop / "pipe.pdf")
    (drop / "folder" / "inner").mkdir(parents=True)
    (drop / "folder" / "inner" / "a.docx").write_bytes(b"PK")
    arrivals = claimed(drop)
    for arrival in arrivals:
        first = refuse(arrival, DocumentError("DOC-FORMAT"), results)
        assert refuse(arrival, DocumentError("DOC-FORMAT"), results) == first
        assert first.is_kept
        close_refused(arrival, first)
        close_refused(arrival, first)
        assert not arrival.path.parent.exists()
    refused = results.refused_folder
    assert names(refused) == [
        "a.txt",
        "a.txt.LOI.txt",
        "folder",
        "folder.LOI.txt",
        "link.pdf",
        "link.pdf.LOI.txt",
        "pipe.pdf",
        "pipe.pdf.LOI.txt",
    ]
    assert (refused / "link.pdf").is_symlink()
    assert (refused / "folder" / "inner" / "a.docx").read_bytes() == b"PK"
    assert candidates(drop) == []


def test_the_same_name_refused_twice_keeps_both(results: Results, drop: Path) -> None:
    """Other bytes, other file; each has its note."""
    for data in (b"one", b"two"):
        (drop / "a.txt").write_bytes(data)
        (drop / "f").mkdir()
        (drop / "f" / "x.docx").write_bytes(data)
        for arrival in claimed(drop):
            close_refused(arrival, refuse(arrival, DocumentError("DOC-FORMAT"), results))
    listed = names(results.refused_folder)
    assert {"a.txt", "a (2).txt", "a (2).txt.LOI.txt", "f", "f (2)", "f.LOI.txt"} <= set(listed)
    assert (results.refused_folder / "a (2).txt").read_bytes() == b"two"


def test_what_cannot_get_a_second_name_is_set_aside(results: Results, drop: Path) -> None:
    """A folder too deep to copy stays whole, where the note says."""
    inner = drop / "deep"
    for _ in range(20):
        inner = inner / "d"
    inner.mkdir(parents=True)
    (inner / "a.pdf").write_bytes(PDF)
    (arrival,) = claimed(drop)
    refusal = refuse(arrival, DocumentError("DOC-EMPTY-FOLDER"), results)
    assert not refusal.is_kept
    assert str(refusal.original) in words(refusal.note)
    close_refused(arrival, refusal)
    close_refused(arrival, refusal)
    assert refusal.original is not None
    assert len(list(refusal.original.rglob("a.pdf"))) == 1


def test_a_duplicate_has_a_note_that_points_to_the_first(results: Results) -> None:
    """Nothing else is written."""
    remark = Remark(code="DOC-DUPLICATE", facts={"document": ID})
    path = results.note_duplicate(PAPER, remark, first="xong/a.pdf")
    assert "DOC-DUPLICATE" in words(path)
    assert "Nằm tại: xong/a.pdf" in words(path)
    assert names(results.root) == ["xong"]


def test_a_vanished_file_has_a_note_too(results: Results, drop: Path) -> None:
    """Nothing is left to keep."""
    (drop / "a.pdf").write_bytes(PDF)
    (arrival,) = claimed(drop)
    arrival.path.unlink()
    refusal = refuse(arrival, DocumentError("DOC-VANISHED"), results)
    assert refusal.original is None
    assert "Không còn bản gốc" in words(refusal.note)
    close_refused(arrival, refusal)


def test_an_accepted_folder_keeps_its_rest(results: Results, drop: Path, tmp_path: Path) -> None:
    """The pages are a document; the letter beside them may be one, too."""
    folder = page_folder(drop / "f")
    (folder / "thu.docx").write_bytes(b"PK")
    (folder / "inner").mkdir()
    (folder / "inner" / "ke.xlsx").write_bytes(b"PK")
    (arrival,) = claimed(drop)
    store = Store(tmp_path / "store")
    received = receive(arrival, store)
    kept = close_received(received, results)
    assert kept == results.refused_folder / "f"
    assert names(kept) == ["inner", "thu.docx"]
    assert (kept / "inner" / "ke.xlsx").read_bytes() == b"PK"
    assert "DOC-MEMBER-IGNORED" in words(kept.with_name("f.LUU-Y.txt"))
    assert not arrival.path.exists()
    assert close_received(received, results) is None


def test_an_accepted_file_leaves_nothing(results: Results, drop: Path, tmp_path: Path) -> None:
    """Its bytes are in the store."""
    (drop / "a.pdf").write_bytes(PDF)
    (arrival,) = claimed(drop)
    received = receive(arrival, Store(tmp_path / "store"))
    assert close_received(received, results) is None
    assert not arrival.path.exists()
    assert not results.root.exists()


def test_delivery_never_overwrites_a_link_or_folder(tmp_path: Path) -> None:
    """Whatever bears the name keeps it."""
    out = tmp_path / "out"
    (out / "a.txt").mkdir(parents=True)
    (out / "a (2).txt").symlink_to(tmp_path / "nowhere")
    assert deliver_bytes(b"x", out, "a.txt").name == "a (3).txt"
    (tmp_path / "s").write_bytes(b"y" * 3_000_000)
    assert deliver(tmp_path / "s", out, "a.txt").name == "a (4).txt"
    withdraw(out / "a (3).txt")
    withdraw(out / "a (3).txt")
    withdraw(out / "gone" / "x")
    assert deliver_bytes(b"z", out, "a.txt").name == "a (3).txt"


class Jammed(Disk):
    """A disk that is full, or whose name is taken at the last moment."""

    def __init__(self, taken: Path | None = None) -> None:
        self.taken = taken

    def write(self, descriptor: int, data: bytes | memoryview) -> int:
        """Be full unless only the name is the matter."""
        if self.taken is None:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return super().write(descriptor, data)

    def place(self, source: Path, target: Path) -> None:
        """Let somebody be quicker once."""
        if self.taken == target:
            target.write_bytes(b"quicker")
        super().place(source, target)


def test_a_full_disk_leaves_no_rest_and_a_quicker_one_is_not_overwritten(tmp_path: Path) -> None:
    """The temporary goes; the next name is taken."""
    out = tmp_path / "out"
    with pytest.raises(OperatorError, match="SYS-DISK-FULL"):
        deliver_bytes(b"x", out, "a.txt", disk=Jammed())
    assert names(out) == []
    path = deliver_bytes(b"x", out, "a.txt", disk=Jammed(out / "a.txt"))
    assert path.name == "a (2).txt"
    assert (out / "a.txt").read_bytes() == b"quicker"


def test_half_written_files_of_the_dead_are_swept(results: Results) -> None:
    """Those of the living are locked and stay."""
    folder = results.root / "xong"
    folder.mkdir(parents=True)
    (folder / ".sohoa-0.tmp").write_bytes(b"half")
    (folder / "a.tmp").write_bytes(b"not ours")
    assert results.sweep() == 1
    assert sweep_temporaries(folder) == 0
    assert names(folder) == ["a.tmp"]


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A real file system of half a megabyte."""
    folder = tmp_path / "small"
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=512k", "tmpfs", str(folder)]
    if os.geteuid() != 0 or subprocess.run(command, check=False, capture_output=True).returncode:
        pytest.skip("a small file system cannot be mounted here (needs root)")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


def test_a_really_full_disk_loses_nothing(small_disk: Path, drop: Path) -> None:
    """The claim stays; when there is room again, the same arrival is received."""
    (drop / "a.pdf").write_bytes(PDF + os.urandom(400_000) + PDF)
    page_folder(drop / "f")
    (drop / "f" / "p.png").write_bytes(b"\x89PNG\r\n\x1a\n" + os.urandom(400_000))
    hog = small_disk / "hog"
    hog.write_bytes(bytes(200_000))
    arrivals = claimed(drop)
    store = Store(small_disk / "store")
    for arrival in arrivals:
        with pytest.raises(OperatorError, match="SYS-DISK-FULL"):
            receive(arrival, store)
        assert arrival.path.exists()
    hog.unlink()
    assert receive(arrivals[0], store).document.size_bytes == 400_000 + 2 * len(PDF)


def test_refusals_cross_file_systems(small_disk: Path, drop: Path) -> None:
    """Results on another disk get copies; what cannot be copied is set aside."""
    (drop / "a.txt").write_bytes(b"text")
    os.mkfifo(drop / "pipe")
    (drop / "f").mkdir()
    (drop / "f" / "x.docx").write_bytes(b"PK")
    results = Results(small_disk / "den")
    for arrival in claimed(drop):
        with pytest.raises(RefusedError) as caught:
            receive(arrival, Store(small_disk / "store"))
        refusal = refuse(arrival, caught.value, results)
        assert refuse(arrival, caught.value, results) == refusal
        assert refusal.is_kept is (arrival.source_name != "pipe")
        close_refused(arrival, refusal)
        assert refusal.original is not None
        assert os.path.lexists(refusal.original)
    assert (results.refused_folder / "a.txt").read_bytes() == b"text"
    assert (results.refused_folder / "f" / "x.docx").read_bytes() == b"PK"
    assert (results.refused_folder / "pipe.LOI.txt").exists()
