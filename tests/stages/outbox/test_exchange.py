"""Messages fetched from the axis, each once, and their senders told what becomes of them."""

from __future__ import annotations

import contextlib
import dataclasses
import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.access.door import Door
from pipeline.assembly.house import House
from pipeline.assembly.standing import Standing
from pipeline.cli import main
from pipeline.ledger.ledger import Ledger, Move
from pipeline.model.errors import OperatorError, TransientError
from pipeline.model.records import Artifact, JobState
from pipeline.web.words import word
from stages.deliver.edxml.message import STATUSES, Edoc, Response, StatusMessage
from stages.deliver.edxml.reader import read_message
from stages.deliver.edxml.writer import write_edoc, write_status
from stages.register import Handover, Place
from tests.servers import axis as axis_server
from tests.servers.misbehaving import FAULTS, Plan
from tests.stages.outbox.test_axis import configure
from tests.unit.deliver.test_edxml import EDOC, QCVN
from tests.unit.register.test_embedded import ENTRY
from tests.unit.web.conftest import Visitor, door  # noqa: F401 - a fixture

PDF = "%PDF-1.4 đến {}".format


@dataclasses.dataclass
class Office:
    """A data folder that takes messages, and the gateway."""

    data: Path
    axis: axis_server.Axis
    plan: Plan

    def post(self, number: int, **changed: object) -> None:
        """Let a message come in at the gateway."""
        file = dataclasses.replace(EDOC.attachments[0], data=PDF(number).encode())
        values = {"attachments": (file,), "document_id": f"van-ban-{number}", **changed}
        edoc: Edoc = dataclasses.replace(EDOC, **values)  # type: ignore[arg-type]
        self.axis.documents[f"den-{number}"] = write_edoc(edoc, QCVN)

    def told(self) -> list[tuple[str, str, str]]:
        """Return (document, status, words) of what senders were told, in order."""
        found = [read_message(message) for message in self.axis.statuses.values()]
        assert all(isinstance(one, StatusMessage) for one in found)
        return [(one.response_for.document_id, one.code, one.description) for one in found]  # type: ignore[union-attr]


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    """Give an office that takes messages."""
    data = tmp_path / "data"
    data.mkdir()
    plan = Plan()
    with axis_server.running(plan) as (address, axis):
        configure(data, address)
        settings = (data / "sohoa.toml").read_text(encoding="utf-8")
        takes = settings.replace("timeout_s = 10.0", "timeout_s = 10.0\ntakes = true")
        (data / "sohoa.toml").write_text(takes, encoding="utf-8")
        yield Office(data, axis, plan)


def exchange(office: Office) -> int:
    """Fetch and tell, as `watch` does."""
    with House.open(office.data, environment={}) as house:
        news = house.routes["truc"].news
        assert news is not None
        return news()


def read(house: House) -> None:
    """Let the pages of every document be read, and the guard have let them pass."""
    stored = house.store.put_bytes(b"[]")
    pages = Artifact(kind="pages", digest=stored.digest, size_bytes=2, made_by="read")
    for job in house.history.jobs():
        house.ledger.stage_done(
            job.id, stage="read", key="k", outcome="done", seconds=0.1, artifacts=[pages]
        )


def exchange_read(office: Office) -> None:
    """Fetch; read what came; tell."""
    exchange(office)
    with House.open(office.data, environment={}) as house:
        read(house)
    exchange(office)


def finish(office: Office, document_id: str) -> None:
    """Register and deliver a document that was taken."""
    with House.open(office.data, environment={}) as house:
        entry = dataclasses.replace(ENTRY, document_id=document_id)
        registered = house.register.enter(entry, key=f"den:{document_id}")
        stored = house.store.put_bytes(b"%PDF-1.7")
        house.ledger.take(document_id)
        house.ledger.stage_done(
            document_id, stage="sign", key="k", outcome="done", seconds=0.1,
            artifacts=[Artifact(kind="sealed", digest=stored.digest, size_bytes=8, made_by="sign")],
            registered=registered,
        )  # fmt: skip
        house.ledger.deliver(document_id, str(office.data / f"{document_id}.pdf"))


def documents(office: Office) -> list[str]:
    """Return the documents of the house, oldest first."""
    with House.open(office.data, environment={}) as house:
        return [row.id for row in house.history.jobs()][::-1]


