"""The outbox: what it takes up, how long it waits, who may hold a parcel, what a bug does."""

from __future__ import annotations

import dataclasses
import datetime as dt
import random
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from pipeline.ledger.ledger import Ledger, Move
from pipeline.ledger.outbox import Outbox
from pipeline.model.errors import ContractError, DocumentError, TransientError
from pipeline.model.onward import Accepted, Held, Parcel
from pipeline.model.records import Document, JobState, MediaType
from pipeline.outbox.delivery import Delivery, Patience
from pipeline.outbox.service import OutboxService, Route, guarded
from tests.unit.outbox.made import RECEIVED_AT, Archive


class Memory:
    """A target in memory; `faults` are raised one after the other before it behaves."""

    name = "memory"

    def __init__(self) -> None:
        self.kept: dict[str, Parcel] = {}
        self.faults: list[BaseException] = []
        self.asked: list[str] = []
        self.lock = threading.Lock()
        self.sends: dict[str, int] = {}

    def check(self, parcel: Parcel) -> None:
        """Take everything."""

    def find(self, parcel: Parcel) -> Accepted | None:
        """Look."""
        self.asked.append("find")
        return self._accepted(parcel) if parcel.key in self.kept else None

    def send(self, parcel: Parcel) -> Accepted:
        """Keep."""
        self.asked.append("send")
        if self.faults:
            raise self.faults.pop(0)
        with self.lock:
            self.kept[parcel.key] = parcel
            self.sends[parcel.key] = self.sends.get(parcel.key, 0) + 1
        return self._accepted(parcel)

    def held(self) -> Iterator[Held]:
        """Tell all."""
        return (Held(key=key, external_id=key[:4]) for key in self.kept)

    def ping(self) -> str:
        """Be well."""
        return "memory"

    def _accepted(self, parcel: Parcel) -> Accepted:
        return Accepted(external_id=parcel.key[:4], answer_digest="0" * 64)


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    """Give an empty archive."""
    ledger = Ledger.open(tmp_path / "ledger.sqlite")
    yield Archive(folder=tmp_path, ledger=ledger)
    ledger.close()


@pytest.fixture
def delivery(archive: Archive) -> Delivery:
    """Give the delivery to a target in memory."""
    return Delivery(
        name="noi",
        target=Memory(),
        outbox=Outbox(archive.ledger.engine),
        parcels=archive,
        patience=Patience(tries_max=3, base_s=10.0, cap_s=60.0),
    )


def test_only_finished_documents_are_taken_up(archive: Archive, delivery: Delivery) -> None:
    """Received, waiting, refused and secret ones are not; each finished one, once."""
    archive.finish(1, folder="den")
    archive.finish(2, folder="noi-bo")
    for number, state in enumerate((None, JobState.REJECTED, JobState.WAITING)):
        document = Document(id=f"{number}" * 64, media_type=MediaType.PDF, size_bytes=1)
        archive.ledger.receive(
            document, folder="den", source_name="x", arrival_id=document.id, at=RECEIVED_AT,
            priority=0,
        )  # fmt: skip
        archive.ledger.take(document.id)
        if state is not None:
            archive.ledger.move(document.id, Move(to=state))
    secret = Document(id="f" * 64, media_type=MediaType.PDF, size_bytes=1)
    archive.ledger.receive(
        secret, folder="den", source_name="x", arrival_id="s", at=RECEIVED_AT, priority=0
    )
    archive.ledger.take(secret.id)
    archive.ledger.quarantine(secret.id, page=1)
    outbox = delivery.outbox
    assert outbox.fill("den-thoi", folders=["den"]) == 1
    assert outbox.fill("tu-mai", since=RECEIVED_AT + dt.timedelta(seconds=1)) == 0
    assert outbox.fill("tu-nay", since=RECEIVED_AT) == 2
    assert outbox.fill("noi") == 2
    assert outbox.fill("noi") == 0
    archive.finish(3)
    assert outbox.fill("noi") == 1


def test_waiting_has_a_cap_and_jitter() -> None:
    """Half certain, half by chance, doubled to the cap."""
    patience = Patience(base_s=10.0, cap_s=60.0)
    for tries, ceiling in ((1, 10), (2, 20), (3, 40), (4, 60), (400, 60)):
        waits = {patience.delay_s(tries, chance=random.Random(seed)) for seed in range(50)}
        assert len(waits) == 50
        assert all(ceiling / 2 <= wait <= ceiling for wait in waits)


