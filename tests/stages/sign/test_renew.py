"""Renewing: what is raised, what is stamped again, what is left alone; over a store, resumable."""

from __future__ import annotations

import datetime as dt
import hashlib
import io
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from pyhanko.pdf_utils.reader import PdfFileReader

from bench.pki import Pki
from bench.trust.cases import sealed, stage_of
from pipeline.assembly.renewal import Outcome, Renewal
from pipeline.ledger.history import History
from pipeline.ledger.ledger import Ledger
from pipeline.model.errors import OperatorError, TransientError
from pipeline.model.records import Artifact, Document, JobState, MediaType, Receipt, Registered
from pipeline.store import Store
from stages.sign.levels import last_stamp_ends
from stages.sign.renewing import renewed
from stages.sign.report import Verdict
from stages.sign.services import Services
from stages.sign.verify import verify
from tests.stages.archive.drawn import Sheet
from tests.stages.sign.sealing_bench import pdfa_of

NOW = dt.datetime.now(dt.UTC)
YEAR = dt.timedelta(days=365)


@pytest.fixture(scope="module")
def pdfa(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A letter, ready to be sealed."""
    return pdfa_of(tmp_path_factory.mktemp("pdfa") / "a", Sheet(dpi=72).letter())


def _services(pki: Pki, tsa: str = "tsa") -> Services:
    options = stage_of(pki, "RSA 2048", "B-LTA", tsa_down_pause_s=0.0, tsa_tries=1).options
    return replace(options, tsa_url=pki.tsa_url(tsa)).services()


@pytest.mark.parametrize("before", ["B-B", "B-T", "B-LT"])
@pytest.mark.parametrize("after", ["B-T", "B-LT", "B-LTA"])
def test_levels_are_raised_by_appending(
    tmp_path: Path, pki: Pki, pdfa: Path, before: str, after: str
) -> None:
    """From any level to any higher one; what has its level is left alone."""
    data = sealed(stage_of(pki, "RSA 2048", before), pdfa, tmp_path / "a.pdf").read_bytes()
    raised = renewed(data, _services(pki), level=after, ahead=YEAR, now=NOW)
    if ("B-B", "B-T", "B-LT", "B-LTA").index(after) <= ("B-B", "B-T", "B-LT").index(before):
        assert raised is None
        return
    assert raised is not None
    assert raised.startswith(data)
    path = tmp_path / "raised.pdf"
    path.write_bytes(raised)
    (signature,) = verify(path, trust=[pki.trust, pki.intermediates]).signatures
    assert signature.proved_at is not None
    if after != "B-T":
        assert signature.verdict is Verdict.VALID
    assert renewed(raised, _services(pki), level=after, ahead=YEAR, now=NOW) is None


@pytest.mark.parametrize(
    "steps", [("B-T", "B-LTA"), ("B-T", "B-LT"), ("B-T", "B-LT", "B-LTA")], ids="-then-".join
)
def test_a_level_that_was_raised_is_raised_again(
    tmp_path: Path, pki: Pki, pdfa: Path, steps: tuple[str, ...]
) -> None:
    """A document time stamp that made B-B a B-T is not taken for the one over the proofs."""
    data = sealed(stage_of(pki, "RSA 2048", "B-B"), pdfa, tmp_path / "a.pdf").read_bytes()
    services = _services(pki)
    for level in steps:
        raised = renewed(data, services, level=level, ahead=YEAR, now=NOW)
        assert raised is not None, level
        assert raised.startswith(data)
        assert renewed(raised, services, level=level, ahead=YEAR, now=NOW) is None
        data = raised
    path = tmp_path / "raised.pdf"
    path.write_bytes(data)
    assert verify(path, trust=[pki.trust, pki.intermediates]).verdict is Verdict.VALID
    stamps = PdfFileReader(io.BytesIO(data)).embedded_timestamp_signatures
    *_, start, length = stamps[-1].byte_range
    assert (start + length == len(data)) is (steps[-1] == "B-LTA")


def test_stamp_is_renewed_before_it_ends(tmp_path: Path, pki: Pki, pdfa: Path) -> None:
    """Five days before its end a stamp gets another one over it; a year before it does not."""
    stage = stage_of(pki, "RSA 2048", "B-LTA")
    short = replace(stage, options=replace(stage.options, tsa_url=pki.tsa_url("tsa-short")))
    data = sealed(short, pdfa, tmp_path / "a.pdf").read_bytes()
    week, day = dt.timedelta(days=7), dt.timedelta(days=1)
    assert renewed(data, _services(pki), level="B-LTA", ahead=day, now=NOW) is None
    again = renewed(data, _services(pki), level="B-LTA", ahead=week, now=NOW)
    assert again is not None
    ends = last_stamp_ends(again)
    assert ends is not None
    assert ends > NOW + 10 * YEAR
    path = tmp_path / "again.pdf"
    path.write_bytes(again)
    assert verify(path, trust=[pki.trust, pki.intermediates]).verdict is Verdict.VALID


def test_what_bears_no_signature_is_left_alone(pki: Pki, pdfa: Path) -> None:
    """Nothing is stamped that nobody sealed."""
    assert renewed(pdfa.read_bytes(), _services(pki), level="B-LTA", ahead=YEAR, now=NOW) is None


@pytest.fixture
def house(tmp_path: Path) -> Iterator[tuple[Ledger, Store]]:
    """A ledger and a store."""
    ledger, store = Ledger.open(tmp_path / "ledger.sqlite"), Store(tmp_path / "store")
    yield ledger, store
    store.close()
    ledger.close()


def _enter(ledger: Ledger, store: Store, number: int, pdf: bytes, folder: Path) -> str:
    """Enter a finished document whose sealed PDF lies in the store and in the folder."""
    document_id = hashlib.sha256(str(number).encode()).hexdigest()
    document = Document(id=document_id, media_type=MediaType.PDF, size_bytes=1)
    at = NOW + dt.timedelta(seconds=number)
    ledger.receive(
        document, folder="den", source_name="a.pdf", arrival_id=str(number), at=at, priority=0
    )
    assert ledger.take(document_id) is not None
    stored = store.put_bytes(pdf)
    ledger.stage_done(
        document_id,
        stage="sign",
        key="k",
        outcome="done",
        seconds=1,
        artifacts=(Artifact(kind="sealed", digest=stored.digest, size_bytes=1, made_by="sign"),),
        registered=Registered(
            book="den",
            year=2026,
            arrival_number=number + 1,
            receipt=Receipt(
                port="register", key="k", external_id="1", at=NOW, answer_digest="d" * 64
            ),
        ),
    )
    delivered = folder / f"{number}.pdf"
    delivered.write_bytes(pdf)
    ledger.deliver(document_id, str(delivered))
    return document_id


def test_a_store_is_renewed_and_goes_on_where_it_stopped(
    tmp_path: Path, pki: Pki, pdfa: Path, house: tuple[Ledger, Store]
) -> None:
    """An outage in the middle ends the run; the next one does the rest; a third does nothing."""
    ledger, store = house
    history = History(ledger.engine)
    data = sealed(stage_of(pki, "RSA 2048", "B-B"), pdfa, tmp_path / "a.pdf").read_bytes()
    ids = [_enter(ledger, store, number, data, tmp_path) for number in range(3)]
    assert all(job.state is JobState.DONE for job in history.jobs(limit=9))
    told: list[Outcome] = []

    def tell(outcome: Outcome) -> None:
        told.append(outcome)
        if len(told) == 1:
            pki.down.add("tsa")

    def work() -> Renewal:
        return Renewal(
            ledger=ledger,
            history=history,
            store=store,
            services=_services(pki),
            level="B-LTA",
            ahead=YEAR,
        )

    assert not work().run(tell)
    assert [one.is_renewed for one in told] == [True, False]
    assert isinstance(told[1].error, TransientError)
    assert [one.document_id for one in told] == ids[:2]
    pki.down.clear()
    told = [*told]
    assert work().run(told.append)
    assert [one.is_renewed for one in told[2:]] == [False, True, True]
    assert work().run(told.append)
    assert not any(one.is_renewed for one in told[5:])
    for number, document_id in enumerate(ids):
        delivered = (tmp_path / f"{number}.pdf").read_bytes()
        assert delivered.startswith(data)
        assert len(delivered) > len(data)
        kept = history.artifacts(document_id)["renewed"]
        assert store.path(kept.digest).read_bytes() == delivered


def test_a_file_that_is_lost_holds_up_no_other(
    tmp_path: Path, pki: Pki, pdfa: Path, house: tuple[Ledger, Store]
) -> None:
    """The store lacks the oldest document's file: that is told, and the next one is renewed."""
    ledger, store = house
    stage = stage_of(pki, "RSA 2048", "B-B")
    first, second = (sealed(stage, pdfa, tmp_path / f"{n}.s").read_bytes() for n in (1, 2))
    ids = [_enter(ledger, store, n, data, tmp_path) for n, data in enumerate((first, second))]
    history = History(ledger.engine)
    store.remove(history.artifacts(ids[0])["sealed"].digest)
    told: list[Outcome] = []
    work = Renewal(
        ledger=ledger, history=history, store=store, services=_services(pki), level="B-T",
        ahead=YEAR,
    )  # fmt: skip
    assert not work.run(told.append)
    assert [one.is_renewed for one in told] == [False, True]
    assert told[0].error is not None
    assert told[0].error.code == "SYS-STORE-LOST"


def test_a_changed_delivery_is_never_overwritten(
    tmp_path: Path, pki: Pki, pdfa: Path, house: tuple[Ledger, Store]
) -> None:
    """Whoever put other bytes there keeps them; the store has the renewed ones."""
    ledger, store = house
    data = sealed(stage_of(pki, "RSA 2048", "B-B"), pdfa, tmp_path / "a.pdf").read_bytes()
    _enter(ledger, store, 0, data, tmp_path)
    (tmp_path / "0.pdf").write_bytes(b"mine")
    work = Renewal(
        ledger=ledger,
        history=History(ledger.engine),
        store=store,
        services=_services(pki),
        level="B-T",
        ahead=YEAR,
    )
    assert work.run(lambda _: None)
    assert (tmp_path / "0.pdf").read_bytes() == b"mine"


def test_a_stamp_that_nobody_vouches_for_is_told(tmp_path: Path, pki: Pki, pdfa: Path) -> None:
    """Another stamp over an untrusted one would prove nothing: the keeper is told."""
    data = sealed(stage_of(pki, "RSA 2048", "B-LTA"), pdfa, tmp_path / "a.pdf").read_bytes()
    root = tmp_path / "stranger.pem"
    root.write_bytes(pki.certificate("stranger").public_bytes(serialization.Encoding.PEM))
    services = replace(_services(pki), trust=(str(root),))
    with pytest.raises(OperatorError, match="SIGN-CHAIN"):
        renewed(data, services, level="B-LTA", ahead=200 * YEAR, now=NOW)
