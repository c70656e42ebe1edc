"""What every adapter of the port `Target` promises: each document once, whatever happens."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from pipeline.ledger import outbox as outbox_rows
from pipeline.ledger.ledger import Ledger
from pipeline.ledger.outbox import Outbox, ParcelRow
from pipeline.model.errors import DocumentError, OperatorError
from pipeline.model.onward import Accepted, Parcel, Target
from pipeline.outbox.delivery import Delivery, Patience
from pipeline.outbox.reconcile import reconcile
from pipeline.outbox.service import Route, guarded
from stages.deliver.edxml.adapter import EdxmlTarget
from stages.deliver.folder import FolderTarget
from stages.deliver.sftp import SftpDrop
from tests.contract.targets import LATE_S, SERVED, WORLDS, World
from tests.servers import line
from tests.servers.misbehaving import FAULTS, Plan
from tests.unit.outbox.made import Archive


@dataclass
class Bench:
    """An archive, its outbox and one target."""

    archive: Archive
    outbox: Outbox
    world: World
    plan: Plan
    delivery: Delivery
    route: Route
    hours: int = 0

    def push(self) -> ParcelRow:
        """Deliver the one document, as often as it takes; time passes by itself."""
        self.route.fill()
        for _ in range(6):
            row = guarded(self.later())
            assert row is not None
            if row.state != "waiting":
                return row
        return row

    def later(self) -> Delivery:
        """Return the delivery as it is hours later, each time: whatever waits is due."""
        self.hours += 2
        late = dt.datetime.now(dt.UTC) + dt.timedelta(hours=self.hours)
        return dataclasses.replace(self.delivery, clock=lambda: late)

    def actions(self, parcel: Parcel) -> list[str]:
        """Return what was done about a parcel."""
        return [call.action for call in self.outbox.calls("noi", parcel.key)]


@pytest.fixture(params=sorted(WORLDS))
def bench(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Bench]:
    """Give each kind of target with an empty outbox."""
    plan = Plan(late_s=LATE_S)
    ledger = Ledger.open(tmp_path / "ledger.sqlite")
    archive = Archive(folder=tmp_path, ledger=ledger)
    outbox = Outbox(ledger.engine)
    with WORLDS[request.param](plan, tmp_path) as world:
        delivery = Delivery(
            name="noi",
            target=world.target,
            outbox=outbox,
            parcels=archive,
            patience=Patience(tries_max=4, base_s=0.01, cap_s=0.02),
        )
        yield Bench(archive, outbox, world, plan, delivery, Route(delivery=delivery))
    ledger.close()


served = pytest.mark.parametrize("bench", SERVED, indirect=True)


def test_a_document_arrives_once(bench: Bench) -> None:
    """Intent, call, receipt; the target has these bytes; nothing is left to do."""
    parcel = bench.archive.finish()
    row = bench.push()
    assert (row.state, row.tries, row.code) == ("sent", 0, None)
    assert bench.actions(parcel) == ["intent", "receipt"]
    assert bench.world.digests(parcel.key) == [parcel.pdf_digest]
    assert bench.route.push() == 0
    assert "noi" not in bench.world.target.ping()


def test_what_was_never_sent_is_not_found(bench: Bench) -> None:
    """None, and no error."""
    assert bench.world.target.find(bench.archive.finish()) is None
    assert list(bench.world.target.held()) == []


def test_find_says_the_same_as_the_receipt(bench: Bench) -> None:
    """The name that the target gave is the name that it tells later, and its list too."""
    parcels = [bench.archive.finish(number) for number in (1, 2, 3)]
    bench.route.push()
    for parcel in parcels:
        row = bench.outbox.parcel("noi", parcel.key)
        assert row is not None
        found = bench.world.target.find(parcel)
        assert found is not None
        assert found.external_id == row.external_id
    held = {one.key: one.external_id for one in bench.world.target.held()}
    assert set(held) == {parcel.key for parcel in parcels}
    assert len(set(held.values())) == 3


def test_sending_again_doubles_nothing(bench: Bench) -> None:
    """Replay asks first; even a bare second `send` leaves one document."""
    parcel = bench.archive.finish()
    first = bench.push()
    assert bench.outbox.replay("noi") == 1
    again = bench.push()
    assert again.external_id == first.external_id
    assert bench.actions(parcel)[-3:] == ["replay", "found", "receipt"]
    assert bench.world.digests(parcel.key) == [parcel.pdf_digest]


@served
@pytest.mark.parametrize("fault", FAULTS)
def test_a_bad_answer_to_the_call(bench: Bench, fault: str) -> None:
    """Too late, twice, 500, garbage, half, drop by drop, never: one document, one receipt."""
    parcel = bench.archive.finish()
    bench.plan.faults.append((bench.world.send, fault))
    row = bench.push()
    assert bench.plan.played == [fault]
    assert (row.state, row.code) == ("sent", None)
    assert bench.world.digests(parcel.key) == [parcel.pdf_digest]
    actions = bench.actions(parcel)
    assert actions.count("receipt") == 1
    if fault != "twice":
        # A second attempt, which asked before it did anything.
        assert actions[:3] in (["intent", "failed", "found"], ["intent", "failed", "not-found"])
        is_done = fault not in {"silent-before", "500-before", "garbage-before", "404-page",
                                "redirect", "busy"}  # fmt: skip
        assert ("found" in actions) == is_done


@pytest.mark.parametrize("bench", ["sftp"], indirect=True)
@pytest.mark.parametrize("is_silent", [False, True])
def test_a_line_that_breaks(bench: Bench, tmp_path: Path, *, is_silent: bool) -> None:
    """Cut, or silent, at every stage of a delivery by SFTP: one document, one receipt."""
    target = bench.world.target
    assert isinstance(target, FolderTarget)
    drop = target.drop
    assert isinstance(drop, SftpDrop)
    port = int(drop.url.partition("127.0.0.1:")[2].partition("/")[0])
    known = tmp_path / "known"
    broken = 0
    for at, size in enumerate(
        (3000, 12_000) if is_silent else (3000, 9000, 12_000, 13_500, 15_000)
    ):
        parcel = bench.archive.finish(at)
        bench.route.fill()
        with line.running(port, breaks_after=size, is_silent=is_silent) as bad:
            text = drop.known_hosts.read_text(encoding="utf-8")
            known.write_text(text.replace(f":{port}", f":{bad.port}"), encoding="utf-8")
            url = drop.url.replace(f":{port}", f":{bad.port}")
            worse = dataclasses.replace(drop, url=url, known_hosts=known, timeout_s=1.0)
            row = guarded(
                dataclasses.replace(bench.later(), target=dataclasses.replace(target, drop=worse))
            )
            broken += bad.broken
            assert row is not None
            assert (row.state == "sent") == (bad.broken == 0), (size, row.code)
        assert row.state == "sent" or bench.push().state == "sent"
        assert bench.world.digests(parcel.key) == [parcel.pdf_digest], size
        assert bench.actions(parcel).count("receipt") == 1
    assert broken >= 2


@served
@pytest.mark.parametrize(
    "fault", ["silent-before", "500-before", "garbage-before", "404-page", "other-json", "cut"]
)
def test_a_bad_answer_to_the_question(bench: Bench, fault: str) -> None:
    """What the target has cannot be known: nothing is sent until it is."""
    parcel = bench.archive.finish()
    bench.plan.faults += [(bench.world.send, "500-after"), (bench.world.find, fault)]
    row = bench.push()
    assert row.state == "sent"
    assert bench.plan.played == ["500-after", fault]
    assert bench.actions(parcel) == ["intent", "failed", "failed", "found", "receipt"]
    assert bench.world.digests(parcel.key) == [parcel.pdf_digest]


@served
def test_a_target_that_never_answers_ends_as_poison(bench: Bench) -> None:
    """After so many tries it is tried no more, with an alarm; replay takes it up again."""
    parcel = bench.archive.finish()
    bench.plan.faults += [(bench.world.send, "500-before")] + [(bench.world.find, "500-before")] * 3
    row = bench.push()
    assert (row.state, row.tries, row.code) == ("poison", 4, "PORT-DOWN")
    assert bench.actions(parcel)[-1] == "poison"
    assert guarded(bench.later()) is None
    assert bench.outbox.replay("noi", states=["poison"]) == 1
    assert bench.push().state == "sent"
    assert bench.world.digests(parcel.key) == [parcel.pdf_digest]


@served
def test_a_wrong_key_is_the_keepers_business(bench: Bench) -> None:
    """It uses up no try, however long it lasts, and nothing is lost."""
    parcel = bench.archive.finish()
    wrong = with_key(bench.world.target, "wrong")
    with pytest.raises(OperatorError, match="DELIVER-LOGIN"):
        wrong.ping()
    bench.route.fill()
    for _ in range(6):
        row = guarded(dataclasses.replace(bench.later(), target=wrong))
        assert row is not None
        assert (row.state, row.tries, row.code) == ("waiting", 0, "DELIVER-LOGIN")
    assert bench.push().state == "sent"
    assert bench.world.digests(parcel.key) == [parcel.pdf_digest]


@served
def test_a_key_that_no_header_can_hold(bench: Bench) -> None:
    """The keeper pasted letters that are no key."""
    with pytest.raises(OperatorError, match="DELIVER-LOGIN"):
        with_key(bench.world.target, "khóa").ping()


def with_key(target: Target, key: str) -> Target:
    """Return the target with another key."""
    if isinstance(target, EdxmlTarget):
        gateway = dataclasses.replace(target.gateway, secret=lambda: key)
        return dataclasses.replace(target, gateway=gateway)
    caller = dataclasses.replace(target.caller, headers={"Authorization": key})  # type: ignore[attr-defined]
    return dataclasses.replace(target, caller=caller)  # type: ignore[type-var,return-value]


@served
def test_a_server_that_is_not_there(bench: Bench) -> None:
    """PORT-DOWN, and later it is there."""
    parcel = bench.archive.finish()
    target = bench.world.target
    asker = target.gateway if isinstance(target, EdxmlTarget) else target
    caller = dataclasses.replace(asker.caller, url="http://127.0.0.1:9")  # type: ignore[attr-defined]
    gone = dataclasses.replace(asker, caller=caller)  # type: ignore[type-var]
    if isinstance(target, EdxmlTarget):
        gone = dataclasses.replace(target, gateway=gone)  # type: ignore[arg-type,assignment]
    bench.route.fill()
    row = guarded(dataclasses.replace(bench.later(), target=gone))
    assert row is not None
    assert (row.state, row.tries, row.code) == ("waiting", 0, "PORT-DOWN")
    assert bench.push().state == "sent"
    assert bench.world.digests(parcel.key) == [parcel.pdf_digest]


class Killed(BaseException):
    """The process ends here."""


@dataclass(frozen=True)
class Deadly:
    """A target whose caller dies just before, or just after, the document is handed over."""

    inner: object
    is_after: bool

    def __getattr__(self, name: str) -> object:
        return getattr(self.inner, name)

    def send(self, parcel: Parcel) -> Accepted:
        """Die."""
        if self.is_after:
            self.inner.send(parcel)  # type: ignore[attr-defined]
        raise Killed


@pytest.mark.parametrize("is_after", [False, True])
def test_killed_around_the_call(
    bench: Bench, is_after: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The next process takes the parcel up, asks, and sends only what is not there."""
    parcel = bench.archive.finish()
    bench.route.fill()
    with monkeypatch.context() as patch:
        patch.setattr(outbox_rows, "this_owner", lambda: "999999:1:no such boot")
        deadly = Deadly(bench.world.target, is_after)
        with pytest.raises(Killed):
            guarded(dataclasses.replace(bench.delivery, target=deadly))  # type: ignore[arg-type]
    row = bench.push()
    assert row.state == "sent"
    found = "found" if is_after else "not-found"
    assert bench.actions(parcel)[:2] == ["intent", found]
    assert bench.world.digests(parcel.key) == [parcel.pdf_digest]