def test_from_arrival_to_the_end_its_sender_is_told(office: Office) -> None:
    """01 when it is taken, 03 when registered, then each deed of the register; each once."""
    office.post(1)
    exchange(office)
    (document_id,) = documents(office)
    assert office.axis.marks == {"den-1": "done"}
    assert office.told() == [], "nobody knows yet whether it is a secret"
    exchange_read(office)
    assert [code for _, code, _ in office.told()] == ["01"]
    finish(office, document_id)
    exchange(office)
    assert main(["outbox", "push", "truc", "--data", str(office.data)]) == 0
    assert office.axis.sent == {}, "what came from there does not go back"
    place = Place(book="den", year=2026, arrival_number=1)
    with House.open(office.data, environment={}) as house:
        house.register.hand_over(
            place, Handover(unit="Phòng A", handed_on=f"{dt.date(2026, 12, 1)}"), person="An"
        )
        house.register.set_status(place, "06", person="An", note="xong")
    for _ in range(3):
        exchange(office)
    assert office.told() == [
        ("van-ban-1", "01", "Đã đến"),
        ("van-ban-1", "03", "Đã tiếp nhận"),
        ("van-ban-1", "04", "Phân công xử lý"),
        ("van-ban-1", "06", "xong"),
    ]
    assert office.axis.fetched.count("den-1") == 1
    with House.open(office.data, environment={}) as house:
        events = [one for one in house.history.events(document_id) if one.action == "told"]
    assert [one.facts["exchange"] for one in events] == ["01", "03", "04", "06"]


def test_what_is_refused_goes_back_with_its_reason(office: Office) -> None:
    """No usable file: 02 at once. Refused later in the work: 02 with the person's words."""
    office.post(1, attachments=(dataclasses.replace(EDOC.attachments[0], data=b"chu"),))
    office.post(2)
    exchange(office)
    assert [one[:2] for one in office.told()] == [("van-ban-1", "02")]
    exchange_read(office)
    assert office.axis.marks == {"den-1": "fail", "den-2": "done"}
    (document_id,) = documents(office)
    with House.open(office.data, environment={}) as house:
        house.ledger.take(document_id)
        house.ledger.move(
            document_id,
            Move(to=JobState.REJECTED, stage="review", code="DOC-RESCAN", detail="thiếu trang 2"),
        )
    exchange(office)
    told = office.told()
    assert [one[:2] for one in told] == [
        ("van-ban-1", "02"), ("van-ban-2", "01"), ("van-ban-2", "02"),
    ]  # fmt: skip
    assert "edXML" in told[0][2]
    assert told[2][2].endswith("thiếu trang 2")


@pytest.mark.parametrize("is_late", [False, True])
def test_nothing_is_told_of_a_secret(office: Office, *, is_late: bool) -> None:
    """Neither its arrival nor its refusal goes out, though its arrival may be noted already."""
    office.post(1)
    exchange(office)
    (document_id,) = documents(office)
    with House.open(office.data, environment={}) as house:
        if is_late:  # the guard of a program before this one had noted it at once
            with house.ledger.engine.begin() as rows:
                rows.exec_driver_sql(
                    "INSERT INTO notices (source, digest, document_id, status, reason, next_try_at,"
                    " at) SELECT 'truc', digest, document_id, '01', '', at, at FROM inbox"
                )
        house.ledger.take(document_id)
        digest = house.history.artifacts(document_id)["message"].digest
        house.ledger.quarantine(document_id, page=1)
        house.store.remove(digest)
    exchange(office)
    assert office.told() == []


def test_a_dropped_message_is_answered_too(office: Office) -> None:
    """A document that came as a file in a folder, by the one gateway there is."""
    office.post(1)
    path = office.data / "goi.edxml"
    path.write_bytes(office.axis.documents.pop("den-1"))
    with House.open(office.data, environment={}) as house:
        from pipeline.intake import in_place

        house.receiving.enter(in_place(path), priority=0)
    exchange_read(office)
    assert office.told() == [("van-ban-1", "01", "Đã đến")]


@pytest.mark.parametrize("question", ["GET /getReceivedEdocList", "GET /getEdoc",
                                      "POST /updateStatus", "POST /sendEdoc"])  # fmt: skip
def test_whatever_the_gateway_does_a_message_is_taken_once(office: Office, question: str) -> None:
    """Each way of misbehaving at each question: one document, told, then quiet."""
    with House.open(office.data, environment={}) as house:
        news = house.routes["truc"].news
        assert news is not None
        for number, fault in enumerate(FAULTS):
            office.post(number)
            if question == "POST /sendEdoc":
                news()
                read(house)
            office.plan.faults.append((question, fault))
            with contextlib.suppress(TransientError, OperatorError):
                news()
            office.plan.faults.clear()
            news()
            read(house)
            with house.ledger.engine.begin() as rows:  # as if the wait were over
                rows.exec_driver_sql("UPDATE notices SET next_try_at = at WHERE state = 'waiting'")
            news()
            assert len(house.history.jobs()) == number + 1, fault
            assert office.axis.marks[f"den-{number}"] == "done", fault
            told = [code for name, code, _ in office.told() if name == f"van-ban-{number}"]
            assert set(told) == {"01"}, fault
        before = len(office.told())
        assert news() == 0
        assert len(office.told()) == before