def test_nothing_is_tried_before_its_time(archive: Archive, delivery: Delivery) -> None:
    """A failed parcel rests; another one that is due goes meanwhile."""
    archive.finish(1)
    target = delivery.target
    assert isinstance(target, Memory)
    target.faults.append(TransientError("PORT-DOWN"))
    delivery.outbox.fill("noi")
    row = guarded(delivery)
    assert row is not None
    rest_s = (row.next_try_at - dt.datetime.now(dt.UTC)).total_seconds()
    assert 4 < rest_s <= 10
    assert guarded(delivery) is None
    archive.finish(2)
    delivery.outbox.fill("noi")
    assert guarded(delivery) is not None
    assert guarded(delivery) is None


def test_an_outage_poisons_nothing(archive: Archive, delivery: Delivery) -> None:
    """A target that is down is left alone, longer and longer; then all goes, each once."""
    parcels = [archive.finish(number) for number in range(4)]

    class Down(Memory):
        is_down = True
        pings = 0

        def ping(self) -> str:
            self.pings += 1
            if self.is_down:
                raise TransientError("PORT-DOWN")
            return "up"

        def send(self, parcel: Parcel) -> Accepted:
            if self.is_down:
                raise TransientError("PORT-DOWN")
            return super().send(parcel)

    target = Down()
    now = [dt.datetime.now(dt.UTC)]
    down = dataclasses.replace(
        delivery, target=target, clock=lambda: now[0], patience=Patience(tries_max=2, cap_s=600.0)
    )
    route = Route(delivery=down)
    tried, rests = 0, []
    for _ in range(60 * 8):
        tried += route.push()
        rests.append((down.rest.until - now[0]).total_seconds())
        now[0] += dt.timedelta(minutes=1)
    assert down.outbox.counts("noi") == {"waiting": 4}
    assert {row.tries for row in down.outbox.parcels("noi")} == {0}
    assert max(rests) <= 600
    assert 8 * 6 <= tried <= 8 * 16  # every five to ten minutes, whatever waits
    target.is_down = False
    now[0] += dt.timedelta(hours=1)
    assert route.push() == 4
    assert set(target.sends) == {parcel.key for parcel in parcels}
    assert set(target.sends.values()) == {1}
    assert down.rest.failures == 0


def test_a_register_that_is_away_poisons_nothing(archive: Archive, delivery: Delivery) -> None:
    """The target is well, but nothing can be handed to it: no try is used up, however long."""
    archive.finish(1)
    target = delivery.target
    assert isinstance(target, Memory)
    now = [dt.datetime.now(dt.UTC)]
    is_away = [True]

    def parcels(document_id: str) -> Parcel:
        if is_away[0]:
            raise TransientError("PORT-DOWN", detail="register")
        return archive(document_id)

    route = Route(delivery=dataclasses.replace(delivery, parcels=parcels, clock=lambda: now[0]))
    tried = 0
    for _ in range(60):
        tried += route.push()
        now[0] += dt.timedelta(minutes=1)
    (row,) = delivery.outbox.parcels("noi")
    assert (row.state, row.tries, row.code) == ("waiting", 0, "PORT-DOWN")
    assert tried > 30
    assert target.asked == []
    is_away[0] = False
    now[0] += dt.timedelta(minutes=2)
    assert route.push() == 1
    assert delivery.outbox.counts("noi") == {"sent": 1}


