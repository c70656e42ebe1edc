"""How fast a delivery is: `python -m bench packages [--documents 500] [--form sip|plain]`.

Fills a data folder with finished documents of a batch (tiny PDFs, so that what is measured is not
hashing), 50 a dossier, delivers them, reads the delivery again, and prints both times, the rate and
the process's peak of memory. Filling is not counted.
"""

from __future__ import annotations

import argparse
import datetime as dt
import logging
import resource
import tempfile
import time
from pathlib import Path

from pipeline.assembly.handing_over import hand_over
from pipeline.assembly.house import House
from pipeline.assembly.list_signing import ListSigner
from pipeline.ledger.batch_rows import BATCH_FOLDER, ItemDraft
from pipeline.model.records import (
    Artifact,
    Document,
    Field,
    FieldSource,
    JobState,
    MediaType,
    RegisterEntry,
)
from pipeline.packaging.manifest import check_delivery
from pipeline.structure.profile import load_profile
from pipeline.structure.records import Place

_PER_DOSSIER = 50
_AT = dt.datetime(2026, 11, 22, tzinfo=dt.UTC)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what the table may be asked."""
    parser.add_argument("--documents", type=int, default=500, metavar="N")
    parser.add_argument("--form", choices=("sip", "plain"), default="sip")


def main(options: argparse.Namespace) -> int:
    """Print the figures; 1 when the delivery does not read back whole."""
    # They log the development certificate, which has no trusted root, as a fault.
    for library in ("pyhanko", "pyhanko_certvalidator"):
        logging.getLogger(library).setLevel(logging.CRITICAL)
    with (
        tempfile.TemporaryDirectory(prefix="packages-") as folder,
        House.open(Path(folder) / "data", environment={}) as house,
    ):
        house.batches.create("bench", {"profile": "tt05-2025", "agency": "H30", "fonds": "P05"})
        for number in range(options.documents):
            finish_paper(house, number)
        profile = load_profile(house.layout.config_dir / "archive", "tt05-2025")
        before_mb = _peak_mb()
        started = time.perf_counter()
        made = hand_over(
            house,
            house.batches.batch("bench"),
            profile,
            folder=Path(folder) / "delivery",
            form=options.form,
            status="new",
            notations=frozenset(),
            is_partial=False,
            tell=lambda _: None,
        )
        written_s = time.perf_counter() - started
        started = time.perf_counter()
        findings = list(check_delivery(Path(made.folder), ListSigner(provider=house.seal)))
        checked_s = time.perf_counter() - started
    print(f"{options.documents} documents, {options.form}, {_PER_DOSSIER} a dossier")
    print(f"delivered, each package read again: {written_s:.1f} s, {_rate(options, written_s)}")
    print(f"whole delivery checked once more: {checked_s:.1f} s, {_rate(options, checked_s)}")
    print(f"peak memory: {before_mb} MB before, {_peak_mb()} MB after")
    return 1 if findings else 0


def _rate(options: argparse.Namespace, seconds: float) -> str:
    count = options.documents
    return f"{count / seconds:.0f}/s, 10,000 in {10_000 * seconds / count:.0f} s at this rate"


def _peak_mb() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def finish_paper(house: House, number: int, data: bytes = b"", *, pages: int = 1) -> None:
    """Enter a paper whose document is done, as the line leaves it: these bytes, or made-up ones."""
    stored = house.store.put_bytes(data or f"%PDF-1.7 paper {number}".encode())
    document = Document(id=stored.digest, media_type=MediaType.PDF, size_bytes=stored.size_bytes)
    place = Place(fonds="P05", box="1", notation=str(number // _PER_DOSSIER))
    house.ledger.receive(
        document,
        folder=BATCH_FOLDER,
        source_name=f"{number}.pdf",
        arrival_id=stored.digest[:32],
        at=_AT,
        priority=50,
    )
    house.ledger.take(document.id)
    house.ledger.set_page_count(document.id, pages)
    registered = house.register.enter(_entry(document.id, number), key=document.id)
    fields = {"type": "Quyết định", "number": str(number), "subject": f"Về việc số {number}"}
    house.ledger.stage_done(
        document.id,
        stage="register",
        key=document.id,
        outcome="done",
        seconds=0.0,
        artifacts=[
            Artifact(
                kind="sealed", digest=stored.digest, size_bytes=stored.size_bytes, made_by="bench"
            )
        ],
        fields=[
            Field(name=name, value=value, confidence=1.0, source=FieldSource.PRINTED)
            for name, value in fields.items()
        ],
        registered=registered,
    )
    house.ledger.deliver(document.id, f"/bench/{number}.pdf")
    job = house.history.job(document.id)
    if job is None or job.state is not JobState.DONE:
        message = "the bench's own document is not done"
        raise RuntimeError(message)
    draft = ItemDraft(
        path=f"/bench/{number}.pdf", place=place.key, dossier={"retention": "Vĩnh viễn"}
    )
    house.batches.add("bench", [draft])
    (item,) = house.batches.waiting(["bench"], limit=1)
    house.batches.entered(item.id, document.id, is_new=True)


def _entry(document_id: str, number: int) -> RegisterEntry:
    return RegisterEntry(
        book="luu-tru",
        type_name="Quyết định",
        code_number=str(number),
        code_notation="QĐ-UBND",
        issued_date="1987-05-19",
        organ_name="UBND tỉnh",
        subject=f"Về việc số {number}",
        page_amount=1,
        signer_position="CHỦ TỊCH",
        signer_name="Nguyễn Văn An",
        priority="",
        to_places="",
        description="",
        document_id=document_id,
        arrival_at=_AT,
    )