def test_what_must_not_leave_the_house(bench: Bench) -> None:
    """A secret, and a file that is too large, are refused before anything is asked."""
    secret = bench.archive.finish(1, fields={"secrecy": "MẬT"})
    large = bench.archive.finish(2, pdf_bytes=(1 << 20) + 1)
    bench.route.push()
    for parcel, code in ((secret, "DELIVER-SECRET"), (large, "DELIVER-TOO-LARGE")):
        row = bench.outbox.parcel("noi", parcel.key)
        assert row is not None
        assert (row.state, row.code, row.is_asked) == ("refused", code, False)
        assert bench.actions(parcel) == ["refused"]
        assert bench.world.digests(parcel.key) == []
        with pytest.raises(DocumentError):
            bench.world.target.check(parcel)


def test_reconciliation_tells_both_ways(bench: Bench) -> None:
    """What is only here, what is only there, what has no receipt yet; replay mends it."""
    kept, lost, unsent = (bench.archive.finish(number) for number in (1, 2, 3))
    bench.route.push(limit=2)
    first = {row.document_id for row in bench.outbox.parcels("noi", state="sent")}
    lost_key = sorted(first)[0]
    bench.world.forget(lost_key)
    foreign = dataclasses.replace(bench.archive.finish(4), key="e" * 64)
    bench.world.target.send(foreign)
    open_key = next(key for key in bench.archive.parcels if key not in first and key != "e" * 64)
    bench.world.target.send(bench.archive(open_key))  # sent, and its receipt never came
    known = set(bench.archive.parcels)
    bench.route.fill()
    found = reconcile("noi", bench.world.target, bench.outbox, is_known=lambda key: key in known)
    assert [row.document_id for row in found.missing] == [lost_key]
    assert [row.document_id for row in found.unconfirmed] == [open_key]
    assert [one.key for one in found.foreign] == ["e" * 64]
    assert found.other_name == []
    assert found.agreed == 1
    assert not found.is_even
    assert {kept.key, lost.key, unsent.key} >= {lost_key}
    bench.outbox.replay("noi", document_ids=[row.document_id for row in found.missing])
    bench.route.push()
    assert len(bench.world.digests(lost_key)) == 1