def test_what_the_ledger_could_not_take_down_is_taken_up_again(
    archive: Archive, delivery: Delivery, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Sent, and the ledger is busy: the same process asks again, finds it, and ends the parcel."""
    parcel = archive.finish(1)
    archive.finish(2)
    route = Route(delivery=delivery)
    with monkeypatch.context() as patch:

        def sent(*_: object, **__: object) -> None:
            raise TransientError("IO-BUSY")

        patch.setattr(Outbox, "sent", sent)
        with pytest.raises(TransientError, match="IO-BUSY"):
            route.push()
        patch.setattr(Outbox, "parcel", sent)
        with pytest.raises(TransientError, match="IO-BUSY"):
            guarded(delivery)
    assert delivery.outbox.counts("noi") == {"sending": 1, "waiting": 1}
    assert route.push() == 2
    assert delivery.outbox.counts("noi") == {"sent": 2}
    target = delivery.target
    assert isinstance(target, Memory)
    assert target.sends[parcel.key] == 1
    assert target.asked.count("find") == 1


def test_a_bug_ends_one_parcel_and_not_the_thread(archive: Archive, delivery: Delivery) -> None:
    """BUG-STAGE tells where, never what; the next parcel goes its way."""
    archive.finish(1)
    archive.finish(2)
    target = delivery.target
    assert isinstance(target, Memory)
    target.faults.append(ZeroDivisionError("nội dung mật"))
    route = Route(delivery=delivery)
    assert route.push() == 2
    (poison,) = delivery.outbox.parcels("noi", state="poison")
    assert poison.code == "BUG-STAGE"
    assert "ZeroDivisionError at test_outbox.py" in poison.detail
    assert "mật" not in poison.detail
    assert delivery.outbox.counts("noi") == {"poison": 1, "sent": 1}


def test_refusals_and_broken_promises_are_not_repeated(
    archive: Archive, delivery: Delivery
) -> None:
    """Neither what the target cannot take, nor what we did wrong."""
    for number, (fault, state) in enumerate(
        (
            (DocumentError("DELIVER-REFUSED", detail="số trùng"), "refused"),
            (ContractError("BUG-STAGE"), "poison"),
        )
    ):
        parcel = archive.finish(number)
        target = delivery.target
        assert isinstance(target, Memory)
        target.faults.append(fault)
        Route(delivery=delivery).push()
        row = delivery.outbox.parcel("noi", parcel.key)
        assert row is not None
        assert (row.state, row.code) == (state, fault.code)
        assert row.is_asked


def test_many_hands_send_each_document_once(archive: Archive, delivery: Delivery) -> None:
    """Four threads at one target: each parcel is taken by one of them."""
    for number in range(24):
        archive.finish(number)
    delivery.outbox.fill("noi")

    def work() -> None:
        while guarded(delivery) is not None:
            pass

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    target = delivery.target
    assert isinstance(target, Memory)
    assert delivery.outbox.counts("noi") == {"sent": 24}
    assert set(target.sends.values()) == {1}
    assert "find" not in target.asked


def test_the_service_pushes_and_stops(archive: Archive, delivery: Delivery) -> None:
    """What is finished while it runs goes too; a slow target holds up no other."""
    archive.finish(1)
    slow = threading.Event()

    class Slow(Memory):
        def send(self, parcel: Parcel) -> Accepted:
            slow.wait(20)
            return super().send(parcel)

    quick = delivery.target
    other = dataclasses.replace(delivery, name="cham", target=Slow())
    routes = [Route(delivery=delivery), Route(delivery=other)]
    stop = threading.Event()
    thread = threading.Thread(target=OutboxService(routes, poll_s=0.02).run, args=(stop,))
    thread.start()
    try:
        for number in (2, 3):
            archive.finish(number)
        deadline = dt.datetime.now(dt.UTC) + dt.timedelta(seconds=20)
        while delivery.outbox.counts("noi") != {"sent": 3}:
            assert dt.datetime.now(dt.UTC) < deadline
            stop.wait(0.02)
        assert isinstance(quick, Memory)
        assert delivery.outbox.counts("cham").get("sent") is None
    finally:
        stop.set()
        slow.set()
        thread.join(20)
    assert not thread.is_alive()


@pytest.mark.parametrize("fault", [ZeroDivisionError("mật"), TransientError("PORT-ANSWER")])
def test_news_that_fail_keep_nothing_from_being_sent(
    archive: Archive, delivery: Delivery, caplog: pytest.LogCaptureFixture, fault: Exception
) -> None:
    """A fault in what a target tells, ours or its own: documents go on being sent."""
    asked = threading.Event()

    def news() -> int:
        asked.set()
        raise fault

    stop = threading.Event()
    service = OutboxService([Route(delivery=delivery, news=news)], poll_s=0.02)
    thread = threading.Thread(target=service.run, args=(stop,))
    thread.start()
    try:
        assert asked.wait(20)
        archive.finish(1)
        deadline = dt.datetime.now(dt.UTC) + dt.timedelta(seconds=20)
        while delivery.outbox.counts("noi") != {"sent": 1}:
            assert dt.datetime.now(dt.UTC) < deadline
            stop.wait(0.02)
    finally:
        stop.set()
        thread.join(20)
    assert type(fault).__name__ in caplog.text or "PORT-ANSWER" in caplog.text
    assert "mật" not in caplog.text


def test_a_sent_parcel_has_a_receipt_by_constraint(archive: Archive, delivery: Delivery) -> None:
    """The database refuses `sent` without one."""
    archive.finish(1)
    delivery.outbox.fill("noi")
    with (
        pytest.raises(sa.exc.IntegrityError),
        archive.ledger.engine.begin() as connection,
    ):
        connection.exec_driver_sql("UPDATE outbox SET state = 'sent'")