@pytest.mark.parametrize("code", ["10", "22"])
def test_a_message_that_cannot_be_had_holds_up_no_other(office: Office, code: str) -> None:
    """The gateway lists it and fails to give it: the ones behind it are taken and answered."""
    office.post(1)
    office.axis.lost["den-1"] = code
    office.post(2)
    with House.open(office.data, environment={}) as house:
        news = house.routes["truc"].news
        assert news is not None
        for _ in range(2):
            with pytest.raises(TransientError, match="PORT-ANSWER"):
                news()
            read(house)
        assert office.axis.marks == {"den-2": "done"}
        assert office.told() == [("van-ban-2", "01", "Đã đến")]
        office.axis.lost.clear()
        assert news() > 0
    assert office.axis.marks == {"den-1": "done", "den-2": "done"}


@pytest.mark.parametrize("point", ["stored", "noted", "entered", "acknowledged"])
def test_killed_anywhere_it_is_the_same_arrival(
    office: Office, monkeypatch: pytest.MonkeyPatch, point: str
) -> None:
    """Cut off after each step: the next run ends it, and nothing is a duplicate."""
    office.post(1)

    class Killed(BaseException):
        """Ends the process, as far as the code can tell."""

    def die(*_: object, **__: object) -> None:
        raise Killed

    from pipeline.assembly.exchanging import Exchange
    from pipeline.ledger.inbox import Inbox

    owner, name = {
        "stored": (Ledger, "receive"),
        "noted": (Inbox, "enter"),
        "entered": (Inbox, "told"),
        "acknowledged": (Exchange, "tell"),
    }[point]
    with monkeypatch.context() as patched:
        patched.setattr(owner, name, die)
        with pytest.raises(Killed):
            exchange(office)
    exchange_read(office)
    (document_id,) = documents(office)
    with House.open(office.data, environment={}) as house:
        arrivals = house.history.arrivals(document_id=document_id)
    assert [one.outcome for one in arrivals] == ["new"]
    assert [code for _, code, _ in office.told()] == ["01"]
    assert office.axis.marks == {"den-1": "done"}


def test_on_the_command_line(office: Office, capsys: pytest.CaptureFixture[str]) -> None:
    """`sohoa outbox take` does what `watch` does; without `takes` it says what to set."""
    office.post(1)
    assert main(["outbox", "take", "truc", "--data", str(office.data)]) == 0
    with House.open(office.data, environment={}) as house:
        read(house)
    assert main(["outbox", "take", "truc", "--data", str(office.data)]) == 0
    assert "sent: 1" in capsys.readouterr().out
    path = office.data / "sohoa.toml"
    path.write_text(path.read_text().replace("takes = true", ""), encoding="utf-8")
    assert main(["outbox", "take", "truc", "--data", str(office.data)]) != 0
    assert "INPUT-OUTBOX-TAKES" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ('into = "khong-co"', "no such watched folder"),
        ('adapter = "rest"', "takes is for edxml alone"),
    ],
)
def test_what_cannot_work_is_refused_at_the_start(office: Office, line: str, told: str) -> None:
    """A misspelt folder would be one that nobody watches and nobody sees."""
    path = office.data / "sohoa.toml"
    text = path.read_text(encoding="utf-8").replace("takes = true", f"takes = true\n{line}")
    if "adapter" in line:
        text = text.replace('adapter = "edxml"\n', "", 1)
    path.write_text(text, encoding="utf-8")
    with (
        pytest.raises(OperatorError, match="SYS-CONFIG") as caught,
        House.open(office.data, environment={}),
    ):
        pass
    assert told in caught.value.detail


@pytest.mark.parametrize(
    ("business", "kind", "code"),
    [
        (1, "revoke", "EDXML-REVOKED"),
        (2, "update", "EDXML-UPDATED"),
        (3, "replace", "EDXML-REPLACED"),
    ],
)
def test_what_is_asked_of_an_earlier_document_is_told_and_changes_nothing(
    office: Office, business: int, kind: str, code: str
) -> None:
    """A remark on the earlier one that leads to the request; entry, files and status are kept."""
    office.post(1)
    exchange_read(office)
    (earlier,) = documents(office)
    finish(office, earlier)
    office.post(2, business_type=business, concerns=("van-ban-1",))
    exchange_read(office)
    exchange(office)
    with House.open(office.data, environment={}) as house:
        (asking,) = {row.id for row in house.history.jobs()} - {earlier}
        told = [one for one in house.history.remarks(earlier) if one.code == code]
        assert [one.facts["by"] for one in told] == [asking], "once, however often it is fetched"
        received = next(
            one for one in house.history.remarks(asking) if one.code == "EDXML-RECEIVED"
        )
        assert (received.facts["kind"], "van-ban-1" in received.facts["concerns"]) == (kind, True)
        job = house.history.job(earlier)
        assert job is not None
        assert job.state is JobState.DONE
        assert house.register.row(Place(book="den", year=job.year or 0, arrival_number=1))


@pytest.mark.parametrize(("is_agreed", "status"), [(True, "15"), (False, "16")])
def test_a_clerk_answers_what_a_sender_asks(
    office: Office,
    door: Door,  # noqa: F811
    is_agreed: bool,
    status: str,
) -> None:
    """15 or 16 with the reason, once, about the message that asks; a second answer is none."""
    office.post(1)
    exchange_read(office)
    office.post(2, business_type=1, concerns=("van-ban-1",))
    exchange_read(office)
    earlier, asking = documents(office)
    with House.open(office.data, environment={}) as house, Standing(house) as standing:
        desk = standing.desk()
        assert [desk.job(one).asks for one in (earlier, asking)] == [False, True]  # type: ignore[union-attr]
        visitor = Visitor(desk, door)  # type: ignore[arg-type]
        assert f"/jobs/{asking}/answer" in visitor.get(f"/jobs/{asking}").text
        assert f'href="/jobs/{asking}"' in visitor.get(f"/jobs/{earlier}").text
        said = {"said": "agree" if is_agreed else "refuse"}
        late, noted = word("review.late", "vi"), word("job.answered", "vi")
        for one, reason, note in (
            (earlier, "x", late),
            (asking, "đã chuyển  xử lý", noted),
            (asking, "lại", late),
        ):
            answer = visitor.post(f"/jobs/{one}/answer", {**said, "reason": reason})
            assert note in visitor.get(answer.headers["location"]).text
        assert visitor.post(f"/jobs/{asking}/answer", {"said": "?"}).status_code == 400
        assert f"/jobs/{asking}/answer" not in visitor.get(f"/jobs/{asking}").text
    exchange(office)
    exchange(office)
    answers = [one for one in office.told() if one[1] in {"15", "16"}]
    assert answers == [("van-ban-2", status, "đã chuyển xử lý")]


def test_a_request_about_what_never_came_is_told(office: Office) -> None:
    """Another body's document of the same number is not meant either."""
    office.post(1)
    exchange_read(office)
    other = dataclasses.replace(EDOC.sender, organ_id="H99.1")
    office.post(2, business_type=1, concerns=("van-ban-1",), sender=other)
    exchange_read(office)
    earlier, asking = documents(office)
    with House.open(office.data, environment={}) as house:
        codes = [{one.code for one in house.history.remarks(one)} for one in (earlier, asking)]
    assert "EDXML-REVOKED" not in codes[0]
    assert "EDXML-NOT-HERE" in codes[1]


def test_a_document_that_is_asked_back_is_told_and_answered(office: Office) -> None:
    """Status 13: a remark, once; the answer speaks of that document; it stays where it is."""
    office.post(1)
    exchange_read(office)
    (document_id,) = documents(office)
    finish(office, document_id)
    asked = StatusMessage(
        sender=EDOC.sender,
        response_for=Response(
            organ_id=EDOC.sender.organ_id, code="05/UBND-VX", document_id="van-ban-1"
        ),
        code="13",
        at=dt.datetime.now(dt.UTC),
    )
    office.axis.received["s13"] = write_status(asked, QCVN)
    for _ in range(2):
        exchange(office)
    with House.open(office.data, environment={}) as house, Standing(house) as standing:
        codes = [one.code for one in house.history.remarks(document_id)]
        assert codes.count("EDXML-ASKED-BACK") == 1
        desk = standing.desk()
        assert desk.answer(document_id, is_agreed=True, reason="", person="Lê Thị B")
        job = desk.job(document_id)
        assert job is not None
        assert (job.asks, job.job.state) == (False, JobState.DONE)
    exchange(office)
    assert office.told()[-1] == ("van-ban-1", "15", STATUSES["15"])
